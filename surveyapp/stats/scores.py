"""Scores of a survey: index points, dimensions, the weighted total, NPS and CSAT.

Means of any kind rest on one linearised estimator (`mean_estimate`), so that design weights,
missing answers and intervals are treated alike. Standard errors equal R survey::svymean with
`ids = ~1`; without weights they are s / sqrt(n).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.intervals import Interval, t_interval, wilson
from surveyapp.stats.moments import Floats

Weight = int | str | Decimal | Fraction
"""A weight in per cent, exact: 25, "12.5" or a fraction; never a binary float."""
FEW = 30
"""Below so many answers an interval is shown with a warning."""


@dataclass(frozen=True)
class Estimate:
    """A mean with its base. value: None without answers. n: answers. n_effective: Kish's.

    standard_error, interval: None where they cannot be estimated, with a finding that says why.
    """

    value: float | None
    n: int
    n_effective: float
    standard_error: float | None
    interval: Interval | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class NetPromoter:
    """NPS in points from -100 to 100, with the counts that it is made of and its variance."""

    estimate: Estimate
    promoters: int
    passives: int
    detractors: int
    variance: float | None


@dataclass(frozen=True)
class Share:
    """A proportion from 0 to 1 with Wilson's interval. value: None without answers."""

    value: float | None
    n: int
    count: int
    interval: Interval | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class WeightedTotal:
    """The total of weighted dimensions: `estimate`, and what each dimension adds to it."""

    estimate: Estimate
    contributions: dict[str, float]


def index_points(answers: ArrayLike, low: float, high: float) -> Floats:
    """Answers of a scale as points from 0 to 100; NaN stays NaN. ValueError for an empty scale."""
    if low == high:
        raise ValueError("the ends of a scale differ")
    return (np.asarray(answers, dtype=float) - low) * 100 / (high - low)


def dimension_scores(items: ArrayLike, *, at_least: float = 0.5) -> Floats:
    """Each row's mean of its answered items; NaN where fewer than the share `at_least` is answered.

    items: rows by items, already keyed and on one scale.
    """
    values = np.asarray(items, dtype=float)
    answered = np.isfinite(values)
    n = answered.sum(axis=1)
    total = np.where(answered, values, 0.0).sum(axis=1)
    enough = (n > 0) & (n >= at_least * values.shape[1])
    return np.where(enough, total / np.maximum(n, 1), np.nan)


