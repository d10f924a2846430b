"""What will go out on which day, to how many and at what cost. Pure.

Numbers are what is known now: those of queued texts and of planned periods are exact, reminders
are at most (whoever answers first gets none), events are the mean of the last weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from surveyapp.distribution.forecast import slots
from surveyapp.distribution.policy import Window

EXACT, AT_MOST, ABOUT = "exact", "at_most", "about"


@dataclass(frozen=True)
class Sending:
    """`n` texts of `parts` message parts each that may leave from `at` on, inside `window`.

    certainty: EXACT, AT_MOST or ABOUT. label: a period or an event. until: pointless from then on.
    name: the step's own, if it has one.
    """

    study_id: int
    title: str
    kind: str
    number: int
    label: str
    at: datetime
    n: int
    parts: int
    window: Window
    certainty: str
    until: datetime | None = None
    name: str = ""


@dataclass(frozen=True)
class Entry:
    """The part of a sending that leaves on one day, from `at` on."""

    sending: Sending
    at: datetime
    n: int

    @property
    def parts(self) -> int:
        """Message parts, as billed."""
        return self.n * self.sending.parts


@dataclass(frozen=True)
class Day:
    """One day of the calendar's zone, its entries by time."""

    on: date
    entries: tuple[Entry, ...] = ()

    @property
    def n(self) -> int:
        """Texts, at most."""
        return sum(entry.n for entry in self.entries)

    @property
    def parts(self) -> int:
        """Message parts."""
        return sum(entry.parts for entry in self.entries)

    def cost(self, price: Decimal | None) -> Decimal | None:
        """Exact cost at `price` a part; None without a price."""
        return None if price is None else price * self.parts


def spread(sending: Sending, rate: float) -> Iterable[Entry]:
    """On which days its texts leave, at `rate` a second, in its window."""
    for slot in slots(sending.n, rate, sending.window, sending.at, sending.until):
        yield Entry(sending, slot.start, slot.n)


def days(
    sendings: Iterable[Sending], start: datetime, count: int, zone: str, rate: float
) -> list[Day]:
    """`count` days from the day of `start` in `zone`, with what leaves on each."""
    first = start.astimezone(ZoneInfo(zone)).date()
    found: dict[date, list[Entry]] = {first + timedelta(days=k): [] for k in range(count)}
    for sending in sendings:
        for entry in spread(_not_before(sending, start), rate):
            on = entry.at.astimezone(ZoneInfo(zone)).date()
            if on in found:
                found[on].append(entry)
    return [Day(on, tuple(sorted(entries, key=_order))) for on, entries in found.items()]


def weeks(of: Sequence[Day]) -> list[list[Day | None]]:
    """The days in rows from Monday to Sunday; None where a row begins or ends outside."""
    padded: list[Day | None] = [None] * (of[0].on.isoweekday() - 1) if of else []
    padded += of
    padded += [None] * (-len(padded) % 7)
    return [padded[k : k + 7] for k in range(0, len(padded), 7)]


def _order(entry: Entry) -> tuple[datetime, int, str, int]:
    return entry.at, entry.sending.study_id, entry.sending.kind, entry.sending.number


def _not_before(sending: Sending, start: datetime) -> Sending:
    return sending if sending.at >= start else replace(sending, at=start)
