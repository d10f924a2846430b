"""Sweepers: what a dead worker left, what came too late, what a person released."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select, update

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution.models import Message, Study, Wave
from surveyapp.distribution.outbox import timing
from surveyapp.distribution.outbox_states import Event, State, after


def reap(*, everything: bool = False) -> int:
    """Mark as unknown what a dead worker left in `sending`; how many there were.

    everything: also what is still leased; only for the one worker of a SQLite installation.
    """
    now = clock.now()
    future = now + 2 * timing().lease  # written before a clock was set back
    until = Message.lease_until
    dead = or_(until < now, until > future, until.is_(None))
    rows = db.session.scalars(
        update(Message)
        .where(Message.state == State.SENDING, *([] if everything else [dead]))
        .values(
            state=after(State.SENDING, Event.LOSE),
            reason="outcome_unknown",
            due_at=now,
            lease_owner=None,
            lease_until=None,
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return len(rows)


def sweep() -> int:
    """Expire and cancel what will not leave any more; how many messages that ended."""
    now = clock.now()
    ended = _end(Event.EXPIRE, "too_late", Message.not_after <= now)
    ended += _end(Event.EXPIRE, "study_ended", _of_studies(Study.closes_at <= now))
    ended += _end(Event.CANCEL, "study_closed", _of_studies(Study.state == "closed"))
    db.session.commit()
    return ended


def _end(event: Event, reason: str, whose: ColumnElement[bool]) -> int:
    """Each waiting state has its own statement, built from the table."""
    total = 0
    for state in (State.QUEUED, State.HELD):
        rows = db.session.scalars(
            update(Message)
            .where(Message.state == state, whose)
            .values(state=after(state, event), reason=reason)
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        ).all()
        total += len(rows)
    return total


def _of_studies(which: ColumnElement[bool]) -> ColumnElement[bool]:
    waves = select(Wave.id).join(Study, Study.id == Wave.study_id).where(which)
    return Message.wave_id.in_(waves)


def release_held(study_id: int, reason: str = "") -> int:
    """Queue again what a person held back or mended, in the caller's transaction."""
    conditions = [Message.state == State.HELD, _of_studies(Study.id == study_id)]
    if reason:
        conditions.append(Message.reason == reason)
    rows = db.session.scalars(
        update(Message)
        .where(*conditions)
        .values(state=after(State.HELD, Event.RELEASE), reason="", due_at=clock.now())
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(rows)
