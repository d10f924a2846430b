"""Further coefficients of a scale, as figures: what stands under them is withheld with its base."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from surveyapp.jobs.refusals import as_stored
from surveyapp.stats.further import Further, further
from surveyapp.stats.intervals import Interval
from surveyapp.stats.moments import Floats
from surveyapp.stats.reliability import Reliability

Json = dict[str, Any]


def further_of(keyed: Floats, items: Sequence[str]) -> Json:
    """Figures: n (complete rows), items (those used), coefficients, remarks.

    coefficients: alpha with low and high, standardised and average_r over complete rows; bootstrap
    (low, high) and drawn; omega (total, hierarchical, factors); lambda6; halves (odd_even, worst,
    average, best); spearman_brown; ordinal; correlations, row by row up to the diagonal. None
    without correlations.
    """
    found = further(keyed, items)
    alpha, between = found.listwise, found.correlations
    return {
        "n": found.n,
        "items": list(found.items),
        "coefficients": None
        if alpha is None or between is None
        else _coefficients(found, alpha, between),
        "remarks": [as_stored(finding) for finding in found.findings],
    }


def _coefficients(found: Further, alpha: Reliability, between: Floats) -> Json:
    return {
        "alpha": alpha.alpha,
        **_ends(alpha.interval),
        "standardised": alpha.standardised,
        "average_r": alpha.average_r,
        "bootstrap": _ends(found.bootstrap) if found.bootstrap else None,
        "drawn": found.drawn,
        "omega": None if found.omega is None else _finite(asdict(found.omega)),
        "lambda6": _number(found.lambda6),
        "halves": None if found.halves is None else _finite(asdict(found.halves)),
        "spearman_brown": found.spearman_brown,
        "ordinal": _number(found.ordinal),
        "correlations": [row[: at + 1] for at, row in enumerate(between.tolist())],
    }


def _ends(interval: Interval | None) -> Json:
    return {"low": interval.low if interval else None, "high": interval.high if interval else None}


def _finite(values: Json) -> Json:
    return {name: _number(value) for name, value in values.items()}


def _number(value: Any) -> Any:
    """JSON has no infinity: a coefficient that divides by nothing is none."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
