"""When the periods of a recurring study begin and end, how they are called, their seeds. Pure.

Period 1 begins at the first fitting day on or after `first`; each ends where the next begins, so
that every moment after the first start lies in exactly one period. Moments are aware UTC; days and
minutes are those of the study's zone, so 9:00 stays 9:00 on both sides of a daylight-saving change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from surveyapp.findings import N_, Finding

MONTHS = {"month": 1, "quarter": 3}
"""Length in months of those that are no weeks."""
EVERY = {"week": N_("Every week"), "month": N_("Every month"), "quarter": N_("Every quarter")}
LAST_DAY = {"week": 7, "month": 28, "quarter": 28}
"""Latest day on which a period may begin: a day that every month has."""
SEEDS = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Beyond them a period would end after the last day that there is, or thousands would be missed."""


@dataclass(frozen=True)
class Recurrence:
    """every: week, month or quarter. day: of the week (1 Monday) or of the month. minute: of that
    day. first: no period begins before it. last: none begins after it; None: no end.
    """

    every: str
    day: int
    minute: int
    zone: str
    first: date
    last: date | None = None


@dataclass(frozen=True)
class Span:
    """One period: from `starts_at` up to, not including, `ends_at`. label: `2026-11`."""

    number: int
    label: str
    starts_at: datetime
    ends_at: datetime


def findings(it: Recurrence) -> Iterator[Finding]:
    """What is wrong with a recurrence."""
    if it.every not in EVERY:
        yield Finding(
            "recurrence.unknown_length",
            "every",
            N_("There is no period {name}; use one of {known}."),
            {"name": it.every, "known": ", ".join(EVERY)},
        )
        return
    if not 1 <= it.day <= LAST_DAY[it.every]:
        yield Finding(
            "recurrence.bad_day",
            "day",
            N_("Begin on a day from 1 to {last}: every period has it."),
            {"last": LAST_DAY[it.every]},
        )
    if not FIRST_YEAR <= it.first.year <= LAST_YEAR:
        yield Finding(
            "recurrence.bad_first",
            "first",
            N_("Let the first period begin in a year from {first} to {last}."),
            {"first": FIRST_YEAR, "last": LAST_YEAR},
        )
    if not 0 <= it.minute < 24 * 60:
        yield Finding("recurrence.bad_time", "at", N_("Give a time of the day."))
    if it.last is not None and it.last < it.first:
        yield Finding("recurrence.ends_first", "last", N_("The last day is before the first."))


def spans(it: Recurrence) -> Iterator[Span]:
    """All periods in order; endless where there is no last day."""
    numbered = enumerate(pairwise(_days(it)), 1)
    begun = takewhile(lambda one: it.last is None or one[1][0] <= it.last, numbered)
    for number, (begins, follows) in begun:
        yield Span(number, label(it.every, begins), _moment(it, begins), _moment(it, follows))


def due(it: Recurrence, now: datetime, after: int = 0) -> list[Span]:
    """The periods that have begun by `now`, of those numbered over `after`."""
    found = []
    for span in spans(it):
        if span.starts_at > now:
            break
        if span.number > after:
            found.append(span)
    return found


def upcoming(it: Recurrence, now: datetime, most: int) -> list[Span]:
    """The next periods that begin after `now`, at most so many."""
    return list(islice((span for span in spans(it) if span.starts_at > now), most))


def label(every: str, begins: date) -> str:
    """How people call the period that begins on this day: 2026-W48, 2026-11, 2026-Q4."""
    if every == "week":
        year, week, _day = begins.isocalendar()
        return f"{year}-W{week:02d}"
    if every == "quarter":
        return f"{begins.year}-Q{(begins.month + 2) // 3}"
    return f"{begins:%Y-%m}"


def seed_of(base: int, number: int) -> int:
    """The seed of a period's draw: anyone can compute it, and no two periods share a sample."""
    digest = hashlib.sha256(f"{base}:{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % SEEDS


def _days(it: Recurrence) -> Iterator[date]:
    """The days on which periods begin."""
    if it.every == "week":
        begins = it.first + timedelta(days=(it.day - it.first.isoweekday()) % 7)
        return (begins + timedelta(weeks=number) for number in count())
    step = MONTHS[it.every]
    month = it.first.year * 12 + it.first.month - 1
    months = count(month + -month % step, step)
    days = (date(month // 12, month % 12 + 1, it.day) for month in months)
    return (day for day in days if day >= it.first)


def _moment(it: Recurrence, day: date) -> datetime:
    local = datetime.combine(day, time(*divmod(it.minute, 60)), tzinfo=ZoneInfo(it.zone))
    return local.astimezone(UTC)
