"""Unknown outcomes: the provider's record is read before anything is sent again.

A text holds its reader's personal link, so number and body identify it. Found, the message takes
over the provider's id; missing once the record has settled, it is queued again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import null, select, update

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import outbox, receipts
from surveyapp.distribution.checks import body_hash
from surveyapp.distribution.models import Attempt, Invitation, Message, Wave
from surveyapp.distribution.outbox_states import Event, State, after
from surveyapp.distribution.sms.provider import Known, Provider, UnreachableError

log = logging.getLogger(__name__)
BATCH = 50
MISSES = 5
LOOK_AGAIN = timedelta(seconds=10)


@dataclass(frozen=True)
class Lost:
    """A message whose outcome is unknown. since: when its attempt started."""

    message_id: int
    attempt: int
    invitation_id: int
    customer_id: int
    kind: str
    phone: str | None
    body_hash: str
    since: datetime


def resolve(provider: Provider) -> int:
    """Look up every unknown outcome that is due for a look; how many were settled."""
    settled = 0
    while batch := _due():
        for lost in batch:
            try:
                settled += _resolve_one(provider, lost)
            except UnreachableError:
                log.warning("the provider cannot be asked about unknown outcomes")
                return settled
    return settled


def _due() -> Sequence[Lost]:
    """Take a batch for a look: nobody else looks at it before `LOOK_AGAIN`."""
    now = clock.now()
    some = select(Message.id).where(Message.state == State.UNKNOWN, Message.due_at <= now)
    ids = db.session.scalars(
        update(Message)
        .where(
            Message.id.in_(some.order_by(Message.due_at).limit(BATCH)),
            Message.state == State.UNKNOWN,
            Message.due_at <= now,
        )
        .values(due_at=now + min(LOOK_AGAIN, outbox.timing().settle))
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    rows = db.session.execute(
        select(
            Message.id,
            Message.attempt,
            Invitation.id,
            Customer.id,
            Wave.kind,
            Customer.phone,
            Message.body_hash,
            Attempt.started_at,
        )
        .join(Invitation, Invitation.id == Message.invitation_id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .join(Wave, Wave.id == Message.wave_id)
        .join(Attempt, (Attempt.message_id == Message.id) & (Attempt.number == Message.attempt))
        .where(Message.id.in_(ids))
    ).all()
    db.session.commit()
    return [Lost(*row) for row in rows]


def _resolve_one(provider: Provider, lost: Lost) -> bool:
    known = _find(provider, lost) if lost.phone else None
    if known:
        _found(provider, lost, known)
    elif not lost.phone or _missed_too_often(lost):
        _end(lost, Event.GIVE_UP, "never_known", reason="gave_up")
    elif clock.now() - lost.since >= outbox.timing().settle:
        _end(lost, Event.MISS, "not_found", reason="", due_at=clock.now(), sent_at=null())
    else:
        return False
    return True


def _missed_too_often(lost: Lost) -> bool:
    """Something is wrong with a text that vanishes again and again."""
    return outbox.attempts_that(lost.message_id, "not_found") >= MISSES


def _find(provider: Provider, lost: Lost) -> Known | None:
    """The provider's text that is this message and no other one of ours."""
    alike = [k for k in provider.find(lost.phone or "") if body_hash(k.body) == lost.body_hash]
    ours = select(Message.provider_sid).where(Message.provider_sid.in_([k.sid for k in alike]))
    taken = set(db.session.scalars(ours)) if alike else set()
    db.session.rollback()
    return next((known for known in alike if known.sid not in taken), None)


def _found(provider: Provider, lost: Lost, known: Known) -> None:
    taken_over = {"provider": provider.name, "provider_sid": known.sid, "reason": ""}
    moved = _end(lost, Event.ACCEPT, "found", commit=False, **taken_over)
    if moved:
        invited = [lost.invitation_id] if lost.kind == "invitation" else []
        outbox.note_handed_over(invited, [lost.customer_id], clock.now())
    db.session.commit()
    receipts.apply(known.sid, known.status, known.code)


def _end(lost: Lost, event: Event, outcome: str, *, commit: bool = True, **values: object) -> bool:
    """Move the message unless a receipt was faster; close its attempt."""
    moved = db.session.scalar(
        update(Message)
        .where(
            Message.id == lost.message_id,
            Message.state == State.UNKNOWN,
            Message.attempt == lost.attempt,
        )
        .values(state=after(State.UNKNOWN, event), lease_owner=None, lease_until=None, **values)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Attempt)
        .where(Attempt.message_id == lost.message_id, Attempt.number == lost.attempt)
        .values(outcome=outcome, finished_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if commit:
        db.session.commit()
    return moved is not None
