"""What a wave would do: on which days, in which hours, how many texts leave. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from surveyapp.distribution.policy import Window

LONGEST = 60
"""Days ahead that are worked out; what does not fit is said as a remainder."""


@dataclass(frozen=True)
class Slot:
    """`n` texts leave from `start` to `end` (aware UTC), inside one opening of the window."""

    start: datetime
    end: datetime
    n: int


def slots(
    n: int, rate: float, window: Window, start: datetime, closes_at: datetime | None = None
) -> list[Slot]:
    """When `n` texts leave that may go from `start`, at `rate` a second, before `closes_at`.

    Sums to less than `n` when the study closes first or the window never opens.
    """
    return list(_slots(n, rate, window, start, closes_at))


def _slots(
    n: int, rate: float, window: Window, start: datetime, closes_at: datetime | None
) -> Iterator[Slot]:
    opening = window.next_opening(start)
    for _day in range(LONGEST):
        if n <= 0 or opening is None or (closes_at is not None and opening >= closes_at):
            return
        closing = window.closing(opening)
        ends = [moment for moment in (closing, closes_at) if moment is not None]
        end = min(ends, default=opening + timedelta(days=1))
        fitting = min(n, math.floor((end - opening).total_seconds() * rate))
        if fitting:
            yield Slot(opening, opening + timedelta(seconds=fitting / rate), fitting)
        n -= fitting
        opening = window.next_opening(end)
