"""First start: the schema, the sample users, and the sample study when the database is empty."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from surveyapp.accounts.models import User
from surveyapp.accounts.passwords import hash_password
from surveyapp.database import db
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


@click.command("set-up")
@with_appcontext
def set_up() -> None:
    """Create or upgrade the database and add the sample users to an empty one."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    upgrade_to_head(app)
    add_sample_users()
    click.echo("The database is ready.")
