"""How far a study's calls are: by outcome, by attempts, by interviewer. One query each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy import case as sql_case

from surveyapp import clock
from surveyapp.accounts.models import User
from surveyapp.calling.models import CallAttempt, CallCase, CallList
from surveyapp.calling.states import OPEN, State
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution.models import Invitation


@dataclass(frozen=True)
class Cases:
    """A study's cases. alone: answered, opted out or refused on another way before the end of
    their calls. interviewed: completed in a call. exhausted: tried as often as the study allows.
    """

    total: int
    waiting: int
    appointed: int
    missed: int
    done: int
    interviewed: int
    exhausted: int
    alone: int


@dataclass(frozen=True)
class Worked:
    """One interviewer's calls in a study. minutes: from taking a customer to the outcome."""

    name: str
    calls: int
    completed: int
    refused: int
    minutes: float


@dataclass(frozen=True)
class Held:
    """A customer whom somebody has before them, or promised to call back."""

    case_id: int
    invitation_id: int
    number: str
    interviewer: str
    until: datetime
    appointment: bool


def cases(study_id: int) -> Cases:
    """How many cases stand where."""
    now = clock.now()
    settled = or_(Invitation.completed_at.is_not(None), Invitation.opted_out_at.is_not(None))
    open_ = CallCase.state.in_(OPEN)
    promised = (CallCase.state == State.APPOINTED) & ~settled
    counted = {
        "total": func.count(),
        "waiting": _sum((CallCase.state == State.WAITING) & ~settled),
        "appointed": _sum(promised),
        "missed": _sum(promised & (CallCase.appointment_at < now)),
        "done": _sum(CallCase.state == State.DONE),
        "interviewed": _sum(CallCase.outcome == "complete"),
        "exhausted": _sum(CallCase.reason != ""),
        "alone": _sum(open_ & settled),
    }
    row = db.session.execute(
        select(*(column.label(name) for name, column in counted.items()))
        .select_from(CallCase)
        .join(Invitation, Invitation.id == CallCase.invitation_id)
        .where(CallCase.study_id == study_id)
    ).one()
    return Cases(**{name: int(value or 0) for name, value in row._mapping.items()})


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(sql_case((condition, 1), else_=0))


def by_outcome(study_id: int) -> dict[str, int]:
    """Last outcome's key → cases; the empty key: never called."""
    rows = db.session.execute(
        select(CallCase.outcome, func.count())
        .where(CallCase.study_id == study_id)
        .group_by(CallCase.outcome)
    )
    return dict(rows.all())


def by_attempts(study_id: int) -> dict[int, tuple[int, int]]:
    """Attempts → (cases that had so many, of them completed in a call)."""
    rows = db.session.execute(
        select(CallCase.attempts, func.count(), _sum(CallCase.outcome == "complete"))
        .where(CallCase.study_id == study_id)
        .group_by(CallCase.attempts)
        .order_by(CallCase.attempts)
    )
    return {attempts: (n, int(completed)) for attempts, n, completed in rows}


def by_interviewer(study_id: int) -> Sequence[Worked]:
    """Everyone who called in the study, the busiest first."""
    found: dict[str, list[float]] = {}
    rows = db.session.execute(
        select(User.name, CallAttempt.outcome, CallAttempt.started_at, CallAttempt.finished_at)
        .join(CallCase, CallCase.id == CallAttempt.case_id)
        .join(User, User.id == CallAttempt.user_id)
        .where(CallCase.study_id == study_id, CallAttempt.undone_at.is_(None))
    )
    for name, outcome, started, finished in rows:
        sums = found.setdefault(name, [0, 0, 0, 0.0])
        sums[0] += 1
        sums[1] += outcome == "complete"
        sums[2] += outcome in ("refused", "do_not_call", "break_off")
        sums[3] += (finished - started).total_seconds() / 60
    worked = [Worked(name, int(a), int(b), int(c), d) for name, (a, b, c, d) in found.items()]
    return sorted(worked, key=lambda one: (-one.calls, one.name))


def held(study_id: int) -> Sequence[Held]:
    """Who is with whom now, and who is promised to whom."""
    now = clock.now()
    claimed = CallCase.lease_until > now
    rows = db.session.execute(
        select(CallCase, Customer.number, User.name)
        .join(Invitation, Invitation.id == CallCase.invitation_id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .join(
            User, User.id == sql_case((claimed, CallCase.lease_by), else_=CallCase.interviewer_id)
        )
        .where(
            CallCase.study_id == study_id,
            or_(claimed, (CallCase.state == State.APPOINTED) & Invitation.completed_at.is_(None)),
        )
        .order_by(CallCase.appointment_at, CallCase.id)
    )
    found = []
    for case, number, name in rows:
        with_somebody = case.lease_until is not None and case.lease_until > now
        until = (case.lease_until if with_somebody else case.appointment_at) or now
        found.append(Held(case.id, case.invitation_id, number, name, until, not with_somebody))
    return found


def lists_of(study_id: int) -> Sequence[tuple[CallList, int, int]]:
    """The study's lists with their cases, and how many of these are open."""
    open_ = _sum(CallCase.state.in_(OPEN))
    rows = db.session.execute(
        select(CallList, func.count(CallCase.id), open_)
        .outerjoin(CallCase, CallCase.list_id == CallList.id)
        .where(CallList.study_id == study_id)
        .group_by(CallList.id)
        .order_by(CallList.id)
    )
    return [(one, n, int(left or 0)) for one, n, left in rows]
