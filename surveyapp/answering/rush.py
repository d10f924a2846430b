"""A rush of answers from one address at one printed code: each further response costs a puzzle.

Counted in this process, bounded in memory and forgotten after ten minutes. Many people share an
address (a store's network, a mobile carrier), so the first ones are free, the price is a second
of a phone's time that nobody notices, and whoever cannot pay it is let in with a mark for
screening. Personal links, of which each takes one response, and store terminals are never asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import current_app, request

from surveyapp import clock
from surveyapp.answering import puzzles
from surveyapp.answering.lately import Lately
from surveyapp.answering.visits import Visit
from surveyapp.database import vault

HEADER = "Survey-Work"
"""Carries the solution, or CANNOT."""
CANNOT = "none"
"""What a browser says that cannot solve puzzles."""
ALLOWED = 30


class Beginnings(Lately[tuple[str, int]]):
    """How often each address began a response at each code lately."""

    def __init__(self, now: Callable[[], float] = time.monotonic, allowed: int = ALLOWED) -> None:
        super().__init__(now)
        self.allowed = allowed

    def bits(self, address: str, code: int) -> int:
        """Bits of the puzzle for the next one; 0: none is asked."""
        return puzzles.bits_for(self.so_far((address, code)), self.allowed)


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
    beginnings.count((address, code))
    return {"unworked": True} if bits and work == CANNOT else {}


def _sign(text: str) -> str:
    return vault.fingerprint(text, "answering.puzzle")[:32]
