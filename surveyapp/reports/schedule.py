"""What a study's waves will do next: when, and to how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import contact, wave_plans
from surveyapp.distribution.models import Invitation, Message, Study, Wave

WAITING = ("queued", "sending")
_REMINDED = (
    Invitation.invited_at.is_not(None),
    Invitation.completed_at.is_(None),
    Invitation.opted_out_at.is_(None),
    Invitation.failed_at.is_(None),
)


@dataclass(frozen=True)
class Next:
    """A wave's future: `waiting` texts are queued, `coming` become due at `at` or later.

    `at` is None when nothing will leave as things stand: nobody is left, the wave is paused or
    done, or the allowed hours never open.
    """

    wave: Wave
    sent: int
    waiting: int
    coming: int
    at: datetime | None


def ahead(study: Study) -> list[Next]:
    """Every wave of the study in order, with what it will do next."""
    return [_next(study, wave) for wave in wave_plans.waves_of(study)]


def _next(study: Study, wave: Wave) -> Next:
    counts = dict(
        db.session.execute(
            select(Message.state, func.count())
            .where(Message.wave_id == wave.id)
            .group_by(Message.state)
        ).all()
    )
    waiting = sum(counts.get(state, 0) for state in WAITING)
    sent = sum(counts.get(state, 0) for state in ("accepted", "sent", "delivered", "undelivered"))
    coming, at = _coming(study, wave)
    if waiting:
        due = select(func.min(Message.due_at)).where(
            Message.wave_id == wave.id, Message.state == "queued"
        )
        at = db.session.scalar(due) or at
    still = wave.state in ("paused", "done")
    return Next(wave, sent, waiting, coming, None if still else _open(study, at))


def _coming(study: Study, wave: Wave) -> tuple[int, datetime | None]:
    """Texts that are not queued yet: how many at the most, and the first one's moment."""
    if wave.kind == "thank_you" or wave.state == "done":
        return 0, None
    queued = aliased(Message)
    already = (
        select(queued.id)
        .where(queued.invitation_id == Invitation.id, queued.wave_id == wave.id)
        .exists()
    )
    wanted = _REMINDED if wave.kind == "reminder" else ()
    count, first = db.session.execute(
        select(func.count(), func.min(Invitation.invited_at)).where(
            Invitation.study_id == study.id, ~already, *wanted
        )
    ).one()
    if wave.kind == "reminder":
        return count, first + wave.wait if first else None
    return count, wave.starts_at if wave.state == "planned" else clock.now() if count else None


def _open(study: Study, at: datetime | None) -> datetime | None:
    """The moment at which a text due `at` may really leave."""
    if at is None:
        return None
    window = contact.current().window(study)
    return window.next_opening(max(at, clock.now()))
