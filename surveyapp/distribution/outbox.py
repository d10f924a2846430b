"""The outbox: messages are claimed, checked, handed over, and their outcomes recorded.

Claiming, checking and writing the attempt are one short transaction; the provider is called
outside any; its answer is a second short transaction. Whatever dies in between leaves a message
in `sending` with an open attempt, whose outcome is looked up before anything is sent again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Update,
    bindparam,
    case,
    delete,
    func,
    null,
    or_,
    select,
    update,
)

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import optout, policy
from surveyapp.distribution.checks import Candidate, Verdict, judge
from surveyapp.distribution.models import Attempt, Invitation, Message, Study, Wave
from surveyapp.distribution.outbox_states import Event, State, after, sources
from surveyapp.distribution.sms.provider import Ending, Outcome, Text

BLOCKED_FOR = timedelta(minutes=5)
THROTTLED_FOR = timedelta(seconds=2)
_chance = random.Random()  # noqa: S311 - jitter, not secrets


@dataclass(frozen=True)
class Timing:
    """lease: after this a claimed message belongs to a dead worker (over twice the provider's time
    limits). settle: how long after an attempt the provider's record is taken as complete.
    """

    lease: timedelta = timedelta(seconds=100)
    settle: timedelta = timedelta(seconds=60)


@dataclass(frozen=True)
class Claimed:
    """A message that may leave now, with everything needed to call the provider."""

    message_id: int
    attempt: int
    invitation_id: int
    customer_id: int
    kind: str
    text: Text
    leave_before: datetime


@dataclass(frozen=True)
class Claim:
    """taken: rows looked at. ready: those that may leave; the others were put aside."""

    taken: int
    ready: Sequence[Claimed]


def timing() -> Timing:
    """This installation's timing; tests shorten it."""
    found: Timing = current_app.config.get("SENDING_TIMING") or Timing()
    return found


def claim(owner: str, most: int, *, domestic: bool) -> Claim:
    """Take up to `most` due messages for `owner`; each is taken by exactly one claimant."""
    now = clock.now()
    ids = db.session.scalars(_taking(owner, most, now)).all()
    if not ids:
        db.session.rollback()
        return Claim(0, [])
    verdicts = judge(ids, now, domestic=domestic)
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
    if isinstance(decision, policy.Go):
        return _start_attempt(verdict, decision.leave_before, now)
    message.lease_owner = message.lease_until = None
    message.reason = decision.reason
    if isinstance(decision, policy.Wait):
        message.state, message.due_at = State.QUEUED, decision.until
    else:
        event = Event.EXPIRE if decision.expired else Event.CANCEL
        message.state = after(State.QUEUED, Event.HOLD if verdict.hold else event) or message.state
    return None


def _start_attempt(verdict: Verdict, leave_before: datetime, now: datetime) -> Claimed:
    it: Candidate = verdict.candidate
    message = it.message
    message.attempt += 1
    message.reason, message.error_code, message.sent_at = "", "", now
    message.segments, message.body_hash = verdict.segments, verdict.body_hash
    db.session.add(Attempt(message_id=message.id, number=message.attempt, started_at=now))
    return Claimed(
        message_id=message.id,
        attempt=message.attempt,
        invitation_id=it.invitation.id,
        customer_id=it.customer.id,
        kind=it.wave.kind,
        text=Text(
            to=it.customer.phone or "",
            body=verdict.body,
            reference=f"m={message.id}&a={message.attempt}",
            valid_for=leave_before - now,
        ),
        leave_before=leave_before,
    )


def record(provider: str, results: Iterable[tuple[Claimed, Outcome | None]]) -> None:
    """Write the outcomes of a batch in one transaction; None: given back before the call."""
    now, pairs = clock.now(), list(results)
    accepted = [(c, o) for c, o in pairs if o is not None and o.ending == Ending.ACCEPTED]
    _accept(provider, accepted, now)
    for claimed, outcome in pairs:
        if outcome is None:
            _give_back(claimed, now)
        elif outcome.ending != Ending.ACCEPTED:
            _fail(claimed, outcome, now)
    _close_attempts(pairs, now)
    db.session.commit()


def _accept(provider: str, pairs: Sequence[tuple[Claimed, Outcome]], now: datetime) -> None:
    """A receipt may have been faster than the answer: then the state stays where it is."""
    if not pairs:
        return
    table = Message.__table__
    before = or_(*(table.c.state == state for state in sources(Event.ACCEPT)))
    moved = case((before, State.ACCEPTED.value), else_=table.c.state)
    db.session.connection().execute(
        update(Message)
        .where(table.c.id == bindparam("b_id"), table.c.attempt == bindparam("b_attempt"))
        .values(
            state=moved,
            provider=provider,
            provider_sid=bindparam("b_sid"),
            provider_status=case(
                (table.c.provider_status == "", bindparam("b_status")),
                else_=table.c.provider_status,
            ),
            segments=bindparam("b_segments"),
            lease_owner=None,
            lease_until=None,
        ),
        [
            {
                "b_id": c.message_id,
                "b_attempt": c.attempt,
                "b_sid": o.sid,
                "b_status": o.status,
                "b_segments": o.segments,
            }
            for c, o in pairs
        ],
    )
    invited = [c.invitation_id for c, _ in pairs if c.kind == "invitation"]
    note_handed_over(invited, [c.customer_id for c, _ in pairs], now)


