"""Links that do not exist: counted per address, so that guessing is slow and costs us little.

Counted in this process and not in the database, because a GET never writes. Only misses count: a
living link always opens, also for a phone that shares its address with a whole network; a code that
is short enough to type does not.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

ALLOWED = 20
WINDOW = 600.0
ADDRESSES = 10_000


class Misses:
    """How often each address missed within the last `WINDOW` seconds; bounded in memory."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def spent(self, address: str) -> bool:
        """Whether an address has used up its misses; counts none."""
        with self._lock:
            since, count = self._seen.get(address, (0.0, 0))
            return count >= ALLOWED and self._now() - since <= WINDOW

    def too_many(self, address: str) -> bool:
        """Count one miss of `address`; whether it has had more than its share."""
        with self._lock:
            since, count = self._seen.pop(address, (self._now(), 0))
            if self._now() - since > WINDOW:
                since, count = self._now(), 0
            self._seen[address] = since, count + 1
            if len(self._seen) > ADDRESSES:
                self._seen.popitem(last=False)
            return count >= ALLOWED
