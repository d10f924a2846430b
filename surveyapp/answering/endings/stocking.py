"""Filling a study's stock of coupons from lists: each code once, and what was wrong with the rest.

A list is a table (CSV, TSV, XLSX) with the codes in its first column or in one that says so, or
simply one code a line. The header counts as a code where it does not look like a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO, cast

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite

from surveyapp import clock
from surveyapp.answering.endings.models import Coupon
from surveyapp.customers import uploads
from surveyapp.database import db, vault
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.tabular.table import open_rows

HEADERS = frozenset(
    {"code", "codes", "coupon", "coupon code", "voucher", "voucher code", "券码", "优惠码"}
    | {"优惠券", "优惠券码", "兑换码", "代码"}
)
"""What the column of the codes may be called."""
LONGEST = 64
MOST = 50_000
"""Codes of one list; longer ones are taken in parts."""
_AT_ONCE = 400


@dataclass(frozen=True)
class Stocked:
    """What became of a list: new codes, codes that stood in it twice, that were known before, and
    that cannot be codes.
    """

    added: int
    twice: int
    known: int
    unusable: int


def add(study_id: int, written: Iterable[str]) -> Stocked:
    """Put codes into the study's stock, in the caller's transaction; none that any study has.

    Raises SurveyError `coupon.none` where there is none, `coupon.too_many`.
    """
    every = [code for one in written if (code := one.strip())]
    if len(every) > MOST:
        raise _refused("too_many", N_("These are {n} codes; take at most {most} at once."), n=len(every), most=MOST)  # noqa: E501  # fmt: skip
    usable = [code for code in every if is_usable(code)]
    fresh = list(dict.fromkeys(usable))
    parts = (fresh[start : start + _AT_ONCE] for start in range(0, len(fresh), _AT_ONCE))
    added = sum(_insert(study_id, part) for part in parts)
    return Stocked(added, len(usable) - len(fresh), len(fresh) - added, len(every) - len(usable))


def is_usable(code: str) -> bool:
    """Whether a person could read and type it: printable, without spaces inside, not too long."""
    return len(code) <= LONGEST and code.isprintable() and not any(map(str.isspace, code))


def codes_in(stream: BinaryIO, filename: str, by: str) -> list[str]:
    """The codes of an uploaded list. Raises SurveyError for a file that is no usable table."""
    upload = uploads.keep(stream, filename, by)
    try:
        with open_rows(upload.path, upload.filename) as table:
            return list(_column(table.header, table.rows))
    finally:
        upload.delete()


def _column(header: list[str], rows: Iterable[tuple[int, list[str]]]) -> Iterator[str]:
    named = [n for n, name in enumerate(header) if name.strip().lower() in HEADERS]
    at = named[0] if named else 0
    if not named:
        yield header[0]
    for _number, cells in rows:
        yield cells[at]


def _insert(study_id: int, codes: list[str]) -> int:
    """How many of them are new."""
    hashes = {vault.fingerprint(code, "coupon.code"): code for code in codes}
    known = set(db.session.scalars(select(Coupon.code_hash).where(Coupon.code_hash.in_(hashes))))
    now = clock.now()
    new = [
        {"study_id": study_id, "code": code, "code_hash": digest, "added_at": now}
        for digest, code in hashes.items()
        if digest not in known
    ]
    if new:
        connection = db.session.connection()
        connection.execute(_inserting(connection.dialect.name), new)
    return len(new)


@lru_cache
def _inserting(dialect: str) -> Any:
    """Somebody else may have put in the same meanwhile."""
    table = cast(Table, Coupon.__table__)
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing()


def _refused(code: str, template: str, **params: object) -> SurveyError:
    return SurveyError(Finding(f"coupon.{code}", "coupon", template, params))
