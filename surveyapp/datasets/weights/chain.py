"""The chain of a study's weights: base, eligibility, non-response, calibration, trimming. Pure.

What cannot be done is left out and said, so that estimates never stop; a step that was left out
leaves the weights of the step before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from surveyapp.datasets.weights.fieldwork import Field, answered_only, field_of, known_only
from surveyapp.datasets.weights.raking import Groups, to_margins
from surveyapp.datasets.weights.recipe import WeightRecipe
from surveyapp.datasets.weights.rows import Floats, Rows
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling.adjusting import trimmed
from surveyapp.stats.sampling.calibration import Calibration, calibrated

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """key: base, eligibility, response, strata, margins or trim; weights: after it; told: what it
    did, as plain JSON; findings: what limits it; calibration: to margins, for the variance;
    groups: of a raking, per margin the sample and category of every row (None: left alone).
    """

    key: str
    weights: Floats
    told: Json
    findings: tuple[Finding, ...] = ()
    calibration: Calibration | None = None
    groups: tuple[Groups, ...] = ()


@dataclass(frozen=True)
class Chain:
    """steps: those that were taken, in order."""

    steps: tuple[Step, ...]

    @property
    def weights(self) -> Floats:
        """At the end."""
        return self.steps[-1].weights

    @property
    def calibration(self) -> Calibration | None:
        """To margins, for the variance."""
        return self.steps[-1].calibration

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all steps."""
        return tuple(finding for step in self.steps for finding in step.findings)


def chained(rows: Rows, recipe: WeightRecipe) -> Chain:
    """The weights of the rows by the recipe."""
    steps = [Step("base", rows.base, {})]
    field, more = _fieldwork(rows, recipe)
    steps += more
    ineligible = field.ineligible if recipe.eligibility is not None else np.zeros(len(rows.strata))
    customers = _customers(rows, ineligible, steps[-1].weights)
    if recipe.calibration == "strata" and customers.any():
        steps.append(_to_strata(rows, steps[-1].weights, customers))
    elif recipe.calibration == "margins":
        steps.append(_to_margins(rows, steps[-1].weights, customers, recipe))
    if recipe.trim is not None:
        steps.append(_trimmed(rows, steps[-1], recipe.trim))
    return Chain(tuple(steps))


def _fieldwork(rows: Rows, recipe: WeightRecipe) -> tuple[Field, list[Step]]:
    """The two steps that look at those who are not among the rows."""
    field, steps, weights = field_of(rows, recipe), [], rows.base
    wanted = (
        ("eligibility", recipe.eligibility, known_only),
        ("response", recipe.response, answered_only),
    )
    for key, by, adjust in wanted:
        if by is None:
            continue
        if not any(stratum.cell for stratum in rows.strata):
            steps.append(Step(key, weights, {}, (_no_sample(key),)))
            continue
        field, factors = adjust(field, rows, by)
        weights = weights * factors[rows.at]
        steps.append(Step(key, weights, {"classes": list(field.classes)}, field.findings))
    return field, steps


def _customers(rows: Rows, ineligible: Floats, weights: Floats) -> Floats:
    """What each stratum stands for: its frame less the customers who are not eligible."""
    sizes = np.array([stratum.size for stratum in rows.strata])
    left = sizes - ineligible
    return np.where(left > 0, left, np.minimum(rows.sums(weights), sizes))


def _to_strata(rows: Rows, weights: Floats, customers: Floats) -> Step:
    """Rows of one weight get exactly customers / answers."""
    sums, counts = rows.sums(weights), rows.counts
    most, least = np.zeros(len(sums)), np.full(len(sums), np.inf)
    np.maximum.at(most, rows.at, weights)
    np.minimum.at(least, rows.at, weights)
    even = most - least <= 1e-9 * most
    per_row = customers / np.maximum(counts, 1)
    factors = customers / np.where(sums > 0, sums, 1.0)
    spread = np.where(even[rows.at], per_row[rows.at], weights * factors[rows.at])
    empty = (counts == 0) & (customers > 0)
    found = (_empty(int(empty.sum()), float(customers[empty].sum())),) if empty.any() else ()
    return Step("strata", spread, {"empty": int(empty.sum())}, found)


def _to_margins(rows: Rows, weights: Floats, customers: Floats, recipe: WeightRecipe) -> Step:
    """Calibrated where at least one sample could be raked."""
    made = to_margins(rows, weights, customers, recipe)
    raked = any(one is not None for group in made.groups for one in group)
    known = calibrated(weights, made.weights, made.groups) if raked else None
    told = {"samples": list(made.reports)}
    return Step("margins", made.weights, told, made.findings, known, made.groups)


def _with(calibration: Calibration, weights: Floats) -> Calibration:
    """Trimmed weights stay calibrated as far as their variance is concerned."""
    base = calibration.base
    factors = np.divide(weights, base, out=np.zeros_like(weights), where=base > 0)
    return replace(calibration, factors=factors)


def _trimmed(rows: Rows, before: Step, most: float) -> Step:
    """Every sample on its own."""
    weights = before.weights
    result, told, found = weights.copy(), [], []
    for sample, places in rows.samples.items():
        at = rows.within(places)
        if not len(at):
            continue
        limit = most * float(np.median(weights[at][weights[at] > 0]))
        try:
            result[at] = trimmed(weights[at], most)
        except SurveyError as refusal:
            found += [replace(f, severity="warning") for f in refusal.findings]
            continue
        told.append({"sample": sample, "limit": limit, "rows": int((weights[at] > limit).sum())})
    known = before.calibration and _with(before.calibration, result)
    return Step("trim", result, {"samples": told}, tuple(found), known)


def _no_sample(key: str) -> Finding:
    template = N_(
        "Nothing is known of those who did not answer, because no sample was drawn: this step"
        " was left out."
    )
    return Finding("weights.no_sample", f"step:{key}", template, {}, "info")


def _empty(count: int, customers: float) -> Finding:
    template = N_(
        "{count} strata with {customers:,.0f} customers have no answer; estimates do not speak of"
        " them. Raking to margins would."
    )
    params = {"count": count, "customers": customers}
    return Finding("weights.empty_strata", "strata", template, params, "info")
