"""How far a study's sample got, by stratum: the funnel and the dispositions, one query each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select

from surveyapp.database import db
from surveyapp.distribution import dispositions
from surveyapp.distribution.dispositions import Disposition, Progress
from surveyapp.distribution.models import DesignStratum, Invitation, SampleDesign, SampleMember

EVENTS = "⚡"
"""Label of those who were asked because of an event, in tables of strata."""
STEPS = ("sampled", "sent", "delivered", "opened", "started", "completed")


@dataclass(frozen=True)
class StratumFunnel:
    """Members of one stratum that reached each step, and those who refused or were not reached."""

    stratum_id: int
    label: str
    key: Mapping[str, str]
    size: int
    sampled: int
    sent: int
    delivered: int
    opened: int
    started: int
    completed: int
    opted_out: int
    failed: int


def funnel(study_id: int, period_id: int | None = None) -> list[StratumFunnel]:
    """One row per stratum of the draws of the study, or of one period, in the design's order."""
    moments = ("invited_at", "delivered_at", "opened_at", "started_at", "completed_at")
    steps = zip(
        (*STEPS[1:], "opted_out", "failed"), (*moments, "opted_out_at", "failed_at"), strict=True
    )
    counted = [
        (func.count(getattr(Invitation, moment)) - _ineligible(step)).label(step)
        for step, moment in steps
    ]
    rows = db.session.execute(
        select(
            DesignStratum.id.label("stratum_id"),
            DesignStratum.label,
            DesignStratum.key,
            DesignStratum.size,
            func.count(SampleMember.id).label("sampled"),
            *counted,
        )
        .join(SampleDesign, SampleDesign.id == DesignStratum.design_id)
        .join(SampleMember, SampleMember.stratum_id == DesignStratum.id)
        .outerjoin(Invitation, Invitation.member_id == SampleMember.id)
        .where(*draws(study_id, period_id))
        .group_by(DesignStratum.id)
        .order_by(DesignStratum.id)
    )
    found = [StratumFunnel(**row) for row in rows.mappings()]
    return found if period_id is not None else [*found, *_asked_on_events(study_id, counted)]


def _asked_on_events(study_id: int, counted: list[Any]) -> list[StratumFunnel]:
    """Those whom something happened to: everyone is asked, so they are a stratum of their own."""
    asked = func.count(Invitation.id)
    row = db.session.execute(
        select(asked.label("size"), asked.label("sampled"), *counted).where(
            Invitation.study_id == study_id, Invitation.member_id.is_(None)
        )
    ).mappings()
    return [
        StratumFunnel(stratum_id=0, label=EVENTS, key={}, **found) for found in row if found["size"]
    ]


def draws(study_id: int, period_id: int | None) -> list[ColumnElement[bool]]:
    """What the samples of a study have in common, or that of one of its periods."""
    of_period = [] if period_id is None else [SampleDesign.period_id == period_id]
    return [SampleDesign.study_id == study_id, *of_period]


def _ineligible(step: str) -> Any:
    """Those whose answers ended in a screen-out or a full quota did not complete."""
    return func.count(Invitation.ineligible_at) if step == "completed" else 0


def totals(rows: list[StratumFunnel]) -> dict[str, int]:
    """Step → sum over the strata (also opted_out and failed)."""
    names = (*STEPS, "opted_out", "failed")
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def disposition_counts(
    study_id: int, period_id: int | None = None
) -> dict[str, dict[Disposition, int]]:
    """Stratum's label → disposition → members of the study, or of one period; every disposition
    is named, 0 included.
    """
    fate = fate_columns()
    rows = db.session.execute(
        select(DesignStratum.id, DesignStratum.label, func.count(), *fate)
        .join(SampleDesign, SampleDesign.id == DesignStratum.design_id)
        .join(SampleMember, SampleMember.stratum_id == DesignStratum.id)
        .outerjoin(Invitation, Invitation.member_id == SampleMember.id)
        .where(*draws(study_id, period_id))
        .group_by(DesignStratum.id, *fate)
        .order_by(DesignStratum.id)
    )
    found: dict[str, dict[Disposition, int]] = {}
    others = [] if period_id is not None else _dispositions_on_events(study_id, fate)
    for _id, label, n, *reached in [*rows, *others]:
        counts = found.setdefault(label, dict.fromkeys(dispositions.ALL, 0))
        counts[disposition_of(reached)] += n
    return found


def fate_columns() -> list[ColumnElement[Any]]:
    """What says which disposition an invitation has, for `disposition_of`: how far its calls and
    its link got.
    """
    steps = [field.name for field in fields(Progress)]
    flags = [getattr(Invitation, f"{name}_at").is_not(None).label(name) for name in steps]
    return [func.coalesce(Invitation.called_as, "").label("called"), *flags]


def disposition_of(fate: Sequence[Any]) -> Disposition:
    """The disposition of what stands in the `fate_columns`."""
    called, *reached = fate
    return dispositions.of(Progress(*map(bool, reached)), called)


def _dispositions_on_events(study_id: int, columns: list[Any]) -> list[Any]:
    return list(
        db.session.execute(
            select(literal(0), literal(EVENTS), func.count(), *columns)
            .where(Invitation.study_id == study_id, Invitation.member_id.is_(None))
            .group_by(*columns)
        ).all()
    )


def replacements(counts: Mapping[Disposition, int]) -> int:
    """How many members of a stratum turned out not eligible, whose places nobody has taken.

    Who refused or was not reached is no such place: to replace them would hide that they are
    missing.
    """
    return sum(n for one, n in counts.items() if one.category == "NE")
