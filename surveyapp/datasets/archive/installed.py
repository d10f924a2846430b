"""The store of this installation."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from surveyapp.datasets.archive.stores import Store, store_at
from surveyapp.extensions import settings


def store() -> Store:
    """The installation's store: ARCHIVE_TO, else instance/archives."""
    known = settings()
    folder = Path(current_app.instance_path) / "archives"
    return store_at(known.archive_to, known.archive_endpoint, folder)
