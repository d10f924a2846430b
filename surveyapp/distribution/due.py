"""Which invitations a look for due follow-ups has to read.

Somebody becomes due when the wait is over, or when they reach what the step asks for; both
moments are columns with an index by study. So a look reads who crossed one of them since the last
look, not everybody. What makes people due again without such a moment (an opt-out taken back) is
rare: the first look of each day (UTC), and the first after a step was changed, reads everyone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, select, union, update

from surveyapp.database import db
from surveyapp.distribution.models import Invitation, Wave

OVERLAP = timedelta(minutes=15)
"""How far a look goes back behind the last one: a moment is written before it is committed."""
OLD = timedelta(minutes=10)
"""After so long a look is taken though nobody seems due, so that the next one reads little."""
REACHED = {"opened": Invitation.opened_at, "begun": Invitation.started_at}
"""Condition → the moment at which somebody comes to meet it."""


class Look:
    """One look of a wave at who is due, as the wave was when it began."""

    def __init__(self, wave: Wave, now: datetime) -> None:
        self.now, self.everyone = now, of_everyone(wave, now)
        self._same = [
            Wave.id == wave.id,
            Wave.kind != "invitation",
            Wave.after_days == wave.after_days,
            Wave.after_hours == wave.after_hours,
            Wave.condition == wave.condition,
        ]

    def finish(self) -> None:
        """Remember it, in the caller's transaction; not when the step was changed meanwhile."""
        db.session.execute(update(Wave).where(*self._same).values(looked_at=self.now))


def of_everyone(wave: Wave, now: datetime) -> bool:
    """Whether this look has to read everyone."""
    last = wave.looked_at
    return wave.kind == "invitation" or last is None or last > now or last.date() != now.date()


def is_old(wave: Wave, now: datetime) -> bool:
    """Whether it is time for a look, whoever may be due."""
    return of_everyone(wave, now) or (wave.looked_at is not None and now - wave.looked_at >= OLD)


def candidates(wave: Wave, now: datetime) -> Select[int]:
    """Ids of the invitations that a look at `now` reads; unordered."""
    last = wave.looked_at
    if last is None or of_everyone(wave, now):
        return select(Invitation.id).where(Invitation.study_id == wave.study_id)
    looks = [select(Invitation.id).where(one) for one in _crossings(wave, last - OVERLAP, now)]
    return select(union(*looks).subquery().c.id)


def _crossings(wave: Wave, since: datetime, now: datetime) -> list[ColumnElement[bool]]:
    of_study = Invitation.study_id == wave.study_id
    if wave.kind == "thank_you":
        return [and_(of_study, Invitation.completed_at > since)]
    left = Invitation.invited_at
    found = [and_(of_study, left > since - wave.wait, left <= now - wave.wait)]
    if wave.condition in REACHED:
        found.append(and_(of_study, REACHED[wave.condition] > since))
    return found
