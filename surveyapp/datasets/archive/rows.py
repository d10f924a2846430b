"""The responses of a study as the database keeps them, block by block, out of it and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Integer,
    LargeBinary,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from surveyapp.answering.models import Response
from surveyapp.database import Base, Json, UtcDateTime, db
from surveyapp.datasets.archive.parts import BLOCK, Block, Column

TABLE: Table = Base.metadata.tables[Response.__tablename__]
BODY = ("answers", "sequences", "facts", "paradata")
"""The columns that leave the database; what refers to a response, and counts it, stays whole."""


def columns() -> tuple[Column, ...]:
    """Every column of the table, its id first."""
    return tuple(Column(c.name, _kind(c.type)) for c in TABLE.columns)


def blocks(study_id: int, names: tuple[str, ...] = (), *, lock: bool = False) -> Iterator[Block]:
    """The study's rows by ascending id: these columns after the id, or all; JSON as its text.

    lock: nobody changes them before the transaction ends (on SQLite it holds the database anyway).
    """
    wanted = [TABLE.c.id, *(TABLE.c[n] for n in names)] if names else list(TABLE.columns)
    query = select(*(_plain(column) for column in wanted)).where(TABLE.c.study_id == study_id)
    query = query.order_by(TABLE.c.id).limit(BLOCK)
    if lock:
        query = query.with_for_update()
    after = 0
    while True:
        found = [tuple(row) for row in db.session.execute(query.where(TABLE.c.id > after))]
        if found:
            yield found
        if len(found) < BLOCK:
            return
        after = found[-1][0]


def size(study_id: int) -> tuple[int, int]:
    """How many rows the study has, and the bytes of their bodies."""
    text: list[Any] = [func.octet_length(cast(TABLE.c[name], Text)) for name in BODY]
    if db.session.get_bind().dialect.name == "sqlite":
        text = [func.length(cast(TABLE.c[name], LargeBinary)) for name in BODY]
    query = select(func.count(), *(func.coalesce(func.sum(one), 0) for one in text))
    rows, *sizes = db.session.execute(query.where(TABLE.c.study_id == study_id)).one()
    return int(rows), int(sum(map(int, sizes)))


def empty(study_id: int) -> None:
    """Take the bodies away."""
    nothing: dict[str, Any] = {name: literal_column("'{}'") for name in BODY}
    db.session.execute(update(TABLE).where(TABLE.c.study_id == study_id).values(nothing))


def fill(block: Block) -> None:
    """Put bodies back: id, then BODY."""
    given = {name: _stored(name) for name in BODY}
    statement = update(TABLE).where(TABLE.c.id == bindparam("row")).values(given)
    rows = [{"row": row[0], **dict(zip((f"new_{n}" for n in BODY), row[1:], strict=True))}
            for row in block]  # fmt: skip
    db.session.connection().execute(statement, rows)


def _stored(name: str) -> Any:
    given = bindparam(f"new_{name}", type_=Text)
    postgresql = db.session.get_bind().dialect.name == "postgresql"
    return cast(given, JSONB) if postgresql else given


def _plain(column: Any) -> Any:
    return cast(column, Text).label(column.name) if column.type is Json else column


def _kind(kind: Any) -> str:
    if isinstance(kind, UtcDateTime):
        return "moment"
    return "integer" if isinstance(kind, Integer) else "text"
