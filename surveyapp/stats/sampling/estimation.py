"""Means, totals and shares from a stratified sample, with the design's standard errors.

Taylor linearisation with the finite population correction, as R's survey::svymean, so unequal
weights, missing answers and domains that cut across strata are covered by one formula.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.findings import N_, Finding

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """An estimated mean (for 0/1 values: a share).

    n: answers used; population: sum of their weights; se: standard error, None when the design
    cannot tell; low, high: confidence interval by Student's t with df = sampled units - strata;
    deff: variance against a simple random sample without replacement of the same n from the
    same population (R's deff=TRUE); findings: what limits the estimate.
    """

    n: int
    population: float
    mean: float | None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    df: int = 0
    deff: float | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def total(self) -> float | None:
        """The estimated total: the weighted sum of the values."""
        return None if self.mean is None else self.mean * self.population


def estimate_mean(
    values: ArrayLike,
    strata: Sequence[Hashable],
    *,
    weights: ArrayLike | None = None,
    population: Mapping[Hashable, int] | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """The weighted mean of `values` under a stratified design.

    values: one per sampled unit, NaN where there is no answer or the unit is outside the
    domain (it still counts for its stratum's n). strata: the stratum of each unit. weights:
    default 1. population: N_h per stratum for the finite population correction; without it
    strata count as unlimited. A stratum with one sampled unit is centred at the overall mean
    (survey.lonely.psu = "adjust": careful, never too small on average) and named.
    """
    y = np.asarray(values, dtype=np.float64)
    w = np.ones_like(y) if weights is None else np.asarray(weights, dtype=np.float64)
    if y.ndim != 1 or y.shape != w.shape or len(strata) != len(y):
        raise ValueError("values, weights and strata must be equally long")
    if np.any(~np.isfinite(w)) or np.any(w < 0):
        raise ValueError("weights must be finite and not negative")
    inside = np.isfinite(y) & (w > 0)
    n, total = int(inside.sum()), float(w[inside].sum())
    if n == 0:
        return Estimate(0, 0.0, None, findings=(_no_answers(),))
    mean = float((w[inside] * y[inside]).sum() / total)
    influence = np.where(inside, w * (np.where(inside, y, 0.0) - mean) / total, 0.0)
    variance, df, findings = _variance(influence, strata, population)
    if df < 1 or n < 2:
        return Estimate(n, total, mean, df=max(df, 0), findings=(*findings, _too_few()))
    se = math.sqrt(variance)
    reach = _t_quantile(confidence, df) * se
    deff = _design_effect(y[inside], w[inside], mean, variance)
    return Estimate(n, total, mean, se, mean - reach, mean + reach, df, deff, findings)


def _variance(
    influence: Floats, strata: Sequence[Hashable], population: Mapping[Hashable, int] | None
) -> tuple[float, int, tuple[Finding, ...]]:
    """Σ_h (1 - f_h) n_h / (n_h - 1) Σ (z - z̄_h)², its degrees of freedom, and remarks."""
    order: dict[Hashable, int] = {}
    index = np.fromiter((order.setdefault(s, len(order)) for s in strata), np.intp, len(strata))
    count = np.bincount(index, minlength=len(order)).astype(np.float64)
    lonely = count == 1
    centre = np.where(lonely, 0.0, np.bincount(index, influence) / count)
    squares = np.bincount(index, (influence - centre[index]) ** 2)
    scale = np.where(lonely, 1.0, count / np.maximum(count - 1, 1))
    correction = np.ones_like(count)
    if population is not None:
        sizes = np.array([population[key] for key in order], dtype=np.float64)
        if np.any(count > sizes):
            raise ValueError("a stratum has more sampled units than its population")
        correction = 1 - count / sizes
    findings = tuple(_lonely(key) for key, at in order.items() if lonely[at] and correction[at] > 0)
    return float((correction * scale * squares).sum()), len(influence) - len(order), findings


def _design_effect(y: Floats, w: Floats, mean: float, variance: float) -> float | None:
    """Against a simple draw of n from N = sum of weights (survey's default, "no replacement")."""
    n, total = len(y), float(w.sum())
    spread = float((w * (y - mean) ** 2).sum() / total) * n / (n - 1)
    simple = spread * (total - n) / (total * n)
    return variance / simple if simple > 0 else None


def _t_quantile(confidence: float, df: int) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + confidence) / 2, df))


def _no_answers() -> Finding:
    return Finding("estimate.no_answers", "values", N_("Nobody answered."), {}, "warning")


def _too_few() -> Finding:
    return Finding(
        "estimate.too_few",
        "values",
        N_("Too few answers for a standard error: two per stratum are needed."),
        {},
        "warning",
    )


def _lonely(stratum: Hashable) -> Finding:
    name = " / ".join(stratum) if isinstance(stratum, tuple) else str(stratum)
    return Finding(
        "estimate.lonely_stratum",
        f"stratum:{name}",
        N_("Stratum {stratum} has one sampled unit; its variance is taken about the overall mean."),
        {"stratum": name},
        "warning",
    )
