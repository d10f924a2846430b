"""Status reports of the provider: each counts once, and a message only moves forward.

Thousands a minute may come in. The statements are built once and run on the connection, which
makes a report three times cheaper than building them anew each time.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Select,
    String,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)

from surveyapp import clock
from surveyapp.database import UtcDateTime, db
from surveyapp.distribution import outcomes
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Attempt, Invitation, Message, Receipt, Wave
from surveyapp.distribution.outbox_states import HANDED_OVER, Event, State, sources, target

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
FAILURES = frozenset({Event.RECEIPT_FAILED, Event.RECEIPT_UNDELIVERED})
OPTED_OUT = frozenset({"21610", "opted_out"})
"""Twilio's code, and that of the signed HTTP protocol."""


class Owner(NamedTuple):
    """The message that a report is about, as it was when the report came."""

    message_id: int
    state: str
    invitation_id: int
    kind: str


def apply(
    sid: str, status: str, code: str = "", message_id: int | None = None, *, channel: str
) -> bool:
    """Take in one report; False when it was known already or names no message of ours.

    message_id: ours, from the callback's signed address: the report may be faster than the answer
    to the call that made the message, whose `sid` we then do not know yet. channel: the one that
    reports.
    """
    connection, now = db.session.connection(), clock.now()
    asked = {"sid": sid, "ours": message_id or 0, "channel": channel}
    found = connection.execute(_owner(), asked).one_or_none()
    owner = Owner(*found) if found else None
    if not _keep(connection, sid, status, code, owner, now):
        db.session.rollback()
        return False
    event = EVENTS.get(status)
    if event is None and status not in EARLY:
        log.error("a provider reported the unknown status %r for %s", status, sid)
    if owner is None:
        log.warning("a receipt names the unknown message %s", sid)
    elif event is not None:
        _advance(connection, owner, event, now, sid=sid, status=status, code=code, channel=channel)
        if event in FAILURES and code in OPTED_OUT:  # whatever is known of the text already
            outcomes.opt_out_invited(owner.invitation_id, now)
    db.session.commit()
    return owner is not None


def _keep(
    connection: Connection, sid: str, status: str, code: str, owner: Owner | None, now: datetime
) -> bool:
    row = {
        "message_id": owner and owner.message_id,
        "provider_sid": sid,
        "status": status[:20],
        "error_code": code[:20],
        "received_at": now,
    }
    return connection.execute(_keeping(), row).one_or_none() is not None


def _advance(
    connection: Connection, owner: Owner, event: Event, now: datetime, **report: str
) -> None:
    """Move the message forward if this is forward, and tell its invitation."""
    values = {"of": owner.message_id, "now": now, **report}
    if connection.execute(_moving(event), values).one_or_none() is None:
        return
    if moments := _moments(owner, event):
        connection.execute(_noting(moments), {"of": owner.invitation_id, "now": now})


def _moments(owner: Owner, event: Event) -> tuple[str, ...]:
    """Which of the invitation's own moments this report sets, unless they are set."""
    moments = []
    if owner.kind == "invitation" and owner.state not in HANDED_OVER:
        moments.append("invited_at")
    if event == Event.RECEIPT_DELIVERED and owner.kind != "thank_you":
        moments.append("delivered_at")
    if event in FAILURES and owner.kind == "invitation":
        moments.append("failed_at")
    return tuple(moments)


@cache
def _owner() -> Select[int, str, int, str]:
    """A message that took another id since then is not moved by an older report, and none by a
    channel that was never asked to send it: each signs with a secret of its own.
    """
    channel = bindparam("channel", type_=String())
    called = exists().where(Attempt.message_id == Message.id, Attempt.channel.in_([channel, ""]))
    ours = and_(Message.id == bindparam("ours"), Message.provider_sid.is_(None), called)
    named = and_(Message.provider_sid == bindparam("sid"), Message.provider.in_([channel, ""]))
    return (
        select(Message.id, Message.state, Message.invitation_id, Wave.kind)
        .join(Wave, Wave.id == Message.wave_id)
        .where(or_(named, ours))
    )


def _keeping() -> Any:
    return _keeping_on(db.engine.dialect.name)


@cache
def _keeping_on(_dialect: str) -> Any:
    """The statement differs by dialect."""
    return insert_missing(Receipt).returning(Receipt.id)


@cache
def _moving(event: Event) -> Update:
    now = bindparam("now", type_=UtcDateTime())
    values: dict[str, Any] = {
        "state": target(event),
        "provider_sid": bindparam("sid"),
        "provider": case((Message.provider == "", bindparam("channel")), else_=Message.provider),
        "provider_status": bindparam("status"),
        "error_code": bindparam("code"),
        "reason": "undelivered" if event in FAILURES else "",
        "lease_owner": None,
        "lease_until": None,
        "sent_at": func.coalesce(Message.sent_at, now),
    }
    if event == Event.RECEIPT_DELIVERED:
        values["delivered_at"] = now
    return (
        update(Message)
        .where(
            Message.id == bindparam("of"),
            Message.state.in_(sources(event)),
            or_(Message.provider_sid.is_(None), Message.provider_sid == bindparam("sid")),
            or_(Message.state != State.QUEUED, Message.attempt > 0),
        )
        .values(**values)
        .returning(Message.id)
    )


@cache
def _noting(moments: tuple[str, ...]) -> Update:
    now = bindparam("now", type_=UtcDateTime())
    values = {name: func.coalesce(getattr(Invitation, name), now) for name in moments}
    return update(Invitation).where(Invitation.id == bindparam("of")).values(values)
