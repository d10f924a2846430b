"""One worker leads: a lock that dies with its holder, on SQLite's host or on PostgreSQL."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

ADVISORY_KEY = 7_302_511
"""Key of the PostgreSQL advisory lock; any constant that nobody else uses."""


class Leadership(Protocol):
    """Who may run the schedule. It guards against wasted work; rows guard against double work."""

    def hold(self) -> bool:
        """Whether this process leads, taking the lead when it is free."""

    def resign(self) -> None:
        """Let another process lead."""


class FileLead:
    """A locked file beside the SQLite database: the kernel frees it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def hold(self) -> bool:
        """See Leadership."""
        if self._file is not None:
            return True
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def resign(self) -> None:
        """See Leadership."""
        if self._file is not None:
            self._file.close()
            self._file = None


class ServerLead:
    """A session-level advisory lock on a connection of its own (not through a pooling proxy)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def hold(self) -> bool:
        """See Leadership."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            return self._take()
        except DBAPIError:
            self.resign()
            return False

    def _take(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        taken = connection.scalar(text(f"SELECT pg_try_advisory_lock({ADVISORY_KEY})"))
        if taken:
            self._connection = connection
        else:
            connection.close()
        return bool(taken)

    def resign(self) -> None:
        """See Leadership."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def leadership(engine: Engine, instance: Path) -> Leadership:
    """The lock that fits the database."""
    if engine.dialect.name == "postgresql":
        return ServerLead(engine)
    return FileLead(Path(engine.url.database or instance / "surveyapp").with_suffix(".worker"))
