"""The circuit breaker of a channel. Pure.

    closed → open: several failures in a row, too large a share of them, or refused credentials
    open → half open: its time is over; a single message goes out as a probe
    half open → closed: the probe was answered; → open again, for twice as long: it was not

A refusal of one number is an answer like any other; being asked to slow down is the pace's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from surveyapp.distribution.sms.provider import Ending

IN_A_ROW = 5
LEAST_CALLS = 20
SHARE = 0.5
WINDOW = timedelta(minutes=1)
OPEN_FOR = timedelta(seconds=30)
LONGEST = timedelta(minutes=10)
PROBE_FOR = timedelta(seconds=45)
"""A probe that was not answered by then is followed by another one (over the read time limit)."""
FAILURES = frozenset({Ending.TRANSIENT, Ending.UNKNOWN, Ending.BLOCKED})


class State(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class Health:
    """failures: in a row. calls, failed: since `window_from`. trips: openings since it last worked.
    open_until: when the next probe may go out.
    """

    state: State = State.CLOSED
    failures: int = 0
    calls: int = 0
    failed: int = 0
    window_from: datetime | None = None
    open_until: datetime | None = None
    trips: int = 0


def after(health: Health, endings: Sequence[Ending], now: datetime) -> Health:
    """The health after calls that ended in `endings`, in order."""
    it = health
    if it.window_from is None or now - it.window_from >= WINDOW:
        it = replace(it, calls=0, failed=0, window_from=now)
    for ending in endings:
        it = _one(it, ending, now)
    return it


def probe(health: Health, now: datetime) -> Health | None:
    """The health when a probe leaves at `now`; None while it may not."""
    if health.state == State.CLOSED or health.open_until is None or now < health.open_until:
        return None
    return replace(health, state=State.HALF_OPEN, open_until=now + PROBE_FOR)


def _one(it: Health, ending: Ending, now: datetime) -> Health:
    if ending == Ending.THROTTLED:
        return it
    if ending not in FAILURES:
        counted = replace(it, calls=it.calls + 1, failures=0)
        return _mended(counted) if it.state == State.HALF_OPEN else counted
    it = replace(it, calls=it.calls + 1, failed=it.failed + 1, failures=it.failures + 1)
    if it.state == State.OPEN:
        return it
    return _tripped(it, now) if _too_bad(it, ending) else it


def _too_bad(it: Health, ending: Ending) -> bool:
    often = it.calls >= LEAST_CALLS and it.failed >= SHARE * it.calls
    at_once = ending == Ending.BLOCKED or it.state == State.HALF_OPEN
    return at_once or it.failures >= IN_A_ROW or often


def _tripped(it: Health, now: datetime) -> Health:
    rest = min(OPEN_FOR * int(2 ** min(it.trips, 10)), LONGEST)
    return replace(it, state=State.OPEN, open_until=now + rest, trips=it.trips + 1)


def _mended(it: Health) -> Health:
    """What failed before the repair does not count against what comes after it."""
    return Health(calls=1, window_from=it.window_from)
