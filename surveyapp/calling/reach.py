"""Whom one may call at all, and whom an interviewer may see: as conditions of the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select

from surveyapp.calling.models import CallCase, CallCrew, CallList
from surveyapp.calling.timing import GRACE
from surveyapp.customers import addresses
from surveyapp.customers.models import Customer
from surveyapp.distribution.models import Invitation, Study


def willing() -> ColumnElement[bool]:
    """Invitations that nobody answered or refused, of customers who may be reached."""
    answered, refused = Invitation.completed_at, Invitation.opted_out_at
    return and_(answered.is_(None), refused.is_(None), reachable())


def reachable() -> ColumnElement[bool]:
    """Customers with a phone who did not opt out on any way and were not erased or merged."""
    return and_(
        Customer.opted_out_at.is_(None),
        Customer.erased_at.is_(None),
        Customer.merged_into_id.is_(None),
        Customer.phone_hash.is_not(None),
        not_(addresses.suppressed()),
    )


def fielded(now: datetime) -> ColumnElement[bool]:
    """Studies whose field work goes on."""
    return and_(
        Study.state == "running",
        or_(Study.opens_at.is_(None), Study.opens_at <= now),
        or_(Study.closes_at.is_(None), Study.closes_at > now),
    )


def given_to(user_id: int, now: datetime) -> ColumnElement[bool]:
    """Cases (with their CallList) that are for `user_id`: promised by them, on a list of theirs,
    or nobody's in particular in a study that they work on. Who missed a promised call back has it
    no longer alone: the customer waits for a call, not for a colleague.
    """
    missed = CallCase.appointment_at < now - GRACE
    promised = case((missed, None), else_=CallCase.interviewer_id)
    owner = func.coalesce(promised, CallList.interviewer_id)
    mine = select(CallCrew.study_id).where(CallCrew.user_id == user_id)
    return or_(owner == user_id, and_(owner.is_(None), CallCase.study_id.in_(mine)))


def free(now: datetime) -> ColumnElement[bool]:
    """Cases that nobody has before them."""
    return or_(CallCase.lease_by.is_(None), CallCase.lease_until <= now)
