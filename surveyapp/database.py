"""The database: one declarative base, and column types that keep the project's promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask import g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase

from surveyapp.crypto import Vault

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")
"""JSON on SQLite, JSONB on PostgreSQL."""
SparseJson = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""The same, for a column that is NULL where there is nothing to say."""


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
vault = Vault()
"""The installation's key ring, filled in by `create_app`."""


@contextmanager
def plainly() -> Iterator[None]:
    """Inside, statements go without a session, whose bookkeeping is a fifth of what a save costs.

    What runs inside writes through `connection` and ends with `commit` or `rollback` of this
    module, never by `db.session`: on SQLite the two would wait for each other.
    """
    with db.engine.connect() as plain:
        g.plain_connection = plain
        try:
            yield
        finally:
            del g.plain_connection


def connection() -> Connection:
    """The connection of the transaction that is under way."""
    return g.get("plain_connection") or db.session.connection()


def commit() -> None:
    """Keep what the transaction did."""
    (g.get("plain_connection") or db.session).commit()


def rollback() -> None:
    """Undo what the transaction did."""
    (g.get("plain_connection") or db.session).rollback()


def commit_resumable() -> None:
    """Keep what the session did without waiting for PostgreSQL's disk: for a chunk of a job that
    goes on by what it finds.

    A power cut may take back the last such chunks, whole ones and the newest first. Whatever
    commits later as usual has them on disk with it, for they precede it in the log.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL synchronous_commit TO off"))
    db.session.commit()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; naive ones are refused, what comes back is UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; SQLite keeps no zone, so it is given UTC without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC, whatever the engine kept."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """Yuan, exact to the fen: whole fen in the database, so that sums are exact on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Fen; ValueError for a part of one."""
        if value is None:
            return None
        fen = value * 100
        if fen != int(fen):
            raise ValueError(f"{value} yuan are no whole fen")
        return int(fen)

    def process_result_value(self, value: int | Decimal | None, dialect: Dialect) -> Decimal | None:
        """Yuan; PostgreSQL's sums come as decimals."""
        return None if value is None else Decimal(int(value)).scaleb(-2)


class Encrypted(TypeDecorator[str]):
    """Text that is AES-256-GCM ciphertext in the database and in every backup of it.

    `purpose` is bound to the ciphertext: a value moved to a column of another purpose is refused.
    """

    impl = String
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt."""
        return None if value is None else vault.encrypt(value, self.purpose)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt."""
        return None if value is None else vault.decrypt(value, self.purpose)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL lets readers read while one writes; writers wait for each other instead of failing."""
    if type(connection).__module__.startswith("sqlite3"):
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=20000",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
