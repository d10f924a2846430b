"""When to try again: not too soon, within the hours, and at another time of the day. Pure.

Somebody who did not answer in the morning is more likely to in the evening, so the part of the day
that was tried least comes first (Weeks, Kulka & Pierson, Public Opinion Quarterly 51, 1987).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from surveyapp.distribution.policy import Window

PARTS = (time(0), time(12), time(17))
"""Where morning, afternoon and evening begin on the customer's wall clock."""
DAYS = 2
"""Days after the earliest moment among which another part of the day is looked for."""
SOON = timedelta(minutes=20)
"""After a busy line."""
GRACE = timedelta(minutes=15)
"""How late a call back may be before its appointment counts as missed."""
AHEAD = timedelta(days=60)
"""How far ahead a call back may be promised."""


@dataclass(frozen=True)
class Rules:
    """most: attempts in all; only promised call backs go beyond. gap: least time between two.

    window: the hours in which people are called; ValueError for one that never opens.
    """

    most: int
    gap: timedelta
    window: Window

    def __post_init__(self) -> None:
        if self.window.start == self.window.end:
            raise ValueError("a window without a minute in it never opens")


def part_of_day(moment: datetime, zone: str) -> int:
    """0 in the morning, 1 in the afternoon, 2 in the evening of `zone`."""
    local = moment.astimezone(ZoneInfo(zone)).time()
    return sum(local >= start for start in PARTS) - 1


def next_try(tried: Sequence[datetime], earliest: datetime, window: Window) -> datetime:
    """The first moment from `earliest` on in the part of the day that was tried least."""
    tries = Counter(part_of_day(moment, window.zone) for moment in tried)
    return min(
        _openings(earliest, window), key=lambda at: (tries[part_of_day(at, window.zone)], at)
    )


def _openings(earliest: datetime, window: Window) -> Iterator[datetime]:
    """The first open moment, and that of each part of the days that follow."""
    first = window.next_opening(earliest)
    if first is None:
        raise ValueError("this window never opens")
    yield first
    day = earliest.astimezone(ZoneInfo(window.zone)).date()
    for ahead in range(DAYS + 1):
        for start in PARTS:
            begins = _moment(day + timedelta(days=ahead), start, window.zone)
            opening = window.next_opening(max(begins, earliest)) or first
            if _same_part(opening, begins, window.zone):
                yield opening


def _same_part(one: datetime, other: datetime, zone: str) -> bool:
    day = ZoneInfo(zone)
    same_day = one.astimezone(day).date() == other.astimezone(day).date()
    return same_day and part_of_day(one, zone) == part_of_day(other, zone)


def _moment(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def is_missed(appointment: datetime, now: datetime) -> bool:
    """Whether a promised call back is overdue."""
    return now > appointment + GRACE
