"""`flask --app wsgi questionnaire …`: questionnaires from the shell, without a database."""

from __future__ import annotations

from importlib import import_module

import click
from flask.cli import AppGroup

COMMANDS = {
    "check": "surveyapp.shell.check:check",
    "convert": "surveyapp.shell.formats:convert",
    "import": "surveyapp.shell.formats:import_",
}
"""Command → its click object; imported when it is run or explained."""


class Lazy(AppGroup):
    """A group that imports a command's module only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


questionnaire = Lazy("questionnaire", help="Check and convert questionnaires; no database needed.")
