"""Commands of `flask --app wsgi`. Each one's module is imported when it is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click
from flask import Flask

COMMANDS = {
    "analyse": ("surveyapp.stats_cli:analyse", "Reliability and validity of items in a file."),
    "sample": ("surveyapp.sample_command:sample", "Draw a stratified sample from a file."),
    "estimate": ("surveyapp.shell.estimate:estimate", "Means and totals under a design."),
    "rake": ("surveyapp.shell.rake:rake", "Weights that agree with known margins."),
    "allocate": ("surveyapp.shell.allocate:allocate", "Split a sample over strata."),
    "score": ("surveyapp.shell.score:score", "NPS, CSAT or CES of a column."),
    "screen": ("surveyapp.shell.screen:screen", "Person indices of careless answering."),
    "worker": ("surveyapp.worker_command:worker", "Send texts, follow the schedule, do long work."),
    "phone": ("surveyapp.distribution.gateway.command:phone", "Run the built-in phone gateway."),
    "serve": ("surveyapp.serve:serve", "Run web server, worker and phone together."),
    "demo": ("surveyapp.demo.command:demo", "Run the main job unattended."),
    "set-up": ("surveyapp.set_up:set_up", "Create or upgrade the database."),
    "questionnaire": (
        "surveyapp.designer.command:questionnaire",
        "Check and convert questionnaires; no database needed.",
    ),
    "verify": ("surveyapp.shell.verify:verify", "Whether anything was changed since it was noted."),
    "import-customers": ("surveyapp.customers.command:import_customers", "Import customers."),
}
"""Command → its click object and one line of help. Heavy modules stay out of the web process."""


FILES_ONLY = frozenset(
    {"analyse", "sample", "estimate", "rake", "allocate", "score", "screen", "questionnaire"}
)
"""Commands that read files and keep nothing; they work where no instance folder can be written."""


def reads_files_only(arguments: Sequence[str]) -> bool:
    """Whether the command line is that of such a command."""
    return next((one for one in arguments[1:] if one in COMMANDS), "") in FILES_ONLY


class Deferred(click.Command):
    """Stands for a command whose module is imported only when it is run."""

    def __init__(self, name: str, target: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help, add_help_option=False)
        self.target = target

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Hand over to the real command."""
        module, _, attribute = self.target.partition(":")
        real: click.Command = getattr(import_module(module), attribute)
        return real.make_context(*args, **kwargs)


def init_app(app: Flask) -> None:
    """Register the commands; migrations only when a command line asks for them."""
    for name, (target, short_help) in COMMANDS.items():
        app.cli.add_command(Deferred(name, target, short_help))
    if "db" in sys.argv[1:]:
        from surveyapp.migrating import register

        register(app)
