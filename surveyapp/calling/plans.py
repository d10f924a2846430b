"""How a study is called: its plan, its crew. Works in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from surveyapp.accounts import audit
from surveyapp.accounts.models import User
from surveyapp.calling.models import CallCrew, CallPlan
from surveyapp.calling.reach import fielded
from surveyapp.calling.timing import Rules
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.distribution.policy import Window

CALLERS = ("interviewer", "researcher", "administrator")
"""Roles of whom may call."""


def plan_of(study_id: int) -> CallPlan | None:
    """The plan, None for a study that is not called."""
    return db.session.get(CallPlan, study_id)


def rules_of(plan: CallPlan, zone: str) -> Rules:
    """The plan's rules in the study's time zone."""
    window = Window(zone, plan.call_from, plan.call_until)
    return Rules(plan.most_attempts, timedelta(minutes=plan.gap_minutes), window)


def keep(study: Study, **values: Any) -> CallPlan:
    """Write the plan of a study; `values` are columns of CallPlan."""
    plan = plan_of(study.id) or CallPlan(study_id=study.id)
    for name, value in values.items():
        setattr(plan, name, value)
    db.session.add(plan)
    db.session.flush()
    audit.record("call.plan", f"study:{study.id}", shown=list(plan.shown))
    return plan


def callers() -> Sequence[User]:
    """Everyone who may call."""
    return db.session.scalars(
        select(User).where(User.active.is_(True), User.role.in_(CALLERS)).order_by(User.name)
    ).all()


def crew_of(study_id: int) -> Sequence[User]:
    """Who works on the study."""
    crew = select(CallCrew.user_id).where(CallCrew.study_id == study_id)
    return db.session.scalars(select(User).where(User.id.in_(crew)).order_by(User.name)).all()


def staff(study: Study, user_ids: Collection[int]) -> None:
    """Let exactly these people work on the study."""
    db.session.execute(delete(CallCrew).where(CallCrew.study_id == study.id))
    known = {user.id for user in callers()} & set(user_ids)
    db.session.add_all([CallCrew(study_id=study.id, user_id=one) for one in sorted(known)])
    db.session.flush()
    audit.record("call.crew", f"study:{study.id}", users=sorted(known))


def open_studies(now: datetime) -> list[int]:
    """Studies in which people may be called at this moment: running, and within their hours."""
    rows = db.session.execute(
        select(CallPlan, Study.timezone)
        .join(Study, Study.id == CallPlan.study_id)
        .where(fielded(now))
    )
    return [plan.study_id for plan, zone in rows if rules_of(plan, zone).window.is_open(now)]
