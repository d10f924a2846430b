"""Coupons: each response gets one code of its study's stock, once, and nobody gets another's.

A code is claimed by one conditional UPDATE in the transaction that accepts the response, and the
database keeps a response from holding two. Of several who claim at once, each takes another row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, delete, func, select, update

from surveyapp import clock
from surveyapp.answering.endings.models import Coupon
from surveyapp.answering.models import Response
from surveyapp.database import UtcDateTime, connection, db

FEW = 20
"""So many codes left, or fewer, are worth a warning."""


@dataclass(frozen=True)
class Stock:
    """How many codes a study has, and how many of them somebody holds."""

    total: int
    claimed: int

    @property
    def left(self) -> int:
        """Codes that nobody holds."""
        return self.total - self.claimed

    @property
    def runs_out(self) -> bool:
        """Whether few are left, or none."""
        return self.left <= FEW


def claim(study_id: int, response_id: int) -> bool:
    """Take a code of the study for the response, in the caller's transaction; False: none left."""
    here = connection()
    given = {"study": study_id, "response": response_id, "now": clock.now()}
    return here.execute(_claiming(here.dialect.name), given).rowcount == 1


def code_of(response_id: int) -> str | None:
    """The code that a response holds."""
    return db.session.scalar(select(Coupon.code).where(Coupon.response_id == response_id))


def stock(study_id: int) -> Stock:
    """The study's stock."""
    asked = select(func.count(), func.count(Coupon.response_id)).where(Coupon.study_id == study_id)
    total, claimed = db.session.execute(asked).one()
    return Stock(total, claimed)


def claimed(study_id: int, most: int | None = None) -> list[Row[Any]]:
    """Codes that somebody holds, with their moment and response, the newest first."""
    return list(
        db.session.execute(
            select(Coupon.code, Coupon.claimed_at, Response.id.label("response_id"), Response.mode)
            .join(Response, Response.id == Coupon.response_id)
            .where(Coupon.study_id == study_id)
            .order_by(Coupon.claimed_at.desc(), Coupon.id.desc())
            .limit(most)
        )
    )


def clear(study_id: int) -> int:
    """Take out the codes that nobody holds; how many."""
    free = Coupon.study_id == study_id, Coupon.response_id.is_(None)
    return (
        db.session.connection().execute(delete(cast(Table, Coupon.__table__)).where(*free)).rowcount
    )


@lru_cache
def _claiming(dialect: str) -> Any:
    """The claim of the first free code; PostgreSQL passes over those that others are claiming."""
    free = (
        select(Coupon.id)
        .where(Coupon.study_id == bindparam("study"), Coupon.response_id.is_(None))
        .order_by(Coupon.id)
        .limit(1)
    )
    if dialect == "postgresql":
        free = free.with_for_update(skip_locked=True)
    return (
        update(cast(Table, Coupon.__table__))
        .where(Coupon.id == free.scalar_subquery(), Coupon.response_id.is_(None))
        .values(response_id=bindparam("response"), claimed_at=bindparam("now", type_=UtcDateTime()))
    )
