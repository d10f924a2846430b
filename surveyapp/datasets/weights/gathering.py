"""What became of a study's samples, by stratum, in one query; and its weighing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import exists, func, select

from surveyapp.database import db
from surveyapp.datasets.weights.keeping import recipe_for
from surveyapp.datasets.weights.sample import STATUSES, Cell, Weighing
from surveyapp.distribution.dispositions import UNDELIVERED, Disposition
from surveyapp.distribution.models import DesignStratum, Invitation, SampleDesign, SampleMember
from surveyapp.distribution.period_models import StudyPeriod
from surveyapp.distribution.progress import disposition_of, fate_columns


def weighing_for(study_id: int) -> Weighing:
    """The recipe that counts, and the strata of the study's samples."""
    return Weighing(recipe_for(study_id), tuple(cells_of(study_id)))


def cells_of(study_id: int) -> list[Cell]:
    """Every stratum of every sample of the study, also those in which nobody answered."""
    found: dict[int, Cell] = {}
    for stratum, label, key, size, period, n, weight, *fate in db.session.execute(_query(study_id)):
        nobody = dict.fromkeys(STATUSES, 0), dict.fromkeys(STATUSES, 0.0)
        cell = found.setdefault(stratum, Cell(period or "", label, key, size, *nobody))
        if n:
            found[stratum] = _with(cell, _status(disposition_of(fate)), n, float(weight))
    return list(found.values())


def _query(study_id: int) -> Any:
    """A draw that was replaced has no members any more, and no part in this."""
    fate = fate_columns()
    members = exists().where(SampleMember.design_id == SampleDesign.id)
    return (
        select(
            DesignStratum.id,
            DesignStratum.label,
            DesignStratum.key,
            DesignStratum.size,
            StudyPeriod.label,
            func.count(SampleMember.id),
            func.sum(SampleMember.design_weight),
            *fate,
        )
        .join(SampleDesign, SampleDesign.id == DesignStratum.design_id)
        .outerjoin(StudyPeriod, StudyPeriod.id == SampleDesign.period_id)
        .outerjoin(SampleMember, SampleMember.stratum_id == DesignStratum.id)
        .outerjoin(Invitation, Invitation.member_id == SampleMember.id)
        .where(SampleDesign.study_id == study_id, members.correlate(SampleDesign))
        .group_by(DesignStratum.id, StudyPeriod.label, *fate)
        .order_by(DesignStratum.id)
    )


def _with(cell: Cell, status: str, n: int, weight: float) -> Cell:
    """The cell with the members of a group of equal fates added."""
    counts = {**cell.counts, status: cell.counts[status] + n}
    weights = {**cell.weights, status: cell.weights[status] + weight}
    return replace(cell, counts=counts, weights=weights)


def _status(of: Disposition) -> str:
    if of == UNDELIVERED:
        return "undelivered"
    return {"I": "answered", "NE": "ineligible", "UO": "silent"}.get(of.category, "eligible")