def mean_estimate(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    level: float = 0.95,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """The (weighted) mean of the answers given, with Student's interval inside `bounds`."""
    y, w = _answered(values, weights)
    if not len(y) or w.sum() == 0:
        return Estimate(None, len(y), 0.0, None, None, (_no_answers(),))
    mean = float(w @ y / w.sum())
    influence = w * (y - mean) / w.sum()
    return _estimate(mean, influence, w, level, bounds)


def net_promoter(
    answers: ArrayLike, weights: ArrayLike | None = None, *, level: float = 0.95
) -> NetPromoter:
    """NPS of answers 0 to 10: share of 9 and 10 less share of 0 to 6, in points.

    Raises SurveyError `scores.off_scale` for an answer that is none of 0, 1 … 10.
    """
    given = np.asarray(answers, dtype=float)
    _refuse_off_scale(given, 0, 10)
    groups = np.where(given >= 9, 100.0, np.where(given <= 6, -100.0, 0.0))
    groups[np.isnan(given)] = np.nan
    estimate = mean_estimate(groups, weights, level=level, bounds=(-100.0, 100.0))
    error = estimate.standard_error
    return NetPromoter(
        estimate,
        int((given >= 9).sum()),
        int(((given > 6) & (given < 9)).sum()),
        int((given <= 6).sum()),
        None if error is None else error**2,
    )


def top_box(
    answers: ArrayLike,
    low: float,
    high: float,
    weights: ArrayLike | None = None,
    *,
    boxes: int = 2,
    level: float = 0.95,
) -> Share:
    """CSAT: the share of the highest `boxes` points of a scale from `low` to `high`.

    With weights, Wilson's interval takes Kish's effective n. Raises SurveyError
    `scores.off_scale` for an answer that is no point of the scale (low, low + 1 … high).
    """
    given = np.asarray(answers, dtype=float)
    _refuse_off_scale(given, low, high)
    y, w = _answered(given, weights)
    if not len(y) or w.sum() == 0:
        return Share(None, len(y), 0, None, (_no_answers(),))
    top = y > high - boxes
    share = min(float(w @ top / w.sum()), 1.0)
    interval = wilson(share, _effective(w), level)
    return Share(share, len(y), int(top.sum()), interval, _few(len(y)))


def checked_weights(weights: Mapping[str, Weight]) -> dict[str, Fraction]:
    """The weights as exact fractions of 100.

    Raises SurveyError `scores.weights_do_not_sum` unless they add up to exactly 100, and
    `scores.negative_weight`; ValueError for a binary float.
    """
    if any(isinstance(weight, float) for weight in weights.values()):
        raise ValueError("weights are exact: give integers, decimals or text")
    exact = {name: Fraction(weight) for name, weight in weights.items()}
    for name, weight in exact.items():
        if weight < 0:
            template = N_('The weight of "{dimension}" is negative.')
            place = f"dimension:{name}"
            raise SurveyError(
                Finding("scores.negative_weight", place, template, {"dimension": name})
            )
    total = sum(exact.values(), Fraction(0))
    if total != 100:
        template = N_("The weights add up to {total}, not to 100. Change one by {change}.")
        params = {"total": _plain(total), "change": _plain(100 - total)}
        raise SurveyError(Finding("scores.weights_do_not_sum", "weights", template, params))
    return exact


def weighted_total(
    scores: Mapping[str, ArrayLike],
    weights: Mapping[str, Weight],
    row_weights: ArrayLike | None = None,
    *,
    level: float = 0.95,
    bounds: tuple[float, float] = (0.0, 100.0),
) -> WeightedTotal:
    """The weighted sum of dimension means with the interval of the whole.

    scores: per dimension one score per row (NaN where unanswered), rows in the same order, so
    that the covariance of the dimensions is in the interval. A dimension with weight but
    without scores makes the total None with a finding that names it. ValueError for a weight
    without scores.
    """
    exact = checked_weights(weights)
    if set(exact) - set(scores):
        raise ValueError(f"no scores for {sorted(set(exact) - set(scores))}")
    columns = {name: np.asarray(scores[name], dtype=float) for name in exact}
    w = _row_weights(row_weights, max((len(c) for c in columns.values()), default=0))
    total, influence = 0.0, np.zeros(len(w))
    contributions: dict[str, float] = {}
    for name, column in columns.items():
        there = np.isfinite(column) & (w > 0)
        if not there.any():
            if exact[name] == 0:
                continue
            return WeightedTotal(_without(name), {})
        share, base = float(exact[name] / 100), w[there].sum()
        mean = float(w[there] @ column[there] / base)
        influence[there] += share * w[there] * (column[there] - mean) / base
        contributions[name] = share * mean
        total += share * mean
    answered = np.isfinite(np.stack(list(columns.values()))).any(axis=0) & (w > 0)
    estimate = _estimate(total, influence[answered], w[answered], level, bounds)
    return WeightedTotal(estimate, contributions)


def _estimate(
    value: float,
    influence: Floats,
    w: Floats,
    level: float,
    bounds: tuple[float, float],
) -> Estimate:
    """Rows of weight 0 add no degrees of freedom (survey::degf)."""
    n, n_effective, df = len(w), _effective(w), int((w > 0).sum()) - 1
    if df < 1:
        return Estimate(value, n, n_effective, None, None, _few(df + 1))
    error = math.sqrt(n / (n - 1) * float(influence @ influence))
    if error <= 1e-12 * max(1.0, abs(value)):
        template = N_("All {n} answers agree, so that no interval can be estimated.")
        alike = Finding("scores.no_spread", "answers", template, {"n": n}, "warning")
        return Estimate(value, n, n_effective, 0.0, None, (alike, *_few(n)))
    interval = t_interval(value, error, df, level, bounds)
    return Estimate(value, n, n_effective, error, interval, _few(n))


def _row_weights(weights: ArrayLike | None, n: int) -> Floats:
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    if len(w) != n or not np.isfinite(w).all() or (w < 0).any():
        raise ValueError("weights are finite, not negative and one per row")
    return w


def _answered(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    y = np.asarray(values, dtype=float)
    w = _row_weights(weights, len(y))
    there = np.isfinite(y)
    return y[there], w[there]


def _effective(w: Floats) -> float:
    squares = float(w @ w)
    return float(w.sum()) ** 2 / squares if squares else 0.0


def _refuse_off_scale(answers: Floats, low: float, high: float) -> None:
    _refuse(
        (answers < low) | (answers > high),
        N_("The answer {value:g} in row {row} lies outside the scale {low:g} to {high:g}."),
        answers, low, high,
    )  # fmt: skip
    _refuse(
        np.isfinite(answers) & ((answers - low) % 1 != 0),
        N_("The answer {value:g} in row {row} is no point of the scale {low:g} to {high:g}."),
        answers, low, high,
    )  # fmt: skip


def _refuse(
    off: NDArray[np.bool_], template: str, answers: Floats, low: float, high: float
) -> None:
    if off.any():
        row = int(off.argmax())
        params = {"value": float(answers[row]), "row": row + 1, "low": low, "high": high}
        raise SurveyError(Finding("scores.off_scale", f"row:{row + 1}", template, params))


def _no_answers() -> Finding:
    return Finding("scores.no_answers", "answers", N_("There are no answers yet."), {}, "warning")


def _without(dimension: str) -> Estimate:
    template = N_('"{dimension}" has weight but no answers, so that there is no total.')
    place = f"dimension:{dimension}"
    finding = Finding("scores.dimension_without_answers", place, template, {"dimension": dimension})
    return Estimate(None, 0, 0.0, None, None, (finding,))


def _few(n: int) -> tuple[Finding, ...]:
    if n >= FEW:
        return ()
    template = N_("Only {n} answers: read the number with care.")
    return (Finding("scores.few_answers", "answers", template, {"n": n}, "warning"),)


def _plain(value: Fraction) -> str:
    """A fraction as people write it: 99.5, or 100/3 where no decimal ends."""
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{decimal:f}" if Fraction(decimal) == value else str(value)
