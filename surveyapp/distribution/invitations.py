"""Invitations: one per drawn member, and the moments of each, which are set once.

Every function works in the caller's transaction and is harmless when repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    exists,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import IntegrityError

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import UtcDateTime, connection, db
from surveyapp.distribution import links
from surveyapp.distribution.holding import hold
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Invitation, SampleDesign, SampleMember, Study
from surveyapp.distribution.period_models import StudyPeriod, StudyRecurrence

ROOMY = -65_536
"""Sixty-four megabytes, in SQLite's own count of kibibytes."""
CHUNK = 10_000
"""Invitations in memory at once while a sample of a million gets its links."""
MOMENTS = ("opened_at", "started_at", "completed_at", "ineligible_at")
"""In the order in which a person passes them; a later one implies the earlier ones."""
INSERT_WHOLE = """
INSERT INTO invitation (id, token_hash, member_id, customer_id, language,
                        study_id, token_version, occasion, expires_at, created_at)
SELECT given.*, CAST(:study_id AS int), 1, CAST(:occasion AS text),
       CAST(:expires_at AS timestamptz), CAST(:created_at AS timestamptz)
FROM unnest(CAST(:ids AS int[]), CAST(:hashes AS text[]), CAST(:members AS int[]),
            CAST(:customers AS int[]), CAST(:languages AS text[])) AS given
ON CONFLICT (study_id, customer_id, occasion) DO NOTHING"""
"""PostgreSQL's quickest way for many rows that the application has in hand: one array a column,
as PostgreSQL writes it, so that what goes back unchanged is never taken apart.
"""


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
    after = 0
    while upto := _members_upto(design, after):
        hold(design.study_id)
        whole = db.engine.dialect.name == "postgresql"
        made = _insert_whole(design, after, upto, also) if whole else None
        yield _insert(design, after, upto, also) if made is None else made
        after = upto


def _members_upto(design: SampleDesign, after: int) -> int | None:
    """Id of the last member of the next chunk."""
    ids = select(SampleMember.id).where(
        SampleMember.design_id == design.id, SampleMember.id > after
    )
    part = ids.order_by(SampleMember.id).limit(CHUNK).subquery()
    found: int | None = db.session.scalar(select(func.max(part.c.id)))
    return found


def _members(
    design: SampleDesign, after: int, upto: int, also: Iterable[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    """(id, customer, language) of the members of a chunk who have no invitation yet.

    Written so that PostgreSQL looks at the chunk only, also while it has no statistics: joined, it
    may read all customers for each.
    """
    language = select(Customer.language).where(Customer.id == SampleMember.customer_id)
    invited = Invitation.member_id.between(after + 1, upto)
    return (
        select(SampleMember.id, SampleMember.customer_id, language.scalar_subquery())
        .where(
            SampleMember.design_id == design.id,
            SampleMember.id.between(after + 1, upto),
            ~exists().where(Invitation.member_id == SampleMember.id, invited),
            *also,
        )
        .order_by(SampleMember.id)
    )


def _shared(design: SampleDesign) -> dict[str, Any]:
    """What all invitations of a sample have in common."""
    study, period = design.study, design.period
    closes = min((m for m in (study.closes_at, period and ends_of(period)) if m), default=None)
    return {
        "study_id": study.id,
        "occasion": period.label if period else "",
        "expires_at": closes,
        "created_at": clock.now(),
    }


def _insert(
    design: SampleDesign, after: int, upto: int, also: Iterable[ColumnElement[bool]]
) -> int:
    """Rows first, then the fingerprints, which need their ids."""
    types = {"expires_at": UtcDateTime(), "created_at": UtcDateTime()}
    shared = {k: literal(v, types.get(k)) for k, v in _shared(design).items()}
    rows = _members(design, after, upto, also).add_columns(literal(1), *shared.values())
    columns = ("member_id", "customer_id", "language", "token_version", *shared)
    before = db.session.scalar(select(func.max(Invitation.id))) or 0
    made = insert_missing(Invitation).from_select(columns, rows)
    counted = made.execution_options(preserve_rowcount=True)
    done = db.session.connection().execute(counted)
    give_tokens(design.study_id, before)
    return int(done.rowcount)


def _insert_whole(
    design: SampleDesign, after: int, upto: int, also: Iterable[ColumnElement[bool]]
) -> int | None:
    """Ids first, so that the fingerprint goes in with its row: an update would write the row and
    its entries in six indexes once more. None where a fingerprint is taken (see give_tokens).
    """
    count, ids, members, customers, languages = _whole_chunk(design, after, upto, also)
    if not count:
        return 0
    given = {"members": members, "customers": customers, "languages": languages}
    new = {"ids": _array(ids), "hashes": _array(_hash(i, 1) for i in ids)}
    try:
        with db.session.begin_nested():
            done = db.session.connection().execute(
                text(INSERT_WHOLE), {**given, **new, **_shared(design)}
            )
            return int(done.rowcount)
    except IntegrityError:
        return None


def _whole_chunk(
    design: SampleDesign, after: int, upto: int, also: Iterable[ColumnElement[bool]]
) -> tuple[int, list[int], str, str, str]:
    """How many members, a new id for each, and the arrays of members, customers and languages."""
    chunk = _members(design, after, upto, also).subquery()
    number, customer, language = chunk.c
    ids = func.nextval(func.pg_get_serial_sequence("invitation", "id"))
    arrays = [sql_cast(func.array_agg(column), Text) for column in (number, customer, language)]
    row = db.session.execute(select(func.count(), func.array_agg(ids), *arrays)).one()
    return (row[0], list(row[1] or ()), row[2], row[3], row[4])


def _array(values: Iterable[object]) -> str:
    """Numbers or hex digits as PostgreSQL writes an array of them."""
    return "{" + ",".join(map(str, values)) + "}"


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


def give_tokens(study_id: int, after: int = 0) -> None:
    """Fill in the fingerprints of invitations that lack one, behind an id, a chunk at a time.

    The token needs the row's id, hence the second step. Two invitations with one token are
    expected once in 10¹⁹ pairs; the later one then takes its next version.
    """
    while waiting := _tokenless(study_id, after):
        after = waiting[-1][0]
        try:
            with db.session.begin_nested():
                _write_hashes(waiting)
        except IntegrityError:
            for invitation_id, version in waiting:
                _give_token(invitation_id, version)


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


def _tokenless(study_id: int, after: int) -> Sequence[tuple[int, int]]:
    rows = (
        select(Invitation.id, Invitation.token_version)
        .where(
            Invitation.study_id == study_id,
            Invitation.token_hash.is_(None),
            Invitation.id > after,
        )
        .order_by(Invitation.id)
        .limit(CHUNK)
    )
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def _write_hashes(waiting: Sequence[tuple[int, int]]) -> None:
    """One statement for all on PostgreSQL, where each statement is a journey."""
    hashes = [_hash(i, v) for i, v in waiting]
    if db.engine.dialect.name != "postgresql":
        rows = [{"of": i, "hash": h} for (i, _), h in zip(waiting, hashes, strict=True)]
        text_ = "UPDATE invitation SET token_hash = :hash WHERE id = :of"
        db.session.connection().execute(text(text_), rows)
        return
    statement = (
        "UPDATE invitation SET token_hash = given.hash FROM"
        " unnest(CAST(:ids AS integer[]), CAST(:hashes AS varchar[])) AS given(id, hash)"
        " WHERE invitation.id = given.id"
    )
    values = {"ids": [i for i, _ in waiting], "hashes": hashes}
    db.session.connection().execute(text(statement), values)


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
