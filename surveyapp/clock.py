"""The one clock of the project: aware UTC, replaceable in tests and simulations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system
_here: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _here.get() or _source()


def live_by(source: Callable[[], datetime]) -> None:
    """Let `source` tell the time to the whole process until it ends."""
    global _source
    _source = source


@contextmanager
def ticking_by(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `source` tell the time to the whole process inside the block (aware UTC)."""
    before = _source
    live_by(source)
    try:
        yield
    finally:
        live_by(before)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stop the process's clock at `moment` inside the block."""
    with ticking_by(lambda: moment):
        yield


@contextmanager
def here(moment: datetime) -> Iterator[None]:
    """Stop the clock for this thread (context) only: simulated people live side by side."""
    token = _here.set(moment)
    try:
        yield
    finally:
        _here.reset(token)
