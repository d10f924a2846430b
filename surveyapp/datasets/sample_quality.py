"""What the sample is worth: weights, effective number of answers, answers per stratum, origins."""

from __future__ import annotations

from collections import Counter
from typing import Any

from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weighting import Weighting, spread_of

Json = dict[str, Any]
ORIGINS = ("mode", "version", "language", "touchpoint_channel", "device")


def sample_quality(data: Dataset, weights: Weighting) -> Json:
    """n, used (enter the estimates), effective (Kish: (Σw)² / Σw²), deff (used / effective),
    weights (least, median, most), strata (name, population, n, weight: the mean of its answers),
    origins (column → value, n), days (first and last day of completion).
    """
    w = weights.weights
    squares = float(w @ w)
    effective = float(w.sum()) ** 2 / squares if squares else 0.0
    days = sorted(filter(None, data.table["completed_on"].to_pylist()))
    return {
        "n": len(data),
        "used": len(w),
        "effective": effective,
        "deff": len(w) / effective if effective else None,
        "weights": spread_of(w),
        "strata": _strata(weights),
        "origins": {by: _counts(data, by) for by in ORIGINS},
        "days": [days[0], days[-1]] if days else [],
    }


def _strata(weights: Weighting) -> list[Json]:
    if weights.population is None:
        return []
    answers, sums = Counter(weights.strata), dict.fromkeys(weights.population, 0.0)
    for name, weight in zip(weights.strata, weights.weights.tolist(), strict=True):
        sums[name] += weight
    return [
        {"name": name, "population": size, "answers": answers[name],
         "weight": sums[name] / answers[name]}
        for name, size in sorted(weights.population.items())
    ]  # fmt: skip


def _counts(data: Dataset, by: str) -> list[Json]:
    if by not in data.table.column_names:
        return []
    counts = Counter(data.table[by].to_pylist())
    return [
        {"value": None if value is None else str(value), "answers": n}
        for value, n in counts.most_common(12)
    ]
