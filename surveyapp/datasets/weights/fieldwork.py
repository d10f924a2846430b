"""Weights after the field: what customers stood for who were not reached or did not answer. Pure.

Within a class the missing are taken to be like the others (weighting class adjustment; Valliant,
Dever and Kreuter 2018, ch. 13). Answers that screening took out count as not given.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from surveyapp.datasets.weights.recipe import Classes, WeightRecipe
from surveyapp.datasets.weights.rows import Floats, Rows
from surveyapp.datasets.weights.sample import STATUSES
from surveyapp.distribution.specs import BETWEEN
from surveyapp.findings import Finding
from surveyapp.stats.sampling.adjusting import Adjusted, for_non_response, for_unknown_eligibility

Json = dict[str, Any]
CLOSE = 1e-9


@dataclass(frozen=True)
class Field:
    """Per stratum sums of base weights: of the rows, of other eligible customers, of those who are
    not eligible, of those of whom that is unknown; classes: what the last step did in each.
    """

    present: Floats
    others: Floats
    ineligible: Floats
    unknown: Floats
    classes: tuple[Json, ...] = ()
    findings: tuple[Finding, ...] = ()


def field_of(rows: Rows, recipe: WeightRecipe) -> Field:
    """How it stands before any adjustment. Nobody counts twice: rows whose invitation does not say
    that it was answered count as rows only.
    """
    sums = {
        status: np.array([s.cell.weights.get(status, 0.0) if s.cell else 0.0 for s in rows.strata])
        for status in STATUSES
    }
    present, ineligible = rows.sums(rows.base), sums["ineligible"]
    taken_out = np.maximum(sums["answered"] - present, 0)
    silent = sums["silent"] if recipe.verified else np.zeros(len(present))
    others = sums["eligible"] + taken_out + silent
    unknown = sums["silent"] - silent + sums["undelivered"]
    room = np.maximum(sum(sums.values()) - present - ineligible, 0)
    room[room < CLOSE * present] = 0
    missing = others + unknown
    share = np.minimum(1, np.divide(room, missing, out=np.zeros_like(room), where=missing > 0))
    return Field(present, others * share, ineligible, unknown * share)


def known_only(field: Field, rows: Rows, by: Classes) -> tuple[Field, Floats]:
    """Unknown eligibility spread over the known of each class; and the factor of each stratum."""
    known = field.present + field.others + field.ineligible
    names = _classes(rows, by)
    made = for_unknown_eligibility(*_pairs(known, field.unknown), [*names, *names])
    factors = _factors(made, names)
    after = Field(
        field.present * factors,
        field.others * factors,
        field.ineligible * factors,
        np.zeros(len(known)),
    )
    return _told(after, rows, made, names, field.unknown), factors


def answered_only(field: Field, rows: Rows, by: Classes) -> tuple[Field, Floats]:
    """The eligible who did not answer spread over the rows of each class; and the factors.

    Where unknown eligibility was not dealt with, the unknown count as eligible.
    """
    missing = field.others + field.unknown
    names = _classes(rows, by)
    made = for_non_response(*_pairs(field.present, missing), [*names, *names])
    factors = _factors(made, names)
    nobody = np.zeros(len(missing))
    after = Field(field.present * factors, nobody, field.ineligible, nobody)
    return _told(after, rows, made, names, missing), factors


def _classes(rows: Rows, by: Classes) -> list[str]:
    """Per stratum the name of its class; every sample is one of its own."""
    return [
        BETWEEN.join(filter(None, (s.sample, *(s.value(one) or "–" for one in by))))
        for s in rows.strata
    ]


def _pairs(there: Floats, missing: Floats) -> tuple[Floats, Floats]:
    n = len(there)
    return np.concatenate([there, missing]), np.repeat([True, False], n)


def _factors(made: Adjusted, names: list[str]) -> Floats:
    return np.array([made.factors.get(name, 1.0) for name in names])


def _told(field: Field, rows: Rows, made: Adjusted, names: list[str], moved: Floats) -> Field:
    """With a line per class: its name, answers, factor, and the weight that changed hands."""
    answers: Counter[str] = Counter()
    weight: dict[str, float] = {}
    for name, n, part in zip(names, rows.counts.tolist(), moved.tolist(), strict=True):
        answers[name] += n
        weight[name] = weight.get(name, 0.0) + part
    lines = (
        {"name": n, "answers": answers[n], "moved": weight[n], "factor": made.factors.get(n)}
        for n in weight
    )
    return replace(field, classes=tuple(lines), findings=made.findings)
