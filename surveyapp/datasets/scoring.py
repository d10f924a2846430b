"""Scores of one respondent: points of a dimension, and the weighted total.

Points run from 0 to 10; the index that pages show is ten times as much, 0 to 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from surveyapp.datasets.table import Dataset
from surveyapp.datasets.variable import Variable
from surveyapp.stats import points
from surveyapp.stats.scores import dimension_scores as means

Floats = NDArray[np.float64]
INDEX = 10.0
"""Index points of one point."""


def element_points(data: Dataset, variable: Variable) -> Floats:
    """Points per row of one scored column: a rating rescaled (reversed where it is), a choice by
    its options' points, a measured number by its thresholds; NaN where there is no answer.
    """
    if variable.kind == "scale" and variable.low is not None and variable.high is not None:
        ends = variable.low, variable.high
        return points.rescaled(data.floats(variable.name), *ends, reverse=variable.reverse)
    if variable.steps is not None:
        return points.of_steps(data.floats(variable.name), variable.steps)
    return points.of_options(data.table[variable.name].to_pylist(), dict(variable.points))


def dimension_points(data: Dataset) -> dict[str, Floats]:
    """Dimension → points per row: the mean of its elements; NaN where fewer than half of them are
    answered. Dimensions without elements are left out.
    """
    found = {}
    for dimension, _, _ in data.codebook.dimensions:
        elements = data.codebook.elements_of(dimension)
        if elements:
            found[dimension] = means(np.column_stack([element_points(data, v) for v in elements]))
    return found


def dimension_scores(data: Dataset) -> dict[str, Floats]:
    """The same as index from 0 to 100."""
    return {name: INDEX * scores for name, scores in dimension_points(data).items()}


def weights_of(data: Dataset) -> dict[str, Decimal]:
    """The questionnaire's weights of the dimensions, in per cent."""
    return {name: weight for name, _, weight in data.codebook.dimensions}


def total_scores(
    data: Dataset, scores: Mapping[str, Floats], weights: Mapping[str, Decimal] | None = None
) -> Floats:
    """Weighted total per row as index, by the questionnaire's weights or others.

    A respondent without a score in some dimension gets the total over the others, their weights
    scaled up; NaN when dimensions of more than half of the weight are missing.
    """
    if not scores:
        return np.full(len(data), np.nan)
    of_ten = {name: values / INDEX for name, values in scores.items()}
    return INDEX * points.totals(of_ten, weights_of(data) if weights is None else weights)


def nps_values(data: Dataset) -> Floats | None:
    """Per row 100 promoter (9-10), 0 passive, -100 detractor (0-6); None without the question.

    Its mean is the Net Promoter Score.
    """
    question = next((v for v in data.codebook.answers if v.type == "nps"), None)
    if question is None:
        return None
    score = data.floats(question.name)
    return np.where(np.isfinite(score), 100.0 * ((score >= 9) * 1 - (score <= 6) * 1), np.nan)
