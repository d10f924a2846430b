"""A rush of answers from one address at one printed code: each further response costs a puzzle.

Counted in this process, bounded in memory and forgotten after ten minutes. Many people share an
address (a store's network, a mobile carrier), so the first ones are free, the price is a second
of a phone's time that nobody notices, and whoever cannot pay it is let in with a mark for
screening. Personal links, of which each takes one response, and store terminals are never asked.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import current_app, request

from surveyapp import clock
from surveyapp.answering import puzzles
from surveyapp.answering.visits import Visit
from surveyapp.database import vault

HEADER = "Survey-Work"
"""Carries the solution, or CANNOT."""
CANNOT = "none"
"""What a browser says that cannot solve puzzles."""
ALLOWED = 30
WINDOW = 600.0
ADDRESSES = 10_000


class Beginnings:
    """How many responses each address began at each code within the last `WINDOW` seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic, allowed: int = ALLOWED) -> None:
        self.allowed = allowed
        self._now = now
        self._seen: OrderedDict[tuple[str, int], tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def bits(self, address: str, code: int) -> int:
        """Bits of the puzzle for the next one; 0: none is asked."""
        with self._lock:
            return puzzles.bits_for(self._of((address, code))[1], self.allowed)

    def count(self, address: str, code: int) -> None:
        """One more."""
        with self._lock:
            since, begun = self._of((address, code))
            self._seen.pop((address, code), None)
            self._seen[address, code] = since, begun + 1
            if len(self._seen) > ADDRESSES:
                self._seen.popitem(last=False)

    def _of(self, key: tuple[str, int]) -> tuple[float, int]:
        since, begun = self._seen.get(key, (self._now(), 0))
        return (self._now(), 0) if self._now() - since > WINDOW else (since, begun)


def begins(visit: Visit) -> bool:
    """Whether what is sent now would begin a response that rushes are made of."""
    return visit.response_id is None and visit.touchpoint_id is not None and not visit.terminal


def admit(visit: Visit, work: str) -> str | dict[str, object]:
    """Let `visit` begin its response, and count it: its marks. Or the puzzle to be solved before.

    work: what it brings: a solution, CANNOT, or nothing.
    """
    beginnings: Beginnings = current_app.extensions["answering.rush"]
    address, code = request.remote_addr or "", visit.touchpoint_id or 0
    bits = beginnings.bits(address, code)
    now = int(clock.now().timestamp())
    if bits and work != CANNOT and not puzzles.is_solved(visit.key, work, now, _sign):
        return puzzles.pose(visit.key, bits, now, _sign)
    beginnings.count(address, code)
    return {"unworked": True} if bits and work == CANNOT else {}


def _sign(text: str) -> str:
    return vault.fingerprint(text, "answering.puzzle")[:32]
