"""Which answers a report is about: all, a period, some days; of now, or of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from surveyapp.database import db
from surveyapp.datasets.cleaning import EXCLUDE
from surveyapp.distribution.models import Study
from surveyapp.distribution.period_models import StudyPeriod
from surveyapp.findings import N_, Finding, SurveyError

if TYPE_CHECKING:
    from surveyapp.datasets.exports.content import Content
    from surveyapp.datasets.table import Dataset

ALL, PERIOD, DAYS = "all", "period", "days"


class Exclusion(NamedTuple):
    """Why a response is out."""

    layer: int
    rule: str


@dataclass(frozen=True)
class Span:
    """What is told apart: answers of now, and of before where there is a before.

    kind: ALL, PERIOD (label and the label before) or DAYS (first and last day, both included).
    """

    kind: str
    now: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    period_id: int | None = None

    def side(self, period: str | None, day: str | None) -> str | None:
        """`now`, `before`, or None for a response in neither."""
        if self.kind == ALL:
            return "now"
        for name, wanted in (("now", self.now), ("before", self.before)):
            if self.kind == PERIOD and wanted and period == wanted[0]:
                return name
            if self.kind == DAYS and wanted and day and wanted[0] <= day <= wanted[1]:
                return name
        return None


@dataclass(frozen=True)
class Source:
    """data: the answers of the span, excluded ones among them. both: those of now and before, the
    cleaned ones, with the side of each.
    """

    data: Dataset
    excluded: Mapping[int, Exclusion]
    both: Dataset
    sides: list[str | None]
    content: Content
    span: Span


def span_of(study: Study, asked: Mapping[str, Any]) -> Span:
    """The span that a request names. Raises SurveyError for a period that there is not."""
    if asked.get("span") == PERIOD:
        found = db.session.scalar(
            select(StudyPeriod).where(
                StudyPeriod.study_id == study.id, StudyPeriod.label == asked["period"]
            )
        )
        if found is None:
            template = N_("The study has no period {label}.")
            params = {"label": str(asked["period"])}
            raise SurveyError(Finding("report.period", "period", template, params))
        before = db.session.scalar(
            select(StudyPeriod.label).where(
                StudyPeriod.study_id == study.id, StudyPeriod.number == found.number - 1
            )
        )
        return Span(PERIOD, (found.label,), (before,) if before else (), found.id)
    if asked.get("span") == DAYS:
        return days(date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"]))
    return Span(ALL)


def days(first: date, last: date) -> Span:
    """These days, and as many right before them."""
    length = (last - first) + timedelta(days=1)
    before = (first - length, first - timedelta(days=1))
    return Span(
        DAYS, (first.isoformat(), last.isoformat()), tuple(day.isoformat() for day in before)
    )


def exclusions(log: Iterable[tuple[str, ...]]) -> dict[int, Exclusion]:
    """Who is out after the lines of a cleaning log, as exports and snapshots hold it."""
    out: dict[int, Exclusion] = {}
    for _at, response, action, layer, rule, *_ in log:
        out.pop(int(response), None)
        if action == EXCLUDE:
            out[int(response)] = Exclusion(int(layer), rule)
    return out


def source(study: Study, asked: Mapping[str, Any]) -> Source:
    """Gather. Heavy: for the worker. Raises SurveyError for a changed snapshot."""
    import numpy as np

    from surveyapp.datasets.sensitivity import cleaned

    span, content = span_of(study, asked), _content(study, asked)
    out = exclusions(content.log)
    sides = _sides(content.data, span)
    data = content.data.only(np.array([side == "now" for side in sides], dtype=bool))
    if span.kind == PERIOD:
        data = replace(data, weighing=data.weighing.of_period(span.now[0]))
    both = cleaned(content.data, out)
    return Source(
        data, {r: out[r] for r in data.ids if r in out}, both, _sides(both, span), content, span
    )


def _content(study: Study, asked: Mapping[str, Any]) -> Content:
    from surveyapp.datasets.exports.offering import contents
    from surveyapp.datasets.gather import dataset
    from surveyapp.datasets.snapshots.models import Snapshot
    from surveyapp.datasets.snapshots.taking import read

    if asked.get("snapshot"):
        frozen = db.session.get(Snapshot, asked["snapshot"])
        if frozen is None or frozen.study_id != study.id:
            template = N_("The study has no such snapshot.")
            raise SurveyError(Finding("report.snapshot", "snapshot", template))
        return read(frozen)
    return contents(study, dataset(study.id), clean=False)


def _sides(data: Dataset, span: Span) -> list[str | None]:
    names = data.table.column_names
    periods = data.table["period"].to_pylist() if "period" in names else [None] * len(data)
    pairs = zip(periods, data.table["completed_on"].to_pylist(), strict=True)
    return [span.side(period, day) for period, day in pairs]
