"""When the interpreter may look for garbage: not while somebody waits for a few milliseconds."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_pauses = {"open": 0, "resume": False}


@contextmanager
def collecting_later() -> Iterator[None]:
    """Put the collector off in the block. A proof keeps a great many objects for long; looking
    through all of them takes longer than what is done in between. The pause is the process's:
    where threads pause at once, the last one to end it resumes. Only for work that is bounded.
    """
    _pause()
    try:
        yield
    finally:
        _resume()


def _pause() -> None:
    with _lock:
        if _pauses["open"] == 0:
            _pauses["resume"] = gc.isenabled()
            gc.disable()
        _pauses["open"] += 1


def _resume() -> None:
    with _lock:
        _pauses["open"] -= 1
        if _pauses["open"] == 0 and _pauses["resume"]:
            gc.enable()
