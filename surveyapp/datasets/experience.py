"""Satisfaction (CSAT) and effort (CES) questions by their accepted definitions."""

from __future__ import annotations

from typing import Any

import numpy as np

from surveyapp.datasets.table import Dataset
from surveyapp.datasets.variable import Variable
from surveyapp.datasets.weighting import Weighting, as_json, share

Json = dict[str, Any]
TOP = 2
"""Highest points of a CSAT question that count as satisfied."""


def experience(data: Dataset, weights: Weighting) -> list[Json]:
    """Each CSAT and CES question: `mean` on its scale and, for CSAT, `satisfied`, the share of the
    two highest points with Wilson's interval (weighted, on the effective number of answers).
    """
    asked = [v for v in data.codebook.answers if v.type in ("csat", "ces") and v.kind == "scale"]
    return [_figures(data, weights, v) for v in asked]


def _figures(data: Dataset, weights: Weighting, variable: Variable) -> Json:
    values = data.floats(variable.name)
    low, high = variable.low or 0, variable.high or 0
    figures: Json = {
        "variable": variable.name,
        "label": variable.label,
        "type": variable.type,
        "low": low,
        "high": high,
        "mean": as_json(weights.estimate(values, (low, high))),
        "satisfied": None,
    }
    if variable.type == "csat":
        satisfied = np.where(np.isfinite(values), values > high - TOP, np.nan)
        figures["satisfied"] = share(weights, satisfied)
    return figures
