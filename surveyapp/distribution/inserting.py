"""Inserts that skip what is already there, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from surveyapp.database import Base, db


def insert_missing(table: type[Base]) -> Any:
    """An INSERT that leaves out rows which a unique constraint refuses.

    Two that run at once both succeed and no row is doubled: the constraint decides, not a look
    beforehand. Give it `.values(…)` or `.from_select(…)`.
    """
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()
