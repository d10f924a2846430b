"""First start: the schema, the sample users, and the sample study when the database is empty."""

from __future__ import annotations

from collections.abc import Mapping

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from surveyapp.accounts.samples import add_sample_users
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.migrating import upgrade_to_head


def prepare(app: Flask, sample: Mapping[str, str] | None) -> None:
    """Bring the database of `app` up to date.

    sample: the environment of the sample study, which an empty database is filled with; None
    leaves it empty. The texts of the sample study must go to the built-in phone.
    """
    upgrade_to_head(app)
    add_sample_users()
    if sample is not None and db.session.scalar(select(Study.id).limit(1)) is None:
        from surveyapp.demo.sample import load_sample_study

        db.session.remove()
        load_sample_study(app.config["SETTINGS"], sample)


@click.command("set-up")
@with_appcontext
def set_up() -> None:
    """Create or upgrade the database."""
    prepare(current_app._get_current_object(), None)  # type: ignore[attr-defined]
    click.echo("The database is ready.")
