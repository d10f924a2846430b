"""Scores of one respondent: a dimension from 0 to 100, and their weighted total."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surveyapp.datasets.table import Dataset

Floats = NDArray[np.float64]
HALF = 0.5
"""A dimension counts for a respondent who answered at least this share of its items."""


def dimension_scores(data: Dataset) -> dict[str, Floats]:
    """Dimension → score per row: mean of its keyed items, low end 0, high end 100; NaN where
    fewer than half of the items are answered. Dimensions without items are left out.
    """
    scores = {}
    for dimension, _, _ in data.codebook.dimensions:
        items = data.codebook.items_of(dimension)
        if items:
            low = np.array([v.low or 0 for v in items])
            width = np.array([(v.high or 0) - (v.low or 0) for v in items])
            scores[dimension] = _mean((data.matrix(items) - low) / width * 100)
    return scores


def total_scores(data: Dataset, scores: dict[str, Floats]) -> Floats:
    """Weighted total per row, by the questionnaire's weights of the dimensions.

    A respondent without a score in some dimension gets the total over the others, their weights
    scaled up; NaN when dimensions of more than half of the weight are missing.
    """
    weights = np.array([float(w) for name, _, w in data.codebook.dimensions if name in scores])
    if not len(weights) or weights.sum() == 0:
        return np.full(len(data), np.nan)
    table = np.column_stack(list(scores.values()))
    answered = np.isfinite(table)
    carried = (answered * weights).sum(axis=1)
    total = (np.where(answered, table, 0) * weights).sum(axis=1)
    enough = carried >= HALF * weights.sum()
    return np.where(enough, total / np.where(enough, carried, 1), np.nan)


def nps_values(data: Dataset) -> Floats | None:
    """Per row 100 promoter (9-10), 0 passive, -100 detractor (0-6); None without the question.

    Its mean is the Net Promoter Score.
    """
    question = next((v for v in data.codebook.answers if v.type == "nps"), None)
    if question is None:
        return None
    score = data.floats(question.name)
    return np.where(np.isfinite(score), 100.0 * ((score >= 9) * 1 - (score <= 6) * 1), np.nan)


def _mean(x: Floats) -> Floats:
    answered = np.isfinite(x)
    n = answered.sum(axis=1)
    total = np.where(answered, x, 0.0).sum(axis=1)
    return np.where(n >= HALF * x.shape[1], total / np.maximum(n, 1), np.nan)
