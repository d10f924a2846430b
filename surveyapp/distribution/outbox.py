"""The outbox: messages are claimed, checked, handed over, and their outcomes recorded.

Claiming, checking and writing the attempt are one short transaction; the provider is called
outside any; its answer is a second short transaction. Whatever dies in between leaves a message
in `sending` with an open attempt, whose outcome is looked up before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import Update, select, update

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import budgets, policy
from surveyapp.distribution.assigning import assign
from surveyapp.distribution.checks import Candidate, Verdict, judge
from surveyapp.distribution.models import Attempt, Message, Study, Wave
from surveyapp.distribution.outbox_states import Event, State, after
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.provider import Text
from surveyapp.distribution.sms.routing import Routes


@dataclass(frozen=True)
class Timing:
    """lease: after this a claimed message belongs to a dead worker (over twice the provider's time
    limits). settle: how long after an attempt the provider's record is taken as complete.
    """

    lease: timedelta = timedelta(seconds=100)
    settle: timedelta = timedelta(seconds=60)


@dataclass(frozen=True)
class Claimed:
    """A message that may leave now, with everything needed to call the provider of `channel`.

    cost: millionths reserved of that channel's budget of `day`.
    """

    message_id: int
    attempt: int
    invitation_id: int
    customer_id: int
    kind: str
    text: Text
    leave_before: datetime
    channel: str
    cost: int
    day: date
    segments: int


@dataclass(frozen=True)
class Claim:
    """taken: rows looked at. ready: those that may leave; the others were put aside."""

    taken: int
    ready: Sequence[Claimed]


def timing() -> Timing:
    """This installation's timing; tests shorten it."""
    found: Timing = current_app.config.get("SENDING_TIMING") or Timing()
    return found


def claim(owner: str, most: int, allowance: Mapping[str, int], routes: Routes) -> Claim:
    """Take up to `most` due messages for `owner`; each is taken by exactly one claimant.

    allowance: how many may leave now, by channel. routes: the channels as they stand.
    """
    now = clock.now()
    ids = db.session.scalars(_taking(owner, most, now)).all()
    if not ids:
        db.session.rollback()
        return Claim(0, [])
    verdicts = assign(judge(ids, now), routes, allowance, now)
    ready = [claimed for verdict in verdicts if (claimed := _settle(verdict, now))]
    db.session.commit()
    return Claim(len(ids), ready)


def _taking(owner: str, most: int, now: datetime) -> Update:
    """The statement that moves due messages to `sending`.

    As the first statement of its transaction it takes SQLite's write lock; PostgreSQL skips rows
    that another claimant holds.
    """
    due = (
        select(Message.id)
        .join(Wave, Wave.id == Message.wave_id)
        .join(Study, Study.id == Wave.study_id)
        .where(
            Message.state == State.QUEUED,
            Message.due_at <= now,
            Wave.state == "running",
            Study.state == "running",
        )
        .order_by(Message.due_at, Message.id)
        .limit(most)
    )
    if db.engine.dialect.name == "postgresql":
        due = select(due.with_for_update(of=Message, skip_locked=True).cte("due").c.id)
    return (
        update(Message)
        .where(Message.id.in_(due), Message.state == State.QUEUED)
        .values(
            state=after(State.QUEUED, Event.CLAIM),
            lease_owner=owner,
            lease_until=now + timing().lease,
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )


def _settle(verdict: Verdict, now: datetime) -> Claimed | None:
    """Write a verdict into its message; the claimed message when it may leave."""
    message, decision = verdict.candidate.message, verdict.decision
    if isinstance(decision, policy.Go) and verdict.channel is not None:
        return _start_attempt(verdict, verdict.channel, decision.leave_before, now)
    assert not isinstance(decision, policy.Go), "what goes has a channel"  # noqa: S101
    message.lease_owner = message.lease_until = None
    message.reason = decision.reason
    if isinstance(decision, policy.Wait):
        message.state, message.due_at = State.QUEUED, decision.until
    else:
        event = Event.EXPIRE if decision.expired else Event.CANCEL
        message.state = after(State.QUEUED, Event.HOLD if verdict.hold else event) or message.state
    return None


def _start_attempt(
    verdict: Verdict, channel: Channel, leave_before: datetime, now: datetime
) -> Claimed:
    it: Candidate = verdict.candidate
    message = it.message
    message.attempt += 1
    message.reason, message.error_code, message.sent_at = "", "", now
    message.segments, message.body_hash = verdict.segments, verdict.body_hash
    cost = channel.cost_micros(verdict.segments)
    db.session.add(
        Attempt(
            message_id=message.id,
            number=message.attempt,
            started_at=now,
            channel=channel.name,
            cost=cost,
        )
    )
    return Claimed(
        message_id=message.id,
        attempt=message.attempt,
        invitation_id=it.invitation.id,
        customer_id=it.customer.id,
        kind=it.wave.kind,
        text=_text(verdict, leave_before - now),
        leave_before=leave_before,
        channel=channel.name,
        cost=cost,
        day=budgets.day_of(channel, now),
        segments=verdict.segments,
    )


def reference(message_id: int, attempt: int) -> str:
    """Our name for one call, which providers send back."""
    return f"m={message_id}&a={attempt}"


def _text(verdict: Verdict, valid_for: timedelta) -> Text:
    it = verdict.candidate
    return Text(
        to=it.customer.phone or "",
        body=verdict.body,
        reference=reference(it.message.id, it.message.attempt),
        valid_for=valid_for,
        kind=it.wave.kind,
        language=it.invitation.language,
        values=verdict.values,
        email=it.customer.email or "",
    )


def waiting_in(state: str) -> bool:
    """Whether a message in `state` is due for attention."""
    due = select(Message.id).where(Message.state == state, Message.due_at <= clock.now()).limit(1)
    found = db.session.scalar(due) is not None
    db.session.rollback()
    return found
