"""The sample study of a first `make run`: the main job on a small scale, in seconds."""

from __future__ import annotations

from collections.abc import Mapping

import click

import config
from surveyapp.demo.pipeline import SMALL, Run
from surveyapp.demo.stage import stage


def load_sample_study(settings: config.Settings, environment: Mapping[str, str]) -> None:
    """Fill the empty database of an installation with a study that has answers.

    environment: its settings with the built-in phone as provider; the texts stay on that phone.
    Runs on the installation's own ports, which must be free.
    """
    shown: set[str] = set()

    def tell(step: str, done: int, total: int) -> None:
        if not done and step not in shown:
            shown.add(step)
            click.echo(f"  {step} …")

    click.echo("Loading the sample study (once, about half a minute):")
    own = {**environment, "DATABASE_URL": settings.database_url}
    phone_port = settings.port + 1
    with stage(settings.instance, environment=own, port=settings.port, phone_port=phone_port) as on:
        Run(on, SMALL, tell).perform(settings.instance)
    (settings.instance / "calendar").unlink(missing_ok=True)
    (settings.instance / "customers.csv").unlink(missing_ok=True)
