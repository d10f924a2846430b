"""Unknown outcomes: the record of the channel that was called is read before anything else.

A text holds its reader's personal link, so number and body identify it; other providers keep our
reference. Found, the message takes over the provider's id; missing once the record has settled, it
is queued again, for whichever channel is healthy by then. Where no record is kept, a person must
decide.
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
from surveyapp.distribution import budgets, outbox, outcomes, receipts
from surveyapp.distribution.checks import body_hash
from surveyapp.distribution.models import Attempt, Invitation, Message, Wave
from surveyapp.distribution.outbox_states import Event, State, after
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.provider import (
    Known,
    Provider,
    UnreachableError,
    UnrecordedError,
)
from surveyapp.distribution.sms.providers import Providers

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
    channel: str
    cost: int


def resolve(providers: Providers) -> int:
    """Look up every unknown outcome that is due for a look; how many were settled."""
    settled, away, seen = 0, set[str](), set[int]()
    while batch := [lost for lost in _due() if lost.message_id not in seen]:
        seen.update(lost.message_id for lost in batch)
        for lost in batch:
            if lost.channel in away:
                continue
            try:
                settled += _resolve_one(providers, lost)
            except UnreachableError:
                away.add(lost.channel)
                log.warning("%s cannot be asked about unknown outcomes", lost.channel)
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
            Attempt.channel,
            Attempt.cost,
        )
        .join(Invitation, Invitation.id == Message.invitation_id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .join(Wave, Wave.id == Message.wave_id)
        .join(Attempt, (Attempt.message_id == Message.id) & (Attempt.number == Message.attempt))
        .where(Message.id.in_(ids))
    ).all()
    db.session.commit()
    return [Lost(*tuple(row)) for row in rows]


def _resolve_one(providers: Providers, lost: Lost) -> bool:
    channel = providers.channel(lost.channel)
    if channel is None:
        log.error("the channel %s is gone, but outcomes of it are unknown", lost.channel)
        return False
    try:
        known = _find(providers.get(lost.channel), lost)
    except UnrecordedError:
        return _end(lost, Event.HOLD, "unrecorded", reason="outcome_unknown")
    if known:
        return _found(lost, known)
    if not lost.phone or _missed_too_often(lost):
        return _end(lost, Event.GIVE_UP, "never_known", reason="gave_up")
    if abs(clock.now() - lost.since) < outbox.timing().settle:
        return False
    return _missed(channel, lost)


def _missed(channel: Channel, lost: Lost) -> bool:
    """Certainly not sent: its money is free again, and it may go out."""
    values = {"reason": "", "due_at": clock.now(), "sent_at": null()}
    moved = _end(lost, Event.MISS, "not_found", commit=False, **values)
    if moved:
        budgets.give_back(lost.channel, budgets.day_of(channel, lost.since), [lost.cost])
    db.session.commit()
    return moved


def _missed_too_often(lost: Lost) -> bool:
    """Something is wrong with a text that vanishes again and again."""
    return outcomes.attempts_that(lost.message_id, "not_found") >= MISSES


def _find(provider: Provider, lost: Lost) -> Known | None:
    """The provider's text that is this message and no other one of ours."""
    ours_there = outbox.reference(lost.message_id, lost.attempt)
    alike = [k for k in provider.find(lost.phone or "", ours_there) if _is(lost, k, ours_there)]
    ours = select(Message.provider_sid).where(Message.provider_sid.in_([k.sid for k in alike]))
    taken = set(db.session.scalars(ours)) if alike else set()
    db.session.rollback()
    return next((known for known in alike if known.sid not in taken), None)


def _is(lost: Lost, known: Known, reference: str) -> bool:
    if known.reference:
        return known.reference == reference
    return body_hash(known.body) == lost.body_hash


def _found(lost: Lost, known: Known) -> bool:
    taken_over = {
        "provider": lost.channel,
        "provider_sid": known.sid,
        "price": outcomes.price_of(lost.cost),
        "reason": "",
    }
    moved = _end(lost, Event.ACCEPT, "found", commit=False, **taken_over)
    if moved:
        invited = [lost.invitation_id] if lost.kind == "invitation" else []
        outcomes.note_handed_over(invited, [lost.customer_id], clock.now())
    db.session.commit()
    receipts.apply(known.sid, known.status, known.code, channel=lost.channel)
    return True


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
