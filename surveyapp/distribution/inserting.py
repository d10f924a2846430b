"""Inserts that skip what is already there, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from surveyapp.database import Base, db


def insert_missing(table: type[Base]) -> Any:
    """An INSERT that leaves out rows which a unique constraint refuses.

    Two that run at once both succeed and no row is doubled: the constraint decides, not a look
    beforehand. Give it `.values(…)` or `.from_select(…)`.
    """
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


class Inserter:
    """Inserts many rows, a chunk after the other, and skips what is already there.

    On PostgreSQL an insert that may skip costs a fifth more than one that may not, for each row is
    looked for in an index first. So it is not asked to until a chunk met with a row that is there;
    that chunk is written once more.
    """

    def __init__(self, table: type[Base], columns: Sequence[str]) -> None:
        self._table, self._columns = table, columns
        self._plainly = db.engine.dialect.name == "postgresql"

    def insert(self, rows: Select[*tuple[Any, ...]]) -> int:
        """Insert what a query finds, in the caller's transaction; how many rows are new."""
        if self._plainly:
            try:
                with db.session.begin_nested():
                    return self._written(insert(self._table), rows)
            except IntegrityError:
                self._plainly = False
        return self._written(insert_missing(self._table), rows)

    def _written(self, statement: Any, rows: Select[*tuple[Any, ...]]) -> int:
        filled = statement.from_select(self._columns, rows, include_defaults=True)
        counted = filled.execution_options(preserve_rowcount=True)
        return int(db.session.connection().execute(counted).rowcount)
