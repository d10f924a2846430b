"""What became of calls: outcomes written into messages, attempts, budgets and health.

One short transaction for each batch, after the calls. A receipt may have been faster, and a sweep
may have given the message up: every statement names the attempt and the state it starts from.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import bindparam, case, delete, func, null, or_, select, update

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import budgets, channels, optout, policy
from surveyapp.distribution.models import Attempt, Invitation, Message
from surveyapp.distribution.outbox import Claimed
from surveyapp.distribution.outbox_states import Event, State, after, sources
from surveyapp.distribution.sms.channel import MICRO
from surveyapp.distribution.sms.provider import Ending, Outcome

BLOCKED_FOR = timedelta(seconds=5)
"""The channel itself rests far longer (sms/breaker.py); another one may take the message."""
THROTTLED_FOR = timedelta(seconds=2)
_chance = random.Random()  # noqa: S311 - jitter, not secrets
Pair = tuple[Claimed, Outcome | None]


def record(results: Iterable[Pair]) -> None:
    """Write the outcomes of a batch in one transaction; None: given back before the call."""
    now, pairs = clock.now(), list(results)
    accepted = [(c, o) for c, o in pairs if o is not None and o.ending == Ending.ACCEPTED]
    _accept(accepted, now)
    for claimed, outcome in pairs:
        if outcome is None:
            _give_back(claimed, now)
        elif outcome.ending != Ending.ACCEPTED:
            _fail(claimed, outcome, now)
    _close_attempts(pairs, now)
    _tell_channels(pairs)
    db.session.commit()


def price_of(cost: int) -> Decimal | None:
    """A cost in millionths as an amount; None for what costs nothing that we know of."""
    return Decimal(cost) / MICRO if cost else None


def _tell_channels(pairs: Sequence[Pair]) -> None:
    """Last, because it holds rows that every sender needs; by name, so that none waits in turn."""
    by_channel: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_channel[pair[0].channel].append(pair)
    for name in sorted(by_channel):
        if known := [outcome for _, outcome in by_channel[name] if outcome]:
            channels.note(name, known)
    for name in sorted(by_channel):
        unsent = [claimed for claimed, outcome in by_channel[name] if _surely_unsent(outcome)]
        for day in sorted({claimed.day for claimed in unsent}):
            costs = [claimed.cost for claimed in unsent if claimed.day == day]
            budgets.give_back(name, day, costs)


def _surely_unsent(outcome: Outcome | None) -> bool:
    return outcome is None or outcome.ending not in {Ending.ACCEPTED, Ending.UNKNOWN}


def _accept(pairs: Sequence[tuple[Claimed, Outcome]], now: datetime) -> None:
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
            provider=bindparam("b_channel"),
            price=bindparam("b_price"),
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
                "b_channel": c.channel,
                "b_price": price_of(c.cost),
                "b_segments": o.segments or c.segments,
            }
            for c, o in pairs
        ],
    )
    invited = [c.invitation_id for c, _ in pairs if c.kind == "invitation"]
    note_handed_over(invited, [c.customer_id for c, _ in pairs], now)


def note_handed_over(invitations: list[int], customers: list[int], at: datetime) -> None:
    """Note that the provider has the invitation texts of `invitations`, and contacted customers.

    Customers first, as in an opt-out: neither holds what the other waits for.
    """
    db.session.execute(
        update(Customer)
        .where(Customer.id.in_(customers))
        .values(last_contacted_at=at)
        .execution_options(synchronize_session=False)
    )
    if invitations:
        db.session.execute(
            update(Invitation)
            .where(Invitation.id.in_(invitations))
            .values(invited_at=func.coalesce(Invitation.invited_at, at))
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


def _close_attempts(pairs: Iterable[Pair], now: datetime) -> None:
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
