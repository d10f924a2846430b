"""What an interviewer's desk shows: what waits, what is promised, what was done today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from surveyapp import clock
from surveyapp.accounts.models import User
from surveyapp.calling import claims, plans, reach
from surveyapp.calling.models import CallAttempt, CallCase, CallCrew, CallList, CallPlan
from surveyapp.calling.states import OPEN, State
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution.models import Invitation, Study

RECENT = 5


@dataclass(frozen=True)
class Appointment:
    """A promised call back. now: whether it may be kept at this moment."""

    case: CallCase
    study: Study
    name: str
    now: bool


@dataclass(frozen=True)
class Desk:
    """held: the customer before the interviewer. ready: how many could be called now. later: the
    next moment at which somebody is due, None for nobody. today: outcome's key → calls.
    """

    held: CallCase | None
    ready: int
    later: datetime | None
    appointments: Sequence[Appointment]
    today: Counter[str]
    recent: Sequence[CallAttempt]
    studies: Sequence[tuple[Study, CallPlan]]
    """The studies that the interviewer works on, with their plans."""
    open_studies: frozenset[int]
    """Those that may be called at this moment."""


def desk_of(user: User) -> Desk:
    """The desk of `user`, at this moment."""
    now = clock.now()
    studies = plans.open_studies(now)
    ready = select(func.count()).select_from(claims.due(user.id, now, studies).subquery())
    return Desk(
        held=claims.held_by(user),
        ready=db.session.scalar(ready) or 0,
        later=_later(user, now),
        appointments=_appointments(user, now, frozenset(studies)),
        today=_today(user),
        recent=_recent(user),
        studies=_studies(user),
        open_studies=frozenset(studies),
    )


def _studies(user: User) -> Sequence[tuple[Study, CallPlan]]:
    rows = (
        select(Study, CallPlan)
        .join(CallPlan, CallPlan.study_id == Study.id)
        .join(CallCrew, CallCrew.study_id == Study.id)
        .where(CallCrew.user_id == user.id, Study.state != "closed")
        .order_by(Study.id)
    )
    return [(study, plan) for study, plan in db.session.execute(rows)]


def _later(user: User, now: datetime) -> datetime | None:
    rows = (
        select(func.min(CallCase.due_at))
        .join(CallList, CallList.id == CallCase.list_id)
        .join(Invitation, Invitation.id == CallCase.invitation_id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .where(
            CallCase.state.in_(OPEN),
            CallCase.due_at > now,
            reach.given_to(user.id, now),
            reach.willing(),
        )
    )
    return db.session.scalar(rows)


def _appointments(user: User, now: datetime, studies: frozenset[int]) -> list[Appointment]:
    rows = db.session.execute(
        select(CallCase, Study, Customer)
        .join(Study, Study.id == CallCase.study_id)
        .join(Invitation, Invitation.id == CallCase.invitation_id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .where(
            CallCase.state == State.APPOINTED,
            CallCase.interviewer_id == user.id,
            reach.willing(),
        )
        .order_by(CallCase.appointment_at)
    )
    return [
        Appointment(
            case, study, customer.name or "", study.id in studies and (case.due_at or now) <= now
        )
        for case, study, customer in rows
    ]


def _today(user: User) -> Counter[str]:
    """Since midnight of the zone in which the interviewer works: that of their newest study."""
    zone = db.session.scalar(
        select(Study.timezone)
        .join(CallCrew, CallCrew.study_id == Study.id)
        .where(CallCrew.user_id == user.id)
        .order_by(Study.id.desc())
        .limit(1)
    )
    place = ZoneInfo(zone or "Asia/Shanghai")
    day = clock.now().astimezone(place).date()
    rows = db.session.execute(
        select(CallAttempt.outcome, func.count())
        .where(
            CallAttempt.user_id == user.id,
            CallAttempt.finished_at >= datetime.combine(day, time(0), place),
            CallAttempt.undone_at.is_(None),
        )
        .group_by(CallAttempt.outcome)
    )
    return Counter(dict(rows.all()))


def _recent(user: User) -> Sequence[CallAttempt]:
    return db.session.scalars(
        select(CallAttempt)
        .where(CallAttempt.user_id == user.id, CallAttempt.undone_at.is_(None))
        .options(
            joinedload(CallAttempt.case)
            .joinedload(CallCase.invitation)
            .options(joinedload(Invitation.customer), joinedload(Invitation.study))
        )
        .order_by(CallAttempt.id.desc())
        .limit(RECENT)
    ).all()
