"""Satisfaction (CSAT) and effort (CES) questions by their accepted definitions."""

from __future__ import annotations

from typing import Any

import numpy as np

from surveyapp.datasets.outcomes import WHOLE, Outcome, outcomes
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
    asked = [v for v in data.codebook.answers if _is_experience(v)]
    return [_figures(data, weights, v) for v in asked]


def headlines(data: Dataset) -> list[Outcome]:
    """Total, NPS, CSAT (in per cent satisfied) and CES (mean) of each question, the dimensions."""
    known = outcomes(data)
    first = [one for one in known if one.id in WHOLE]
    asked = [_outcome(data, v) for v in data.codebook.answers if _is_experience(v)]
    return [*first, *asked, *(one for one in known if one.id not in WHOLE)]


def _outcome(data: Dataset, variable: Variable) -> Outcome:
    """Its id is the question's behind `csat.` or `ces.`."""
    values, id_ = data.floats(variable.name), f"{variable.type}.{variable.name}"
    low, high = float(variable.low or 0), float(variable.high or 0)
    if variable.type == "ces":
        return Outcome(id_, variable.label, values, (low, high))
    satisfied = np.where(np.isfinite(values), 100.0 * (values > high - TOP), np.nan)
    return Outcome(id_, variable.label, satisfied, (0.0, 100.0))


def _is_experience(variable: Variable) -> bool:
    return variable.type in ("csat", "ces") and variable.kind == "scale"


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
