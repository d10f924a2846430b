"""Comparisons on demand: a pair or groups, made by the worker, kept with what they rest on."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.reports.publication import minimum_of
from surveyapp.reports.publication_models import Comparison

Json = dict[str, Any]
PERIODS, STUDY = "periods", "study"
GROUPS = {
    "period": N_("Period of the recurring study"),
    "mode": N_("How it was answered"),
    "language": N_("Language"),
    "version": N_("Version of the questionnaire"),
    "tier": N_("Customer tier"),
    "city": N_("City"),
    "store": N_("Store"),
    "product_line": N_("Product line"),
    "stratum": N_("Stratum of the sample"),
    "touchpoint_store": N_("Store of the printed code"),
    "touchpoint_label": N_("Touchpoint"),
    "touchpoint_channel": N_("Channel of the printed code"),
    "device": N_("Device"),
}
"""Columns whose values make groups."""
MOST = 12


def kept_of(study_id: int, most: int = 20) -> list[Comparison]:
    """The newest comparisons of a study."""
    rows = select(Comparison).where(Comparison.study_id == study_id)
    return list(db.session.scalars(rows.order_by(Comparison.id.desc()).limit(most)))


def make(study_id: int, params: Json) -> Comparison:
    """Compare and keep the outcome. Heavy: for the worker. Raises SurveyError where one side has
    nothing to compare.
    """
    figures, digest = _figures(study_id, params)
    db.session.rollback()
    row = Comparison(study_id=study_id, params=params, figures=figures, dataset_hash=digest)
    row.actor = params.get("asked_by", "")
    db.session.add(row)
    db.session.flush()
    audit.record("reports.compare", f"study:{study_id}", comparison=row.id, by=params["by"])
    db.session.commit()
    return row


def _figures(study_id: int, params: Json) -> tuple[Json, str]:
    from surveyapp.datasets import comparing
    from surveyapp.datasets.standings import groups_of

    data = _cleaned(study_id)
    minimum, by = minimum_of(study_id), params["by"]
    if by == STUDY:
        other_id = int(params["other"])
        sides = [("A", data), ("B", _cleaned(other_id))]
        if not all(len(side) for _, side in sides):
            raise _nothing()
        minimum = max(minimum, minimum_of(other_id))
        return comparing.compare_between(sides, minimum), data.hash
    groups = _periods(data, params) if by == PERIODS else groups_of(data, by)
    if len({g for g in groups if g is not None}) < 2:
        raise _nothing()
    return comparing.compare_within(data, _largest(groups), minimum), data.hash


def _cleaned(study_id: int) -> Any:
    from surveyapp.datasets import cleaning, gather, sensitivity

    return sensitivity.cleaned(gather.dataset(study_id), cleaning.excluded(study_id))


def _largest(groups: list[str | None]) -> list[str | None]:
    """Only the groups with the most answers: MOST of them, in the order of their size."""
    sizes: dict[str, int] = {}
    for group in groups:
        if group is not None:
            sizes[group] = sizes.get(group, 0) + 1
    largest = sorted(sizes, key=lambda g: (-sizes[g], g))[:MOST]
    return [group if group in largest else None for group in groups]


def _periods(data: Any, params: Json) -> list[str | None]:
    """A or B by the day of completion, both ends included; a day in both counts for A."""
    spans = {
        name: (date.fromisoformat(params[f"{name}_from"]), date.fromisoformat(params[f"{name}_to"]))
        for name in ("a", "b")
    }
    found: list[str | None] = []
    for text in data.table["completed_on"].to_pylist():
        day = date.fromisoformat(text) if text else None
        inside = [n for n, (first, last) in spans.items() if day and first <= day <= last]
        found.append(inside[0].upper() if inside else None)
    return found


def _nothing() -> SurveyError:
    template = N_("There are no two groups with answers to compare. Choose another pair.")
    return SurveyError(Finding("compare.nothing", "by", template))


def studies_beside(study: Study) -> list[Study]:
    """Other studies, those of the same questionnaire first."""
    rows = db.session.scalars(select(Study).where(Study.id != study.id).order_by(Study.id.desc()))
    own = study.version.questionnaire_id
    return sorted(rows, key=lambda other: other.version.questionnaire_id != own)[:200]