def note_handed_over(invitations: list[int], customers: list[int], at: datetime) -> None:
    """Note that the provider has the invitation texts of `invitations`, and contacted customers."""
    if invitations:
        db.session.execute(
            update(Invitation)
            .where(Invitation.id.in_(invitations))
            .values(invited_at=func.coalesce(Invitation.invited_at, at))
            .execution_options(synchronize_session=False)
        )
    db.session.execute(
        update(Customer)
        .where(Customer.id.in_(customers))
        .values(last_contacted_at=at)
        .execution_options(synchronize_session=False)
    )


def _give_back(claimed: Claimed, now: datetime) -> None:
    """The call was never made: as if the message had not been claimed."""
    _move(claimed, Event.RETURN, due_at=now, sent_at=null(), attempt=claimed.attempt - 1)
    db.session.execute(
        delete(Attempt)
        .where(Attempt.message_id == claimed.message_id, Attempt.number == claimed.attempt)
        .execution_options(synchronize_session=False)
    )


def attempts_that(message_id: int, outcome: str) -> int:
    """How many calls for a message ended in `outcome` so far."""
    ended = (Attempt.message_id == message_id, Attempt.outcome == outcome)
    return db.session.scalar(select(func.count()).where(*ended)) or 0


def _fail(claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    """Every ending but acceptance."""
    ending, code = outcome.ending, outcome.code
    if ending == Ending.UNKNOWN:
        _move(claimed, Event.LOSE, due_at=now, reason="outcome_unknown", error_code=code)
    elif ending == Ending.REJECTED:
        _move(claimed, Event.REJECT, reason="rejected", error_code=code, sent_at=null())
        _note_failure(claimed, outcome, now)
    elif ending == Ending.TRANSIENT:
        _retry(claimed, now)
    else:
        wait = BLOCKED_FOR if ending == Ending.BLOCKED else THROTTLED_FOR
        due, reason = now + wait, f"provider_{ending.value}"
        _move(claimed, Event.RETURN, due_at=due, reason=reason, error_code=code, sent_at=null())


def _retry(claimed: Claimed, now: datetime) -> None:
    """Back off after a transient failure, or stop."""
    failures = 1 + attempts_that(claimed.message_id, Ending.TRANSIENT)
    if failures >= policy.ATTEMPTS:
        _move(claimed, Event.GIVE_UP, reason="gave_up", sent_at=null())
        return
    due = now + policy.back_off(failures, _chance)
    _move(claimed, Event.RETURN, due_at=due, reason="provider_transient", sent_at=null())


def _note_failure(claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    if claimed.kind == "invitation":
        db.session.execute(
            update(Invitation)
            .where(Invitation.id == claimed.invitation_id, Invitation.failed_at.is_(None))
            .values(failed_at=now)
            .execution_options(synchronize_session=False)
        )
    if outcome.opted_out:
        opt_out_invited(claimed.invitation_id, now)


def opt_out_invited(invitation_id: int, at: datetime) -> None:
    """The provider says that this phone refused texts: then nobody of ours texts it again."""
    invitation = db.session.get_one(Invitation, invitation_id)
    optout.opt_out(invitation.customer, "provider", at)


def _move(claimed: Claimed, event: Event, **values: object) -> None:
    """Let `event` happen to the message unless something later already did."""
    db.session.execute(
        update(Message)
        .where(
            Message.id == claimed.message_id,
            Message.attempt == claimed.attempt,
            Message.state == State.SENDING,
        )
        .values(state=after(State.SENDING, event), lease_owner=None, lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )


def _close_attempts(pairs: Iterable[tuple[Claimed, Outcome | None]], now: datetime) -> None:
    rows = [
        {
            "b_message": claimed.message_id,
            "b_number": claimed.attempt,
            "b_outcome": outcome.ending.value,
            "b_detail": outcome.detail[:200],
        }
        for claimed, outcome in pairs
        if outcome
    ]
    if not rows:
        return
    table = Attempt.__table__
    db.session.connection().execute(
        update(Attempt)
        .where(
            table.c.message_id == bindparam("b_message"), table.c.number == bindparam("b_number")
        )
        .values(outcome=bindparam("b_outcome"), detail=bindparam("b_detail"), finished_at=now),
        rows,
    )


def reap(*, everything: bool = False) -> int:
    """Mark as unknown what a dead worker left in `sending`; how many there were.

    everything: also what is still leased; only for the one worker of a SQLite installation.
    """
    now = clock.now()
    dead = or_(Message.lease_until < now, Message.lease_until.is_(None))
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


def waiting_in(state: str) -> bool:
    """Whether a message in `state` is due for attention."""
    due = select(Message.id).where(Message.state == state, Message.due_at <= clock.now()).limit(1)
    found = db.session.scalar(due) is not None
    db.session.rollback()
    return found


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
