"""Who has which customer before them: one atomic claim with a lease that ends by itself.

Two interviewers never get the same customer, however they press at the same moment, and one never
has two: the first is a single statement, the second a unique key.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, Update, case, select, update
from sqlalchemy.exc import IntegrityError

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.accounts.models import User
from surveyapp.calling import plans, reach
from surveyapp.calling.models import CallCase, CallList
from surveyapp.calling.states import OPEN, State
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution.models import Invitation, Study

LEASE = timedelta(minutes=30)
"""How long a customer stays with an interviewer who does nothing; every answer renews it."""


def held_by(user: User) -> CallCase | None:
    """The customer that `user` has before them."""
    return db.session.scalar(
        select(CallCase).where(CallCase.lease_by == user.id, CallCase.lease_until > clock.now())
    )


def claim(user: User, case_id: int | None = None) -> CallCase | None:
    """Give `user` the next customer, or the one of `case_id`, and commit; None: nobody to call.

    Whoever has a customer before them gets the same one again.
    """
    if held := held_by(user):
        return held
    now = clock.now()
    try:
        drop_expired(user)
        taken = db.session.scalar(_taking(user.id, now, plans.open_studies(now), case_id))
        if taken is None:
            db.session.rollback()
            return None
        audit.record("call.claim", f"call_case:{taken}", by=user.email)
        db.session.commit()
    except IntegrityError:  # the same person twice at once: the other request has a customer
        db.session.rollback()
        return held_by(user)
    return db.session.get(CallCase, taken)


def drop_expired(user: User) -> None:
    """Take the lease of `user` away that ran out, in the caller's transaction.

    As its first statement it takes SQLite's write lock, so that what follows reads nothing stale.
    """
    db.session.execute(
        update(CallCase)
        .where(CallCase.lease_by == user.id, CallCase.lease_until <= clock.now())
        .values(lease_by=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def renew(case: CallCase, user: User) -> bool:
    """Keep the customer a while longer, in the caller's transaction; False when it is lost."""
    now = clock.now()
    kept = db.session.scalar(
        update(CallCase)
        .where(CallCase.id == case.id, CallCase.lease_by == user.id, CallCase.lease_until > now)
        .values(lease_until=now + LEASE)
        .returning(CallCase.id)
        .execution_options(synchronize_session=False)
    )
    return kept is not None


def give_back(case: CallCase, user: User) -> None:
    """Put a customer back who was not called, and commit."""
    if case.lease_by == user.id:
        case.lease_by = case.lease_until = None
        audit.record("call.give_back", f"call_case:{case.id}")
        db.session.commit()


def due(user_id: int, now: datetime, study_ids: list[int]) -> Select[int]:
    """The ids of the customers that `user_id` may call now, the most urgent first.

    Promised call backs, then valuable customers, then those who were tried least.
    """
    return (
        select(CallCase.id)
        .join(CallList, CallList.id == CallCase.list_id)
        .join(Invitation, Invitation.id == CallCase.invitation_id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .where(
            CallCase.study_id.in_(study_ids),
            CallCase.state.in_(OPEN),
            CallCase.due_at <= now,
            reach.free(now),
            reach.given_to(user_id, now),
            reach.willing(),
        )
        .order_by(
            case((CallCase.state == State.APPOINTED, 0), else_=1),
            CallCase.appointment_at,
            CallCase.priority.desc(),
            CallCase.attempts,
            CallCase.due_at,
            CallCase.id,
        )
    )


def _taking(user_id: int, now: datetime, study_ids: list[int], case_id: int | None) -> Update:
    wanted = due(user_id, now, study_ids).limit(1)
    if case_id is not None:
        wanted = wanted.where(CallCase.id == case_id)
    if db.engine.dialect.name == "postgresql":
        wanted = select(wanted.with_for_update(of=CallCase, skip_locked=True).cte("due").c.id)
    return (
        update(CallCase)
        .where(CallCase.id.in_(wanted), reach.free(now))
        .values(lease_by=user_id, lease_at=now, lease_until=now + LEASE)
        .returning(CallCase.id)
        .execution_options(synchronize_session=False)
    )


def study_of(case: CallCase) -> Study:
    """The study of a case."""
    return db.session.get_one(Study, case.study_id)


def held_since(case: CallCase) -> datetime:
    """When its interviewer got the customer: the beginning of the call."""
    return case.lease_at or clock.now()
