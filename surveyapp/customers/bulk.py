"""Inserting many rows at once without the bookkeeping of a statement per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.engine import Dialect

from surveyapp.database import db

CACHE_KIB = 64 * 1024
"""What SQLite may keep of its indexes while it writes; the usual 2 MB thrash from 100,000 rows."""


def insert_rows(table: Table, rows: Sequence[Mapping[str, Any]], shared: Mapping[str, Any]) -> None:
    """Insert `rows`, which all have the same columns, in the caller's transaction.

    shared: values that every row has; they are converted once. Types convert as they always do,
    so ciphers and moments come out as from any other insert.
    """
    connection = db.session.connection()
    dialect = connection.dialect
    own = list(rows[0])
    compiled = insert(table).compile(dialect=dialect, column_keys=[*own, *shared])
    convert = [_converter(table, name, dialect) for name in own]
    same = {name: _converter(table, name, dialect)(value) for name, value in shared.items()}
    columns = list(zip(own, convert, strict=True))
    if not compiled.positional:
        named = [{**same, **{n: c(row[n]) for n, c in columns}} for row in rows]
        connection.exec_driver_sql(str(compiled), named)
        return
    by_name = dict(columns)
    order = [(n, by_name.get(n) or _constant(same[n])) for n in compiled.positiontup or ()]
    ordered = [tuple([c(row[n]) if n in by_name else c(None) for n, c in order]) for row in rows]
    connection.exec_driver_sql(str(compiled), ordered)


def _converter(table: Table, name: str, dialect: Dialect) -> Callable[[Any], Any]:
    kind = table.c[name].type.dialect_impl(dialect)
    return kind.bind_processor(dialect) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _constant(value: Any) -> Callable[[Any], Any]:
    return lambda _none: value


def widen_cache() -> None:
    """Give the connection of this transaction room for indexes, where that is SQLite's."""
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.execute(text(f"PRAGMA cache_size=-{CACHE_KIB}"))
