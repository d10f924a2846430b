"""The sample study of a first `make run`: the main job on a small scale, in seconds."""

from __future__ import annotations

from collections.abc import Mapping

import click

import config
from surveyapp.demo.pipeline import SMALL, Run
from surveyapp.demo.stage import free_port, is_free, stage


def load_sample_study(settings: config.Settings, environment: Mapping[str, str]) -> None:
    """Fill the empty database of an installation with a study that has answers.

    environment: the built-in phone as provider, empty where another local one is configured; the
    texts of the sample study always stay on a phone of ours. Runs on the installation's own ports,
    which must be free.
    """
    shown: set[str] = set()

    def tell(step: str, done: int, total: int) -> None:
        if not done and step not in shown:
            shown.add(step)
            click.echo(f"  {step} …")

    click.echo("Loading the sample study (once, about half a minute):")
    own = {**environment, **_kept(settings)}
    phone = settings.port + 1 if is_free(settings.port + 1) else free_port()
    with stage(settings.instance, environment=own, port=settings.port, phone_port=phone) as running:
        Run(running, SMALL, tell).perform(settings.instance)
    (settings.instance / "calendar").unlink(missing_ok=True)
    (settings.instance / "customers.csv").unlink(missing_ok=True)


def _kept(settings: config.Settings) -> dict[str, str]:
    """The database and the secrets of the installation, so that what is made now stays readable."""
    ring = ",".join(f"{name}:{key.hex()}" for name, key in settings.key_ring.items())
    return {
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "KEY_RING": ring,
    }
