"""Weights after the field: non-response, unknown eligibility, trimming.

Every adjustment keeps its total: what the missing stood for is carried by the others.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.findings import N_, Finding, SurveyError

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
    the others in proportion, again until it fits. ValueError where `most` is not above 1;
    SurveyError where the total does not fit under the limit.

    R's survey::trimWeights caps alike but gives each of the others the same amount, not the same
    share; once by default, which can push some over the limit again, or until none is (strict =
    TRUE). Ours keeps the ratios among those that were not cut, as raking does.
    """
    if not most > 1:
        raise ValueError("the limit is above the median")
    w = np.array(weights, dtype=np.float64)
    positive = w[w > 0]
    if not len(positive):
        return w
    limit, total = most * float(np.median(positive)), float(w.sum())
    if limit * len(positive) < total:
        raise SurveyError(_no_room(limit, total / len(positive)))
    for _ in range(rounds):
        over = w > limit
        w[over] = limit
        room = (w > 0) & (w < limit)
        if not over.any() or not room.any():
            break
        w[room] *= (total - float(w[~room].sum())) / float(w[room].sum())
    return w


def _no_room(limit: float, mean: float) -> Finding:
    return Finding(
        "weights.limit_too_low",
        "limit",
        N_(
            "No weight may be above {limit:.6g}, but their mean is {mean:.6g}: what is cut off has"
            " nowhere to go. Raise the limit."
        ),
        {"limit": limit, "mean": mean},
    )


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
