"""How fast texts may leave: a token bucket that all sender threads of a process share."""

from __future__ import annotations

import threading
import time

BURST_SECONDS = 0.2
"""A claim is never larger than what may leave in this time, so that what was checked is fresh."""


class Pace:
    """Tokens at `rate` a second; `take` waits for them, `pause` stops everyone for a while."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.capacity = max(1.0, rate * BURST_SECONDS)
        self._tokens = self.capacity
        self._at = time.monotonic()
        self._paused_until = 0.0
        self._lock = threading.Lock()

    def take_now(self, most: int) -> int:
        """Up to `most` tokens without waiting; 0 when there is none or nothing may leave."""
        with self._lock:
            if self._refill() > 0:
                return 0
            taken = min(most, int(self._tokens))
            self._tokens -= taken
            return taken

    @property
    def wait(self) -> float:
        """Seconds until there is a token (0: now)."""
        with self._lock:
            return max(0.0, self._refill())

    def take(self, most: int, stop: threading.Event) -> int:
        """Wait for at least one token; up to `most` of them, 0 when told to stop."""
        while not stop.is_set():
            if taken := self.take_now(most):
                return taken
            stop.wait(min(self.wait, 1.0))
        return 0

    def give_back(self, tokens: int) -> None:
        """Return what was taken and not used."""
        with self._lock:
            self._tokens = min(self.capacity, self._tokens + tokens)

    def pause(self, seconds: float) -> None:
        """Let nothing leave for `seconds`."""
        with self._lock:
            self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    @property
    def paused(self) -> bool:
        """Whether nothing may leave at present."""
        return time.monotonic() < self._paused_until

    def _refill(self) -> float:
        """Add what has accrued; seconds until there is a whole token (0 or less: now)."""
        now = time.monotonic()
        self._tokens = min(self.capacity, self._tokens + (now - self._at) * self.rate)
        self._at = now
        return max(self._paused_until - now, (1 - self._tokens) / self.rate)
