"""Whether this machine's clock can be trusted to tell how long ago something was written."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

JUMP_SECONDS = 2.0
"""Clocks are set by less all the time."""


class Steadiness:
    """Compares the wall clock with one that cannot be set; looked at about every second.

    After a jump, ages that are told from moments of before are wrong by the jump, whichever way it
    went: whoever judges by age waits until everything of before would be old enough anyway.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall, self._steady = wall, steady
        self._offset = wall() - steady()
        self._jumped_at = -math.inf
        self._untold = 0.0
        self._lock = threading.Lock()

    def look(self) -> float:
        """Seconds that the wall clock jumped since the last look; 0 when it did not."""
        with self._lock:
            self._measure()
            jump, self._untold = self._untold, 0.0
        return jump

    def for_seconds(self, seconds: float) -> bool:
        """Whether the last jump is longer ago than `seconds`."""
        with self._lock:
            self._measure()
            return self._steady() - self._jumped_at > seconds

    def _measure(self) -> None:
        offset = self._wall() - self._steady()
        jump, self._offset = offset - self._offset, offset
        if abs(jump) >= JUMP_SECONDS:
            self._jumped_at = self._steady()
            self._untold += jump
