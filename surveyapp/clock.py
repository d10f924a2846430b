"""The one clock of the project: aware UTC, replaceable in tests and simulations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - a replaceable value


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


@contextmanager
def ticking_by(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `source` tell the time inside the block (it must return aware UTC)."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` inside the block."""
    with ticking_by(lambda: moment):
        yield
