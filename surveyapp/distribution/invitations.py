"""Invitations: one per drawn member, and the moments of each, which are set once.

Every function works in the caller's transaction and is harmless when repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    bindparam,
    exists,
    func,
    literal,
    select,
    text,
    update,
)

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import UtcDateTime, connection, db
from surveyapp.distribution import chunks
from surveyapp.distribution.holding import hold
from surveyapp.distribution.inserting import Inserter
from surveyapp.distribution.models import Invitation, SampleDesign, SampleMember, Study
from surveyapp.distribution.period_models import StudyPeriod, StudyRecurrence

ROOMY = -65_536
"""Sixty-four megabytes, in SQLite's own count of kibibytes."""
CHUNK = 10_000
"""Invitations in memory at once while a sample of a million gets its links."""
MOMENTS = ("opened_at", "started_at", "completed_at", "ineligible_at")
"""In the order in which a person passes them; a later one implies the earlier ones."""
COLUMNS = (
    "member_id",
    "customer_id",
    "language",
    "token_version",
    "study_id",
    "occasion",
    "expires_at",
    "created_at",
)


def issue(design: SampleDesign) -> int:
    """Give every drawn member of `design` an invitation, in the caller's transaction; how many are
    new. A customer whom an earlier draw for the same occasion invited keeps that invitation.
    """
    with roomy():
        return sum(issuing(design))


def issuing(design: SampleDesign, *also: ColumnElement[bool]) -> Iterator[int]:
    """The same a chunk of members at a time; how many are new in each. Whoever goes through may
    commit in between: what is there is kept, and going through again goes on.

    also: what must hold in the moment of writing, else nothing more is written.
    """
    inserter, after = Inserter(Invitation, COLUMNS), 0
    members = select(SampleMember.id).where(SampleMember.design_id == design.id)
    while ends := chunks.ends(members.where(SampleMember.id > after), CHUNK):
        for upto in ends:
            hold(design.study_id)
            yield inserter.insert(_new(design, after, upto, also))
            after = upto


def _members(
    design: SampleDesign, after: int, upto: int, also: Iterable[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    """(id, customer, language) of the members of a chunk who have no invitation yet.

    Written so that both engines look at the chunk only, also while they have no statistics: joined,
    PostgreSQL may read all customers for each, and by their design both read all its members.
    """
    language = select(Customer.language).where(Customer.id == SampleMember.customer_id)
    invited = Invitation.member_id.between(after + 1, upto)
    without = ~exists().where(Invitation.member_id == SampleMember.id, invited)
    begun = db.session.scalar(select(exists().where(invited)))
    return (
        select(SampleMember.id, SampleMember.customer_id, language.scalar_subquery())
        .where(
            SampleMember.design_id + 0 == design.id,
            SampleMember.id.between(after + 1, upto),
            *([without] if begun else []),
            *also,
        )
        .order_by(SampleMember.id)
    )


def _new(
    design: SampleDesign, after: int, upto: int, also: Iterable[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    """The invitations (COLUMNS) of a chunk."""
    study, period = design.study, design.period
    closes = min((m for m in (study.closes_at, period and ends_of(period)) if m), default=None)
    return _members(design, after, upto, also).add_columns(
        literal(1),
        literal(study.id),
        literal(period.label if period else ""),
        literal(closes, UtcDateTime()),
        literal(clock.now(), UtcDateTime()),
    )


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


@contextmanager
def roomy() -> Iterator[None]:
    """Fingerprints are random, so their index is written all over: SQLite's usual two megabytes of
    cache would write each page of it many times.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    cache = text("PRAGMA cache_size").columns(size=Integer)
    usual = db.session.connection().scalar(cache)
    db.session.connection().execute(text(f"PRAGMA cache_size = {ROOMY}"))
    try:
        yield
    finally:
        db.session.connection().execute(text(f"PRAGMA cache_size = {usual}"))
