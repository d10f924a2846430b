"""Batches of receipt codes for a till: made, found again by a code, counted, revoked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, func, insert, select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import connection, db
from surveyapp.distribution import receipt_codes, touchpoints
from surveyapp.distribution.labels.models import ReceiptBatch, ReceiptUse
from surveyapp.distribution.models import Touchpoint
from surveyapp.findings import N_, Finding, SurveyError

CODE = "code"
"""The limit (`Touchpoint.once`) of touchpoints whose receipts carry such codes."""


class Slip(NamedTuple):
    """One receipt: its batch, and its number in that."""

    batch_id: int
    number: int


def make(touchpoint: Touchpoint, n: int) -> ReceiptBatch:
    """A new batch of `n` codes, in the caller's transaction.

    Raises SurveyError for a touchpoint without such codes and for too many.
    """
    if touchpoint.once != CODE:
        template = N_("Only a touchpoint that answers once per printed receipt code has codes.")
        raise SurveyError(Finding("receipts.no_codes", f"touchpoint:{touchpoint.id}", template))
    if not 1 <= n <= receipt_codes.MOST:
        raise SurveyError(
            Finding(
                "receipts.how_many",
                f"touchpoint:{touchpoint.id}",
                N_("A batch has 1 to {most} codes; make several for more."),
                {"most": receipt_codes.MOST},
            )
        )
    batch = ReceiptBatch(touchpoint_id=touchpoint.id, n=n, actor=audit.actor())
    db.session.add(batch)
    db.session.flush()
    audit.record("receipts.make", f"receipt_batch:{batch.id}", codes=n, touchpoint=touchpoint.id)
    return batch


def revoke(batch: ReceiptBatch) -> bool:
    """Let no unused code of the batch open anything any more; False when that was so before.

    Whoever has begun to answer may finish. In the caller's transaction.
    """
    if batch.revoked_at is not None:
        return False
    batch.revoked_at = clock.now()
    audit.record("receipts.revoke", f"receipt_batch:{batch.id}", codes=batch.n)
    return True


def of_touchpoint(touchpoint_id: int) -> Sequence[tuple[ReceiptBatch, int]]:
    """Its batches, newest first, each with how many of its codes were used."""
    used = (
        select(ReceiptUse.batch_id, func.count().label("n"))
        .group_by(ReceiptUse.batch_id)
        .subquery()
    )
    rows = db.session.execute(
        select(ReceiptBatch, func.coalesce(used.c.n, 0))
        .outerjoin(used, used.c.batch_id == ReceiptBatch.id)
        .where(ReceiptBatch.touchpoint_id == touchpoint_id)
        .order_by(ReceiptBatch.id.desc())
    )
    return [(batch, n) for batch, n in rows]


def addresses(touchpoint: Touchpoint, batch: ReceiptBatch) -> list[tuple[str, str]]:
    """Each code of the batch with the address that its QR picture holds."""
    base = touchpoints.url_of(touchpoint)
    return [(code, f"{base}/{code}") for code in receipt_codes.codes_of(batch.id, batch.n)]


def find(touchpoint_code: str, code: str) -> Slip | None:
    """The receipt of a well-formed code at a touchpoint; None for one that nobody printed."""
    number = receipt_codes.number_in(code)
    rows = connection().execute(_BATCHES, {"code": touchpoint_code}).all()
    for batch_id, n in rows:
        if number < n and receipt_codes.proves(code, batch_id):
            return Slip(batch_id, number)
    return None


def revoked(batch_id: int) -> bool:
    """Whether the batch was revoked."""
    return connection().execute(_REVOKED, {"batch": batch_id}).scalar() is not None


def note_use(slip: Slip) -> None:
    """Note that somebody began to answer with the code; the database takes each once."""
    values: Mapping[str, Any] = {**slip._asdict(), "at": clock.now()}
    connection().execute(_USE, values)


_BATCHES: Any = (
    select(ReceiptBatch.id, ReceiptBatch.n)
    .join(Touchpoint, Touchpoint.id == ReceiptBatch.touchpoint_id)
    .where(Touchpoint.code == bindparam("code"), Touchpoint.once == CODE)
    .order_by(ReceiptBatch.id.desc())
)
_REVOKED: Any = select(ReceiptBatch.revoked_at).where(ReceiptBatch.id == bindparam("batch"))
_USE: Any = insert(cast(Table, ReceiptUse.__table__))
