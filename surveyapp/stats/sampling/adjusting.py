"""Weights after the field: non-response, unknown eligibility, trimming, and replicates.

Every adjustment keeps its total: what the missing stood for is carried by the others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.findings import N_, Finding
from surveyapp.stats.sampling.design import Design

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Adjusted:
    """weights: 0 for those who do not count any more; factors: class → what it was multiplied by;
    findings: classes in which nobody is left, whose weight is lost.
    """

    weights: Floats
    factors: dict[Hashable, float]
    findings: tuple[Finding, ...] = ()


def for_non_response(
    weights: ArrayLike, answered: ArrayLike, classes: Sequence[Hashable]
) -> Adjusted:
    """The weight of those who did not answer goes to those of their class who did."""
    w, there = np.asarray(weights, dtype=np.float64), np.asarray(answered, dtype=bool)
    if w.shape != there.shape or len(classes) != len(w):
        raise ValueError("weights, answers and classes must be equally long")
    names = dict.fromkeys(classes)
    result, factors, lost = np.zeros_like(w), {}, []
    for name in names:
        own = np.fromiter((one == name for one in classes), bool, len(w))
        kept = float(w[own & there].sum())
        if kept == 0:
            lost.append(_lost(name, float(w[own].sum())))
            continue
        factors[name] = float(w[own].sum()) / kept
        result[own & there] = w[own & there] * factors[name]
    return Adjusted(result, factors, tuple(lost))


def for_unknown_eligibility(
    weights: ArrayLike, known: ArrayLike, classes: Sequence[Hashable]
) -> Adjusted:
    """The weight of cases whose eligibility is unknown goes to the known ones of their class,
    eligible or not: the unknown are taken to be alike.
    """
    return for_non_response(weights, known, classes)


def trimmed(weights: ArrayLike, most: float, *, rounds: int = 50) -> Floats:
    """No weight above `most` times the median of the positive ones; what is cut off is spread over
    the others in proportion, again until it fits. ValueError where `most` is not above 1.
    """
    if not most > 1:
        raise ValueError("the limit is above the median")
    w = np.array(weights, dtype=np.float64)
    positive = w[w > 0]
    if not len(positive):
        return w
    limit, total = most * float(np.median(positive)), float(w.sum())
    for _ in range(rounds):
        over = w > limit
        w[over] = limit
        room = (w > 0) & (w < limit)
        if not over.any() or not room.any():
            break
        w[room] *= (total - float(w[~room].sum())) / float(w[room].sum())
    return w


def jackknife(design: Design, estimator: Callable[[Floats], float]) -> float:
    """Variance of any figure of weights by leaving out one unit at a time (JKn).

    Σ_h (1 - f_h) (n_h - 1) / n_h Σ (θ_hi - θ)², about the full-sample figure as R's mse = TRUE;
    strata of one unit add nothing.
    """
    count = np.bincount(design.unit_stratum, minlength=len(design.strata))
    full, total = estimator(design.weights), 0.0
    for unit, stratum in enumerate(design.unit_stratum):
        n = int(count[stratum])
        if n < 2:
            continue
        w = np.where(design.stratum == stratum, design.weights * n / (n - 1), design.weights)
        left = estimator(np.where(design.unit == unit, 0.0, w))
        total += (1 - design.fraction[stratum]) * (n - 1) / n * (left - full) ** 2
    return float(total)


def _lost(name: Hashable, weight: float) -> Finding:
    return Finding(
        "weights.empty_class",
        f"class:{name}",
        N_(
            'Nobody of class "{name}" answered, so its weight of {weight:.6g} is lost: merge it'
            " with another class."
        ),
        {"name": str(name), "weight": weight},
        "warning",
    )
