"""How often something happened lately, by a key: counted in this process and bounded in memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

WINDOW = 600.0
"""Seconds from the first of a key's counts; then they are forgotten."""
KEYS = 10_000
"""So many keys are known; the one that was counted longest ago makes room."""
Key = TypeVar("Key", bound=Hashable)


class Lately(Generic[Key]):
    """How often each key was counted within the last `WINDOW` seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: OrderedDict[Key, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def so_far(self, key: Key) -> int:
        """How often; counts nothing."""
        with self._lock:
            return self._of(key)[1]

    def count(self, key: Key) -> int:
        """Count once more; how often it was before."""
        with self._lock:
            since, before = self._of(key)
            self._seen.pop(key, None)
            self._seen[key] = since, before + 1
            if len(self._seen) > KEYS:
                self._seen.popitem(last=False)
            return before

    def _of(self, key: Key) -> tuple[float, int]:
        now = self._now()
        since, count = self._seen.get(key, (now, 0))
        return (now, 0) if now - since > WINDOW else (since, count)
