"""Points from 0 to 10: of an answer, a dimension, a total with bonuses, a period with vetoes.

Rows are respondents, NaN is no answer. A share of steps or of the weight is decided exactly (in
decimals), because a binary rounding error would cost a whole point or a whole respondent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats.moments import Floats
from surveyapp.stats.steps import FULL, Step

HALF = Decimal("0.5")


def rescaled(answers: ArrayLike, low: float, high: float, *, reverse: bool = False) -> Floats:
    """A rating as points: its worst end 0, its best end 10. ValueError for an empty scale."""
    if low >= high:
        raise ValueError("the ends of a scale differ")
    share = (np.asarray(answers, dtype=float) - low) / (high - low)
    return FULL * (1 - share if reverse else share)


def of_options(chosen: Sequence[str | None], points: Mapping[str, float]) -> Floats:
    """The points of the chosen option; NaN where none is chosen or it has no points."""
    return np.array([points.get(option or "", math.nan) for option in chosen], dtype=float)


def of_steps(values: ArrayLike, rule: Step) -> Floats:
    """The points of measured numbers, never below 0."""
    y = np.asarray(values, dtype=float)
    distinct, where = np.unique(y, return_inverse=True)
    points = np.array([_stepped(value, rule) for value in distinct.tolist()], dtype=float)
    return points[where] if len(points) else y


def _stepped(value: float, rule: Step) -> float:
    if math.isnan(value):
        return math.nan
    distance = _exact(value) - _exact(rule.best)
    if rule.better == "higher":
        distance = -distance
    begun = max(math.ceil(distance / _exact(rule.step)), 0)
    return float(max(_exact(rule.full) - begun * _exact(rule.off), Decimal(0)))


def _exact(value: float) -> Decimal:
    """The decimal that a person wrote, not the binary number nearest to it."""
    return Decimal(str(value))


def totals(points: Mapping[str, Floats], weights: Mapping[str, Decimal]) -> Floats:
    """Each row's weighted mean of its dimensions, by weights in per cent.

    A row without points in some dimension gets the mean over the others, their weights scaled up;
    NaN where dimensions of more than half of the weight are missing. Dimensions without weight, or
    that `points` does not have, do not count. ValueError for a negative weight.
    """
    used = [name for name in points if weights.get(name, Decimal(0)) != 0]
    if any(weights[name] < 0 for name in used):
        raise ValueError("weights are not negative")
    if not used:
        return np.full(len(next(iter(points.values()), ())), np.nan)
    table = np.column_stack([np.asarray(points[name], dtype=float) for name in used])
    units = np.array([float(weights[name] * 100) for name in used])  # whole numbers: sums are exact
    answered = np.isfinite(table)
    carried = (answered * units).sum(axis=1)
    enough = (carried >= float(HALF) * units.sum()) & (carried > 0)
    summed = (np.where(answered, table, 0.0) * units).sum(axis=1)
    mean = np.where(enough, summed / np.where(enough, carried, 1.0), np.nan)
    return np.clip(mean, 0.0, FULL)


def with_bonus(total: ArrayLike, percent: ArrayLike, cap: float) -> Floats:
    """Totals raised by `percent` of themselves, of which at most `cap` counts; never above 10."""
    y, added = np.asarray(total, dtype=float), np.asarray(percent, dtype=float)
    if cap < 0 or (added < 0).any():
        raise ValueError("a bonus is not negative")
    raised: Floats = np.minimum(y * (1 + np.minimum(added, cap) / 100), FULL)
    return raised


def after_veto(score: float | None, vetoes: int) -> float | None:
    """A period's score: zero when a veto is true of at least one of its answers."""
    return score if score is None or not vetoes else 0.0


def level_of(score: float | None, levels: Mapping[str, float]) -> str | None:
    """The level with the highest lower bound that the score reaches; None where none is reached.

    levels: id → least points. Scores are compared at six decimals, so that 9 is excellent however
    it was added up.
    """
    if score is None or math.isnan(score):
        return None
    reached = [(least, name) for name, least in levels.items() if round(score, 6) >= least]
    return max(reached)[1] if reached else None


def counted(scores: ArrayLike, levels: Mapping[str, float]) -> dict[str, int]:
    """How many rows are on each level, in the order of `levels`."""
    counts = dict.fromkeys(levels, 0)
    for score in np.asarray(scores, dtype=float).tolist():
        name = level_of(score, levels)
        if name is not None:
            counts[name] += 1
    return counts
