"""Invitations: one per drawn member, and the moments of each, which are set once.

Every function works in the caller's transaction and is harmless when repeated.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, literal, select, update
from sqlalchemy.exc import IntegrityError

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import UtcDateTime, connection, db
from surveyapp.distribution import links
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Invitation, SampleDesign, SampleMember, Study
from surveyapp.distribution.period_models import StudyPeriod, StudyRecurrence

MOMENTS = ("opened_at", "started_at", "completed_at", "ineligible_at")
"""In the order in which a person passes them; a later one implies the earlier ones."""
COLUMNS = (
    *("study_id", "member_id", "customer_id", "token_version"),
    *("language", "occasion", "expires_at", "created_at"),
)


def issue(design: SampleDesign) -> int:
    """Give every drawn member of `design` an invitation; how many are new.

    A customer whom an earlier draw for the same occasion invited keeps that invitation.
    """
    study, period = design.study, design.period
    closes = min((m for m in (study.closes_at, period and ends_of(period)) if m), default=None)
    before = _count(study.id)
    rows = (
        select(
            literal(study.id),
            SampleMember.id,
            SampleMember.customer_id,
            literal(1),
            Customer.language,
            literal(period.label if period else ""),
            literal(closes, UtcDateTime()),
            literal(clock.now(), UtcDateTime()),
        )
        .join(Customer, Customer.id == SampleMember.customer_id)
        .where(SampleMember.design_id == design.id)
        .order_by(SampleMember.id)
    )
    db.session.execute(insert_missing(Invitation).from_select(COLUMNS, rows))
    give_tokens(study.id)
    return _count(study.id) - before


def ends_of(period: StudyPeriod) -> datetime:
    """When the links of a period stop taking answers."""
    definition = db.session.get(StudyRecurrence, period.study_id)
    if definition is None or definition.answer_days is None:
        return period.ends_at
    return min(period.ends_at, period.starts_at + timedelta(days=definition.answer_days))


def mark_opened(invitation: Invitation, at: datetime | None = None) -> bool:
    """Note the first sign of a person; False when it was noted before."""
    return _mark(invitation, "opened_at", at)


def mark_started(invitation: Invitation, at: datetime | None = None) -> bool:
    """Note the first saved answer; False when it was noted before."""
    return _mark(invitation, "started_at", at)


def mark_completed(invitation: Invitation, at: datetime | None = None) -> bool:
    """Note the accepted response; False when it was noted before."""
    return _mark(invitation, "completed_at", at)


def _mark(invitation: Invitation, name: str, at: datetime | None) -> bool:
    first = note(invitation.id, name, at)
    db.session.expire(invitation, MOMENTS)
    return first


def note(invitation_id: int, name: str, at: datetime | None = None) -> bool:
    """Note one of MOMENTS of an invitation that need not be loaded; False when noted before.

    One statement decides which of two requests at once was first; earlier moments follow.
    """
    given = {"of": invitation_id, "moment": at or clock.now()}
    return connection().execute(_noting(name), given).first() is not None


@lru_cache
def _noting(name: str) -> Any:
    """The statement, built once: customers' answers are the busiest part of the product."""
    table = cast(Table, Invitation.__table__)
    moment = bindparam("moment", type_=UtcDateTime())
    implied = MOMENTS[: MOMENTS.index(name) + 1]
    return (
        update(table)
        .where(table.c.id == bindparam("of"), table.c[name].is_(None))
        .values({m: func.coalesce(table.c[m], moment) for m in implied})
        .returning(table.c.id)
    )


def unopened(study_id: int | None = None) -> Invitation | None:
    """An invitation that was sent and that nobody has opened, of one running study or of any."""
    rows = select(Invitation).where(
        Invitation.invited_at.is_not(None),
        Invitation.opened_at.is_(None),
        Invitation.opted_out_at.is_(None),
        Invitation.study_id.in_(select(Study.id).where(Study.state == "running")),
    )
    if study_id is not None:
        rows = rows.where(Invitation.study_id == study_id)
    return db.session.scalar(rows.order_by(Invitation.id).limit(1))


def any_of(study_id: int) -> bool:
    """Whether anybody has an invitation of this study."""
    rows = select(Invitation.id).where(Invitation.study_id == study_id).limit(1)
    return db.session.scalar(rows) is not None


def _count(study_id: int) -> int:
    rows = select(func.count()).where(Invitation.study_id == study_id)
    return db.session.scalar(rows) or 0


def give_tokens(study_id: int) -> None:
    """Fill in the fingerprints of new invitations.

    The token needs the row's id, hence the second step. Two invitations with one token are
    expected once in 10¹⁹ pairs; the later one then takes its next version.
    """
    waiting = db.session.execute(
        select(Invitation.id, Invitation.token_version).where(
            Invitation.study_id == study_id, Invitation.token_hash.is_(None)
        )
    ).all()
    rows = [{"id": i, "token_version": v, "token_hash": _hash(i, v)} for i, v in waiting]
    if not rows:
        return
    try:
        with db.session.begin_nested():
            db.session.execute(update(Invitation), rows)
    except IntegrityError:
        for invitation_id, version in waiting:
            _give_token(invitation_id, version)


def _give_token(invitation_id: int, version: int) -> None:
    while db.session.scalar(
        select(Invitation.id).where(Invitation.token_hash == _hash(invitation_id, version))
    ):
        version += 1
    row = {
        "id": invitation_id,
        "token_version": version,
        "token_hash": _hash(invitation_id, version),
    }
    db.session.execute(update(Invitation), [row])


def _hash(invitation_id: int, version: int) -> str:
    return links.hash_of(links.derived_token(invitation_id, version))
