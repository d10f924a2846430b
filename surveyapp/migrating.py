"""The database's schema over time (Alembic). Heavy: imported by command lines and tests only."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate, upgrade

from surveyapp import data_folder
from surveyapp.database import db


def register(app: Flask) -> None:
    """Register `flask db …`."""
    Migrate(app, db, directory=str(data_folder("migrations")), render_as_batch=True)


def upgrade_to_head(app: Flask) -> None:
    """Create or upgrade the database of `app`; harmless when it is already there."""
    register(app)
    with app.app_context():
        upgrade()
