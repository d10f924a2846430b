"""The score of a period: weighted total, bonuses, vetoes and levels, under each set of weights.

Everything comes from the questionnaire's newest version. Estimates are weighted to the strata; a
veto counts in every answer that is kept, also in one that does not enter the estimates, because
it is an event and not an opinion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from surveyapp.datasets.scoring import Floats, dimension_points
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weighting import Weighting, as_json
from surveyapp.designer.document import Document, Text
from surveyapp.designer.measurement import Level, levels_or_usual
from surveyapp.stats import points
from surveyapp.stats.steps import FULL

Json = dict[str, Any]
SHOWN = 20
"""Responses with a veto that are listed by number, so that somebody reads them."""


@dataclass(frozen=True)
class Scheme:
    """A set of weights: the questionnaire's own (id empty) or a profile's."""

    id: str
    title: Text
    weights: Mapping[str, Decimal]


def schemes(document: Document) -> list[Scheme]:
    """The questionnaire's weights, then each profile's."""
    own = Scheme("", {}, {d.id: d.weight for d in document.dimensions})
    return [own, *(Scheme(p.id, p.title, p.weights) for p in document.profiles)]


def grading(data: Dataset, weights: Weighting) -> Json | None:
    """None without scored dimensions. levels (highest first); vetoes and bonuses with the answers
    in which they are true; per scheme its weights, `plain` (mean total in points), `raised` (with
    bonuses: the score before vetoes), `score` (zero with a veto), `level`, `level_before`, `counts`
    (answers per level, unweighted, before vetoes).
    """
    scored = dimension_points(data)
    if not scored:
        return None
    document = data.newest
    levels = levels_or_usual(document.levels)
    vetoes = [_event(data, "vetoes", v.id, v.title) for v in document.vetoes]
    vetoed = _rows_with(data, "vetoes", {v.id for v in document.vetoes})
    percents = {b.id: b.percent for b in document.bonuses}
    bonus = _percents(data, percents)
    return {
        "levels": [{"id": one.id, "title": one.title, "least": one.least} for one in levels],
        "vetoes": [event for event in vetoes if event["n"]],
        "vetoed": len(vetoed),
        "bonuses": [
            {**_event(data, "bonuses", b.id, b.title), "percent": float(b.percent)}
            for b in document.bonuses
        ],
        "bonus_cap": float(document.bonus_cap),
        "capped": int((bonus > float(document.bonus_cap)).sum()),
        "declares": {"vetoes": len(document.vetoes), "bonuses": len(document.bonuses)},
        "schemes": [
            _graded(scheme, scored, bonus, float(document.bonus_cap), len(vetoed), levels, weights)
            for scheme in schemes(document)
        ],
    }


def _graded(
    scheme: Scheme,
    scored: Mapping[str, Floats],
    bonus: Floats,
    cap: float,
    vetoed: int,
    levels: Sequence[Level],
    weights: Weighting,
) -> Json:
    plain = points.totals(scored, scheme.weights)
    raised = points.with_bonus(plain, bonus, cap)
    before = as_json(weights.estimate(raised, (0, FULL)))
    bounds = {level.id: level.least for level in levels}
    mean = None if before["mean"] is None else float(before["mean"])
    score = points.after_veto(mean, vetoed)
    return {
        "id": scheme.id,
        "title": scheme.title,
        "weights": {name: float(weight) for name, weight in scheme.weights.items()},
        "plain": as_json(weights.estimate(plain, (0, FULL))),
        "raised": before,
        "score": score,
        "level": points.level_of(score, bounds),
        "level_before": points.level_of(mean, bounds),
        "counts": points.counted(raised, bounds),
    }


def _names(data: Dataset, column: str) -> list[set[str]]:
    """Per row the vetoes or bonuses that are true of it."""
    if column not in data.table.column_names:
        return [set()] * len(data)
    return [set((found or "").split()) for found in data.table[column].to_pylist()]


def _event(data: Dataset, column: str, name: str, title: Text) -> Json:
    rows = _rows_with(data, column, {name})
    return {"id": name, "title": title, "n": len(rows), "responses": rows[:SHOWN]}


def _rows_with(data: Dataset, column: str, wanted: set[str]) -> list[int]:
    """Numbers of the responses for which one of the wanted is true."""
    found = zip(data.ids, _names(data, column), strict=True)
    return [response for response, names in found if names & wanted]


def _percents(data: Dataset, percents: Mapping[str, Decimal]) -> Floats:
    """Per row the sum of its bonuses in per cent, before the cap; sums are exact."""
    sums = (
        sum((percents.get(name, Decimal(0)) for name in names), Decimal(0))
        for names in _names(data, "bonuses")
    )
    return np.array([float(total) for total in sums], dtype=float)
