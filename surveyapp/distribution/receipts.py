"""Status reports of the provider: each counts once, and a message only moves forward."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import func, or_, select, update

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import outbox
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Invitation, Message, Receipt, Wave
from surveyapp.distribution.outbox_states import Event, State, sources, target

log = logging.getLogger(__name__)
EARLY = frozenset({"queued", "accepted", "scheduled", "sending"})
"""Statuses that tell nothing which the answer to our call did not."""
EVENTS = {
    "sent": Event.RECEIPT_SENT,
    "delivered": Event.RECEIPT_DELIVERED,
    "read": Event.RECEIPT_DELIVERED,
    "undelivered": Event.RECEIPT_UNDELIVERED,
    "failed": Event.RECEIPT_FAILED,
    "canceled": Event.RECEIPT_FAILED,
}
OPTED_OUT = "21610"


def apply(sid: str, status: str, code: str = "", message_id: int | None = None) -> bool:
    """Take in one report; False when it was known already or names no message of ours.

    message_id: ours, from the callback's signed address: the report may be faster than the answer
    to the call that made the message, whose `sid` we then do not know yet.
    """
    owner = _owner(sid, message_id)
    if not _keep(sid, status, code, owner):
        db.session.rollback()
        return False
    event = EVENTS.get(status)
    if event is None and status not in EARLY:
        log.error("a provider reported the unknown status %r for %s", status, sid)
    if owner is None:
        log.warning("a receipt names the unknown message %s", sid)
    elif event is not None:
        _move(owner, sid, status, code, event)
    db.session.commit()
    return owner is not None


def _owner(sid: str, message_id: int | None) -> int | None:
    """Our message for a report. A message that took another id since then is not moved by it."""
    by_sid = Message.provider_sid == sid
    if message_id is not None:
        by_sid = by_sid | ((Message.id == message_id) & Message.provider_sid.is_(None))
    return db.session.scalar(select(Message.id).where(by_sid))


def _keep(sid: str, status: str, code: str, owner: int | None) -> bool:
    row = insert_missing(Receipt).values(
        message_id=owner,
        provider_sid=sid,
        status=status[:20],
        error_code=code[:20],
        received_at=clock.now(),
    )
    return db.session.scalar(row.returning(Receipt.id)) is not None


def _move(message_id: int, sid: str, status: str, code: str, event: Event) -> None:
    now, delivered = clock.now(), event == Event.RECEIPT_DELIVERED
    values: dict[str, Any] = {
        "state": target(event),
        "provider_sid": sid,
        "provider_status": status,
        "error_code": code,
        "lease_owner": None,
        "lease_until": None,
        "sent_at": func.coalesce(Message.sent_at, now),
    }
    if delivered:
        values["delivered_at"] = now
    failed = event in {Event.RECEIPT_FAILED, Event.RECEIPT_UNDELIVERED}
    moved = db.session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.state.in_(sources(event)),
            or_(Message.provider_sid.is_(None), Message.provider_sid == sid),
            or_(Message.state != State.QUEUED, Message.attempt > 0),
        )
        .values(**values, reason="undelivered" if failed else "")
        .returning(Message.invitation_id, Message.wave_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if moved is not None:
        _tell_invitation(*moved, event, code)


def _tell_invitation(invitation_id: int, wave_id: int, event: Event, code: str) -> None:
    """The invitation's own moments, each set once."""
    now = clock.now()
    wave = db.session.get_one(Wave, wave_id)
    values: dict[str, Any] = {}
    if wave.kind == "invitation":
        values["invited_at"] = func.coalesce(Invitation.invited_at, now)
    if event == Event.RECEIPT_DELIVERED and wave.kind != "thank_you":
        values["delivered_at"] = func.coalesce(Invitation.delivered_at, now)
    if event in {Event.RECEIPT_FAILED, Event.RECEIPT_UNDELIVERED} and wave.kind == "invitation":
        values["failed_at"] = func.coalesce(Invitation.failed_at, now)
    if values:
        db.session.execute(
            update(Invitation)
            .where(Invitation.id == invitation_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    if code == OPTED_OUT:
        outbox.opt_out_invited(invitation_id, now)
