"""Comparisons on demand: a pair or groups, made by the worker, kept with what they rest on."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from surveyapp.accounts import audit
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.withholding import compared
from surveyapp.designer.document import Text
from surveyapp.distribution import trials, wave_plans
from surveyapp.distribution.models import Message, Study, Wave
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.reports.publication import minimum_of
from surveyapp.reports.publication_models import Comparison

Json = dict[str, Any]
PERIODS, BEFORE, STUDY, WORDING, TABLE = "periods", "before", "study", "wording", "table"
ARM = "random."
"""What the columns of random blocks begin with."""
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


def kept_of(study_id: int, most: int = 20, *, tables: bool = False) -> list[Comparison]:
    """The newest comparisons of a study, or its newest tables."""
    rows = select(Comparison).where(Comparison.study_id == study_id, _is_table() == tables)
    return list(db.session.scalars(rows.order_by(Comparison.id.desc()).limit(most)))


def _is_table() -> ColumnElement[bool]:
    found: ColumnElement[bool] = Comparison.params["by"].as_string() == TABLE
    return found


def figures_of(found: Comparison) -> Json:
    """What may be read of a kept comparison today: the minimum may have risen since it was made."""
    minimum = minimum_of(found.study_id)
    if found.params["by"] == STUDY:
        minimum = max(minimum, minimum_of(int(found.params["other"])))
    return compared(found.figures, minimum)


def experiments_of(study: Study) -> dict[str, Text]:
    """What was assigned by chance: random blocks of the questionnaire, and the wordings of the
    invitation (empty label) where several are tried.
    """
    blocks = study.asked.document.get("experiments", ())
    found = {f"{ARM}{one['id']}": one.get("title", {}) for one in blocks}
    invitations = [wave for wave in wave_plans.waves_of(study) if wave.kind == "invitation"]
    return {**found, **({WORDING: {}} if wave_plans.variants_of(invitations) else {})}


def arms_of(study: Study, by: str) -> dict[str, Text]:
    """The labels of the arms of a random block."""
    blocks = study.asked.document.get("experiments", ())
    one = next((b for b in blocks if f"{ARM}{b['id']}" == by), {"arms": ()})
    return {arm["id"]: arm.get("label", {}) for arm in one["arms"]}


def make(study_id: int, params: Json) -> Comparison:
    """Compare and keep the outcome. Heavy: for the worker. Raises SurveyError where one side has
    nothing to compare.
    """
    figures, digest = _figures(study_id, params)
    db.session.rollback()
    return keep(study_id, params, figures, digest)


def keep(study_id: int, params: Json, figures: Json, digest: str) -> Comparison:
    """Keep what was computed, with what was asked and the data that it rests on."""
    row = Comparison(study_id=study_id, params=params, figures=figures, dataset_hash=digest)
    row.actor = params.get("asked_by", "")
    db.session.add(row)
    db.session.flush()
    audit.record("reports.compare", f"study:{study_id}", comparison=row.id, by=params["by"])
    db.session.commit()
    return row


def _figures(study_id: int, params: Json) -> tuple[Json, str]:
    from surveyapp.datasets import arms, comparing

    data = cleaned_of(study_id)
    minimum, by = minimum_of(study_id), params["by"]
    if by == STUDY:
        other_id = int(params["other"])
        sides = [("A", data), ("B", cleaned_of(other_id))]
        if not all(len(side) for _, side in sides):
            raise _nothing()
        minimum = max(minimum, minimum_of(other_id))
        return comparing.compare_between(sides, minimum), data.hash
    groups = _groups(study_id, data, params)
    if len({g for g in groups if g is not None}) < 2:
        raise _nothing()
    if by == WORDING or by.startswith(ARM):
        return arms.compare_arms(data, _largest(groups), minimum), data.hash
    return comparing.compare_within(data, _largest(groups), minimum), data.hash


def _groups(study_id: int, data: Any, params: Json) -> list[str | None]:
    from surveyapp.datasets.standings import groups_of

    if params["by"] == PERIODS:
        return _periods(data, params)
    if params["by"] == WORDING:
        known = wordings(study_id)
        return [known.get(response) for response in data.ids]
    return groups_of(data, params["by"])


def wordings(study_id: int) -> dict[int, str]:
    """Response → the wording of the invitation that its customer was texted."""
    rows = (
        select(Response.id, Message.variant)
        .join(Message, Message.invitation_id == Response.invitation_id)
        .join(Wave, Wave.id == Message.wave_id)
        .where(Response.study_id == study_id, Wave.kind == "invitation")
        .where(Message.state.in_(trials.SENT), Message.variant != "")
    )
    return dict(db.session.execute(rows).all())


def cleaned_of(study_id: int) -> Any:
    """The study's answers without what screening excluded. Heavy: for the worker."""
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
