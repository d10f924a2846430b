"""Raking of every sample to its margins, with a report on how it went. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from surveyapp.datasets.weights.margins import BLANK, OTHERS, Target, groups, target
from surveyapp.datasets.weights.recipe import WeightRecipe
from surveyapp.datasets.weights.rows import Floats, Places, Rows
from surveyapp.findings import Finding, SurveyError
from surveyapp.stats.sampling.raking import Raked, rake

Json = dict[str, Any]
Groups = list[tuple[str, str] | None]


@dataclass(frozen=True)
class Calibrated:
    """weights: after raking; where the margins of a sample could not be met, those from before.
    groups: per margin the category of every row, for the variance (None: not calibrated);
    reports: one of each sample.
    """

    weights: Floats
    groups: tuple[Groups, ...]
    reports: tuple[Json, ...]
    findings: tuple[Finding, ...]


@dataclass
class _Made:
    weights: Floats
    groups: list[Groups]
    reports: list[Json] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def to_margins(rows: Rows, weights: Floats, customers: Floats, recipe: WeightRecipe) -> Calibrated:
    """customers: those that each stratum stands for (all 0: no sample was drawn, and the weights
    keep their sum).
    """
    made = _Made(weights.copy(), [[None] * len(weights) for _ in recipe.margins])
    for sample, places in rows.samples.items():
        at = rows.within(places)
        if len(at):
            own = np.zeros(len(customers))
            own[places] = customers[places]
            _one(made, sample, rows, at, own, recipe)
    return Calibrated(made.weights, tuple(made.groups), tuple(made.reports), tuple(made.findings))


def _one(
    made: _Made, sample: str, rows: Rows, at: Places, customers: Floats, recipe: WeightRecipe
) -> None:
    """Rake one sample; its weights stay as they are where it cannot be done."""
    before = made.weights[at]
    start = before * (float(customers.sum()) / float(before.sum()) if customers.any() else 1.0)
    made.weights[at] = start
    try:
        targets = [
            target(margin, rows, at, start, customers, recipe.merge_below)
            for margin in recipe.margins
        ]
        raked = _raked(targets, start, recipe)
    except SurveyError as refusal:
        made.findings += map(_remark, refusal.findings)
        made.reports.append({"sample": sample, "met": False})
        return
    made.findings += map(_remark, raked.findings)
    made.reports.append(_report(sample, targets, raked))
    if raked.feasible:
        made.weights[at] = raked.weights
        for column, own in zip(made.groups, groups(targets), strict=True):
            for place, category in zip(at.tolist(), own, strict=True):
                column[place] = None if category is None else (sample, category)


def _remark(finding: Finding) -> Finding:
    """What stops a raking stops no estimate."""
    return replace(finding, severity="warning")


def _raked(targets: Sequence[Target], start: Floats, recipe: WeightRecipe) -> Raked:
    return rake(
        {t.margin.of: t.categories for t in targets},
        {t.margin.of: t.totals for t in targets},
        start,
        bounds=recipe.bounds,
    )


def _report(sample: str, targets: Sequence[Target], raked: Raked) -> Json:
    """sample, met, rounds, course (round, worst distance), at_bounds (rows held at the lower and
    the upper one), ratio (smallest and largest factor), margins: name, merged, rows (category,
    target, reached).
    """
    return {
        "sample": sample,
        "met": raked.feasible,
        "rounds": raked.rounds,
        "course": [[rounds, off] for rounds, off in raked.course],
        "at_bounds": list(raked.at_bounds),
        "ratio": list(raked.ratio),
        "margins": [
            {
                "of": one.margin.of,
                "merged": list(one.merged),
                "rows": [
                    {"category": _shown(fit.category), "kind": _kind(fit.category),
                     "target": fit.target, "reached": fit.reached}
                    for fit in raked.fits
                    if fit.margin == one.margin.of
                ],
            }
            for one in targets
        ],
    }  # fmt: skip


def _kind(category: str) -> str:
    return {BLANK: "blank", OTHERS: "others"}.get(category, "category")


def _shown(category: str) -> str:
    return "" if category in (BLANK, OTHERS) else category
