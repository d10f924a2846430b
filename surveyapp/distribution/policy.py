"""Whether a text may leave at this moment, and if not, what becomes of it. Pure.

Quiet hours are wall-clock minutes in the study's zone, so a window of 9:00 to 20:00 stays that on
both sides of a daylight-saving change. Every moment here is aware UTC.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
HORIZON = 3 * 24 * 60
"""Minutes ahead that an opening is looked for; a daily window opens within two days."""
MARGIN = timedelta(seconds=5)
"""Nothing leaves this close to the window's end: a call takes time to arrive."""


@dataclass(frozen=True)
class Window:
    """Allowed minutes of the day in a zone: from `start` up to, not including, `end`.

    `start` over `end` spans midnight; equal ones never open.
    """

    zone: str
    start: int
    end: int
    also: tuple[int, int] = (0, 24 * 60)
    """A second range of minutes, in which the moment must lie, too: all studies' own."""
    closed: frozenset[date] = frozenset()
    """Local days on which it does not open at all."""

    def is_open(self, moment: datetime) -> bool:
        """Whether `moment` lies inside the window."""
        local = moment.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return (
            local.date() not in self.closed
            and _inside(minute, self.start, self.end)
            and _inside(minute, *self.also)
        )

    def next_opening(self, moment: datetime) -> datetime | None:
        """`moment` itself when open, else the first whole minute after it that is; None: never."""
        return moment if self.is_open(moment) else _first(self, _minute(moment), True)

    def closing(self, moment: datetime) -> datetime | None:
        """First whole minute after an open `moment` that is outside; None: never closes."""
        return _first(self, _minute(moment), False)


def _inside(minute: int, start: int, end: int) -> bool:
    if start <= end:
        return start <= minute < end
    return minute >= start or minute < end


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


@lru_cache(maxsize=4096)
def _first(window: Window, moment: datetime, wanted: bool) -> datetime | None:
    """First minute after `moment` that is open (`wanted`) or closed; walking is immune to DST."""
    candidate, left = moment, HORIZON
    while left:
        step = _to_midnight(window, candidate) if wanted else MINUTE
        candidate += step
        left -= step == MINUTE
        if window.is_open(candidate) == wanted:
            return candidate
    return None


def _to_midnight(window: Window, moment: datetime) -> timedelta:
    """A minute; on a closed day all that is left of it, for a run of them may be long."""
    local = moment.astimezone(ZoneInfo(window.zone))
    if local.date() not in window.closed:
        return MINUTE
    following = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
    return max(MINUTE, following.astimezone(UTC) - moment)


@dataclass(frozen=True)
class Situation:
    """What is known of a message at the moment of sending."""

    kind: str
    """invitation, reminder or thank_you."""
    study_state: str
    wave_state: str
    closes_at: datetime | None
    not_after: datetime | None
    completed: bool
    opted_out: bool
    """By the customer, for this invitation, or by an address's suppression."""
    erased: bool
    lacks: str
    """Why no address of theirs will do (sequence.way), or nothing."""
    contacts: int
    """Texts to this customer inside the study's cap period, in flight ones included."""
    cap: int
    window: Window
    merged: bool = False
    """Another customer goes on for this one."""
    group_cap: bool = False
    """Whether a cap of the customer's group, over all studies, is reached."""


@dataclass(frozen=True)
class Go:
    """Send it, but not at or after `leave_before`."""

    leave_before: datetime


@dataclass(frozen=True)
class Stop:
    """Never send it; `expired` tells lateness from a change of circumstances."""

    reason: str
    expired: bool = False


@dataclass(frozen=True)
class Wait:
    """Not now; look again at `until`."""

    reason: str
    until: datetime


PAUSE = timedelta(seconds=30)
"""How long a message of a paused study that slipped into a batch waits for its next look."""


def decide(it: Situation, now: datetime) -> Go | Stop | Wait:
    """What to do with a message at `now`. The order matters: the customer's wishes come first."""
    if reason := _forbidden(it):
        return Stop(reason)
    if reason := _too_late(it, now):
        return Stop(reason, expired=True)
    if it.study_state != "running" or it.wave_state != "running":
        return Wait("paused", now + PAUSE)
    return _by_hours(it, now)


def _forbidden(it: Situation) -> str:
    """Why this person is not texted any more, or nothing."""
    checks = (
        ("erased", it.erased),
        ("merged", it.merged),
        ("opted_out", it.opted_out),
        (it.lacks, bool(it.lacks)),
        ("answered", it.completed and it.kind != "thank_you"),
        ("study_closed", it.study_state == "closed"),
        ("contact_cap", it.contacts >= it.cap),
        ("group_cap", it.group_cap),
    )
    return next((reason for reason, holds in checks if holds), "")


def _too_late(it: Situation, now: datetime) -> str:
    if it.closes_at is not None and now >= it.closes_at:
        return "study_ended"
    if it.not_after is not None and now >= it.not_after:
        return "too_late"
    return ""


def _by_hours(it: Situation, now: datetime) -> Go | Stop | Wait:
    opening = it.window.next_opening(now)
    if opening is None:
        return Stop("never_allowed_hours", expired=True)
    last = min((m for m in (it.closes_at, it.not_after) if m is not None), default=None)
    if opening > now:
        return Stop("too_late", True) if last and opening >= last else Wait("quiet_hours", opening)
    closing = it.window.closing(now)
    ends = [m for m in (closing and closing - MARGIN, last) if m]
    leave_before = min(ends, default=now + timedelta(days=1))
    if now < leave_before:
        return Go(leave_before)
    reopening = it.window.next_opening(closing) if closing else None
    return Wait("quiet_hours", reopening) if reopening else Stop("too_late", expired=True)


BACK_OFF = timedelta(seconds=15)
BACK_OFF_CAP = timedelta(minutes=30)
ATTEMPTS = 12
"""Calls after which a transient failure is final: about three hours of trying."""


def back_off(attempt: int, chance: random.Random) -> timedelta:
    """How long to wait after failed attempt number `attempt` (from 1): doubling, capped, jittered.

    The jitter spreads over the upper half, so that a crowd that failed together returns spread out.
    """
    full = min(BACK_OFF * int(2 ** (attempt - 1)), BACK_OFF_CAP)
    return full * (0.5 + chance.random() / 2)
