"""What became of a study's samples, by stratum, in one query; and its weighing."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from sqlalchemy import exists, func, select

from surveyapp.database import db
from surveyapp.datasets.weights.keeping import recipe_for
from surveyapp.datasets.weights.sample import STATUSES, Cell, Weighing
from surveyapp.distribution import dispositions
from surveyapp.distribution.dispositions import UNDELIVERED, Disposition, Progress
from surveyapp.distribution.models import DesignStratum, Invitation, SampleDesign, SampleMember
from surveyapp.distribution.period_models import StudyPeriod

STEPS = tuple(field.name for field in fields(Progress))


def weighing_for(study_id: int) -> Weighing:
    """The recipe that counts, and the strata of the study's samples."""
    return Weighing(recipe_for(study_id), tuple(cells_of(study_id)))


def cells_of(study_id: int) -> list[Cell]:
    """Every stratum of every sample of the study, also those in which nobody answered."""
    found: dict[int, Cell] = {}
    for row in db.session.execute(_query(study_id)).mappings():
        cell = found.get(row["id"]) or Cell(
            row["period"] or "",
            row["label"],
            row["key"],
            row["size"],
            dict.fromkeys(STATUSES, 0),
            dict.fromkeys(STATUSES, 0.0),
        )
        found[row["id"]] = _with(cell, row)
    return list(found.values())


def _query(study_id: int) -> Any:
    """A draw that was replaced has no members any more, and no part in this."""
    flags = [getattr(Invitation, f"{name}_at").is_not(None).label(name) for name in STEPS]
    called = func.coalesce(Invitation.called_as, "").label("called")
    members = exists().where(SampleMember.design_id == SampleDesign.id)
    return (
        select(
            DesignStratum.id,
            DesignStratum.label,
            DesignStratum.key,
            DesignStratum.size,
            StudyPeriod.label.label("period"),
            func.count(SampleMember.id).label("n"),
            func.sum(SampleMember.design_weight).label("weight"),
            called,
            *flags,
        )
        .join(SampleDesign, SampleDesign.id == DesignStratum.design_id)
        .outerjoin(StudyPeriod, StudyPeriod.id == SampleDesign.period_id)
        .outerjoin(SampleMember, SampleMember.stratum_id == DesignStratum.id)
        .outerjoin(Invitation, Invitation.member_id == SampleMember.id)
        .where(SampleDesign.study_id == study_id, members.correlate(SampleDesign))
        .group_by(DesignStratum.id, StudyPeriod.label, called, *flags)
        .order_by(DesignStratum.id)
    )


def _with(cell: Cell, row: Any) -> Cell:
    """The cell with the members of a group of equal fates added."""
    if not row["n"]:
        return cell
    progress = Progress(*(bool(row[name]) for name in STEPS))
    status = _status(dispositions.of(progress, row["called"]))
    counts = {**cell.counts, status: cell.counts[status] + row["n"]}
    weights = {**cell.weights, status: cell.weights[status] + float(row["weight"])}
    return replace(cell, counts=counts, weights=weights)


def _status(of: Disposition) -> str:
    if of == UNDELIVERED:
        return "undelivered"
    return {"I": "answered", "NE": "ineligible", "UO": "silent"}.get(of.category, "eligible")
