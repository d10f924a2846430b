"""Call lists: which of a study's drawn customers are called. Works in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, literal, or_, select, update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.calling.models import CallAttempt, CallCase, CallList
from surveyapp.calling.reach import reachable, willing
from surveyapp.customers.models import Customer
from surveyapp.database import UtcDateTime, db
from surveyapp.distribution import invitations
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
)
from surveyapp.distribution.period_models import StudyPeriod
from surveyapp.findings import N_, Finding, SurveyError

WHO: Mapping[str, str] = {
    "silent": N_("Got our text and did not answer"),
    "started": N_("Began to answer and did not finish"),
    "unreached": N_("Our text did not arrive"),
    "all": N_("Everyone who has not answered"),
}
"""How far somebody got → its name. All leave out who answered, opted out, or stands on a list."""
COLUMNS = "list_id study_id invitation_id state reason priority attempts outcome due_at"


def strata_of(study_id: int) -> Sequence[DesignStratum]:
    """The strata of the study's draws."""
    return db.session.scalars(
        select(DesignStratum)
        .join(SampleDesign, SampleDesign.id == DesignStratum.design_id)
        .where(SampleDesign.study_id == study_id, SampleDesign.drawn_at.is_not(None))
        .order_by(DesignStratum.id)
    ).all()


def count(study: Study, who: str, strata: Collection[int]) -> int:
    """How many customers a list of this kind would hold now."""
    rows = _members(study.id, who, strata).with_only_columns(func.count())
    known = db.session.scalar(rows) or 0
    return known + (_uninvited(study.id, strata) if who == "all" else 0)


def create(
    study: Study, title: str, who: str, strata: Collection[int], interviewer_id: int | None = None
) -> tuple[CallList, int]:
    """A list of the customers that `who` and `strata` (none: all) describe, and how many.

    Who was drawn and never invited gets an invitation: it is what an answer belongs to. SurveyError
    when there is nobody to call.
    """
    for design in _draws(study.id):
        invitations.issue(design)
    made = CallList(
        study_id=study.id, title=title, interviewer_id=interviewer_id, created_by=audit.actor()
    )
    db.session.add(made)
    db.session.flush()
    now = clock.now()
    rows = _members(study.id, who, strata).with_only_columns(*_first_state(made, now))
    added = db.session.scalars(
        insert_missing(CallCase).from_select(COLUMNS.split(), rows).returning(CallCase.id)
    ).all()
    if not added:
        raise SurveyError(
            Finding("call.nobody", "who", N_("Nobody is left to be called in this choice."))
        )
    audit.record("call.list", f"call_list:{made.id}", study=study.id, who=who, cases=len(added))
    return made, len(added)


def give(call_list: CallList, interviewer_id: int | None) -> None:
    """Make it one interviewer's list, or again everyone's who works on the study."""
    call_list.interviewer_id = interviewer_id
    db.session.flush()
    audit.record("call.give", f"call_list:{call_list.id}", interviewer=interviewer_id)


def remove(call_list: CallList) -> int:
    """Take a list away whose customers nobody has called yet; how many stood on it."""
    called = (
        select(CallAttempt.id)
        .join(CallCase, CallCase.id == CallAttempt.case_id)
        .where(CallCase.list_id == call_list.id)
    )
    if db.session.scalar(called.limit(1)) is not None:
        raise SurveyError(
            Finding(
                "call.list_used",
                f"call_list:{call_list.id}",
                N_("Customers of this list were called, so it stays as the record of that."),
            )
        )
    gone = delete(CallCase).where(CallCase.list_id == call_list.id).returning(CallCase.id)
    n = len(db.session.scalars(gone).all())
    list_id = call_list.id
    db.session.delete(call_list)
    db.session.flush()
    audit.record("call.list_remove", f"call_list:{list_id}", cases=n)
    return n


def release(study_id: int, case_id: int) -> bool:
    """Take a customer from whoever has them, and a promised call back from who promised it."""
    freed = db.session.scalar(
        update(CallCase)
        .where(CallCase.id == case_id, CallCase.study_id == study_id)
        .values(lease_by=None, lease_until=None, interviewer_id=None)
        .returning(CallCase.id)
    )
    if freed is not None:
        audit.record("call.release", f"call_case:{case_id}")
    return freed is not None


def _draws(study_id: int) -> Sequence[SampleDesign]:
    drawn = SampleDesign.drawn_at.is_not(None)
    rows = select(SampleDesign).where(SampleDesign.study_id == study_id, drawn)
    return db.session.scalars(rows.order_by(SampleDesign.id)).all()


def _uninvited(study_id: int, strata: Collection[int]) -> int:
    """How many drawn customers would get their invitation with the list.

    Who an earlier draw for the same occasion invited keeps that invitation.
    """
    invited = select(Invitation.id).where(
        Invitation.study_id == study_id,
        Invitation.customer_id == SampleMember.customer_id,
        Invitation.occasion == func.coalesce(StudyPeriod.label, ""),
    )
    rows = (
        select(func.count(func.distinct(SampleMember.customer_id)))
        .join(SampleDesign, SampleDesign.id == SampleMember.design_id)
        .join(Customer, Customer.id == SampleMember.customer_id)
        .outerjoin(StudyPeriod, StudyPeriod.id == SampleDesign.period_id)
        .where(
            SampleDesign.study_id == study_id,
            SampleDesign.drawn_at.is_not(None),
            ~invited.exists(),
            reachable(),
        )
    )
    rows = rows.where(SampleMember.stratum_id.in_(strata)) if strata else rows
    return db.session.scalar(rows) or 0


def _members(study_id: int, who: str, strata: Collection[int]) -> Select[Any]:
    listed = select(CallCase.invitation_id).where(CallCase.study_id == study_id)
    rows = (
        select(Invitation.id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .outerjoin(SampleMember, SampleMember.id == Invitation.member_id)
        .where(
            Invitation.study_id == study_id,
            willing(),
            or_(Invitation.expires_at.is_(None), Invitation.expires_at > clock.now()),
            Invitation.id.not_in(listed),
            *_reached(who),
        )
    )
    return rows.where(SampleMember.stratum_id.in_(strata)) if strata else rows


def _reached(who: str) -> list[ColumnElement[bool]]:
    if who == "silent":
        return [Invitation.invited_at.is_not(None), Invitation.started_at.is_(None)]
    if who == "started":
        return [Invitation.started_at.is_not(None)]
    if who == "unreached":
        return [Invitation.failed_at.is_not(None), Invitation.delivered_at.is_(None)]
    return []


def _first_state(made: CallList, now: datetime) -> list[Any]:
    return [
        literal(made.id),
        literal(made.study_id),
        Invitation.id,
        literal("waiting"),
        literal(""),
        case((Customer.tier == "high", 2), (Customer.tier == "middle", 1), else_=0),
        literal(0),
        literal(""),
        literal(now, UtcDateTime()),
    ]
