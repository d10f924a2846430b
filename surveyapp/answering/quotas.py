"""Places in quotas: taken one by one with the response that takes them, never one too many.

A place is taken by one conditional UPDATE a cell, in the transaction that accepts the response. The
cells are taken in one order everywhere, so that two responses never wait for each other; when one
cell is full, the places taken before it are given back with the savepoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from surveyapp.answering.models import QuotaCount
from surveyapp.database import connection, db
from surveyapp.designer.document import Document
from surveyapp.designer.path import Path
from surveyapp.designer.quotas import QuotaCell, cells_of


def take(study_id: int, document: Document, way: Path, answers: Mapping[str, Any]) -> bool:
    """Take a place in every cell of these answers; False, and no place taken, when one is full."""
    cells = sorted(cells_of(document, way, answers, way.facts))
    if not cells:
        return True
    limits = {
        QuotaCell(quota.id, cell.id): cell.limit
        for quota in document.quotas
        for cell in quota.cells
    }
    savepoint = connection().begin_nested()
    if all(_take(study_id, cell, limits[cell]) for cell in cells):
        savepoint.commit()
        return True
    savepoint.rollback()
    return False


def counts(study_id: int) -> dict[QuotaCell, int]:
    """How many places of each cell are taken; a cell without any is absent."""
    rows = db.session.execute(
        select(QuotaCount.quota, QuotaCount.cell, QuotaCount.n).where(
            QuotaCount.study_id == study_id
        )
    )
    return {QuotaCell(quota, cell): n for quota, cell, n in rows}


def _take(study_id: int, cell: QuotaCell, limit: int) -> bool:
    under_way = connection()
    place = {"study_id": study_id, "quota": cell.quota, "cell": cell.cell, "n": 0}
    under_way.execute(_beginning(under_way.dialect.name), place)
    given = {"of_study": study_id, "of_quota": cell.quota, "of_cell": cell.cell, "most": limit}
    return under_way.execute(_TAKE, given).rowcount == 1


_TAKE = (
    update(cast(Table, QuotaCount.__table__))
    .where(
        QuotaCount.study_id == bindparam("of_study"),
        QuotaCount.quota == bindparam("of_quota"),
        QuotaCount.cell == bindparam("of_cell"),
        QuotaCount.n < bindparam("most"),
    )
    .values(n=QuotaCount.n + 1)
)


@lru_cache
def _beginning(dialect: str) -> Any:
    """The insert of an empty count that does nothing when there is one."""
    table = cast(Table, QuotaCount.__table__)
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing()
