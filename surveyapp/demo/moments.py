"""Simulated time for the demo's own processes, never for a server that real people use.

The demo lives through ten days in two minutes. Its clock is the real one plus an offset, kept in a
file that its web server reads; a simulated phone says in a header when it makes its request, so
that the server measures believable times.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from surveyapp import clock

FRESH = 0.1
HEADER = "X-Simulated-Moment"
_KEY = "HTTP_X_SIMULATED_MOMENT"
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Calendar:
    """The demo's clock: real time moved by an offset that other processes read from `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = timedelta()
        self._read_at = -FRESH

    def now(self) -> datetime:
        """The simulated moment (another process learns of a jump within FRESH seconds)."""
        if time.monotonic() - self._read_at > FRESH:
            self._read()
        return datetime.now(UTC) + self._offset

    def _read(self) -> None:
        self._read_at = time.monotonic()
        if self.path.is_file():
            self._offset = timedelta(seconds=float(self.path.read_text(encoding="ascii")))

    def jump_to(self, moment: datetime) -> None:
        """Let it be `moment` now; time goes on from there at its usual pace."""
        offset = (moment - datetime.now(UTC)).total_seconds()
        waiting = self.path.with_suffix(".new")
        waiting.write_text(str(offset), encoding="ascii")
        waiting.replace(self.path)
        time.sleep(FRESH)
        self._read()

    @contextmanager
    def ruling(self) -> Iterator[None]:
        """Make this the process's clock inside the block."""
        with clock.ticking_by(self.now):
            yield


def living_by(calendar: Calendar, app: Wsgi) -> Wsgi:
    """`app` under the simulated clock; a request that names its moment happens then."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with ExitStack() as stack:
            if said := environ.get(_KEY):
                stack.enter_context(clock.here(datetime.fromisoformat(said)))
            return [b"".join(_drain(app(environ, start_response)))]

    clock.live_by(calendar.now)
    return application


def _drain(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """All chunks, inside the request's time; closes the response as a server would."""
    try:
        yield from chunks
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
