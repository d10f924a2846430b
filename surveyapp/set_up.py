"""First start: the schema, the sample users, and the sample study when the database is empty."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from surveyapp.accounts.models import User
from surveyapp.accounts.passwords import hash_password
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.migrating import upgrade_to_head

SAMPLE_PASSWORD = "satisfaction"  # noqa: S105 - printed on screen for the sample installation
SAMPLE_USERS = (
    ("admin@example.com", "周敏 Zhou Min", "administrator"),
    ("researcher@example.com", "林晓 Lin Xiao", "researcher"),
    ("analyst@example.com", "陈岚 Chen Lan", "analyst"),
)


def add_sample_users() -> None:
    """Add one user per role when there is no user at all."""
    if db.session.scalar(select(User.id).limit(1)) is None:
        for email, name, role in SAMPLE_USERS:
            user = User(email=email, name=name, role=role, language="zh-Hans")
            user.password_hash = hash_password(SAMPLE_PASSWORD)
            db.session.add(user)
        db.session.commit()


def prepare(app: Flask, *, sample: bool) -> None:
    """Bring the database of `app` up to date and fill an empty one, as far as `sample` says."""
    upgrade_to_head(app)
    add_sample_users()
    if sample and db.session.scalar(select(Study.id).limit(1)) is None:
        from surveyapp.demo.sample import load_sample_study

        load_sample_study(app)


@click.command("set-up")
@click.option("--sample/--no-sample", default=False, help="Load the sample study when empty.")
@with_appcontext
def set_up(sample: bool) -> None:
    """Create or upgrade the database."""
    prepare(current_app._get_current_object(), sample=sample)  # type: ignore[attr-defined]
    click.echo("The database is ready.")
