"""Variance by replicate weights: what a figure would be with other units in the sample.

Works for any figure of the weights, also of such as are raked again for every replicate. Jackknife:
one unit left out at a time within its stratum (JKn; JK1 with one stratum). Bootstrap: Rao, Wu & Yue
(1992, Survey Methodology 18), n_h - 1 units drawn with replacement in each stratum, with the finite
population correction of Rao & Wu (1988); without one it is R's as.svrepdesign(type =
"subbootstrap"). Deviations are from the full sample's figure (survey.replicates.mse = TRUE).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.findings import N_, Finding
from surveyapp.stats.sampling.design import Design, DesignEstimate, Floats, estimate, t_quantile

METHODS = ("jackknife", "bootstrap")
Replicate = tuple[Floats, float]
"""Weights of all rows, and what the squared deviation of their figure counts."""


def jackknife(design: Design) -> Iterator[Replicate]:
    """A replicate per unit, but for strata of one unit, which add nothing.

    Counts (1 - f_h) (n_h - 1) / n_h.
    """
    count = np.bincount(design.unit_stratum, minlength=len(design.strata))
    for unit, stratum in enumerate(design.unit_stratum):
        n = int(count[stratum])
        if n > 1:
            others = np.where(
                design.stratum == stratum, design.weights * n / (n - 1), design.weights
            )
            scale = (1 - float(design.fraction[stratum])) * (n - 1) / n
            yield np.where(design.unit == unit, 0.0, others), scale


def bootstrap(design: Design, replicates: int, seed: int) -> Iterator[Replicate]:
    """So many replicates, the same from the same seed; each counts 1 / (replicates - 1)."""
    if replicates < 2:
        raise ValueError("a bootstrap takes two replicates")
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(design.unit_stratum == h) for h in range(len(design.strata))]
    for _ in range(replicates):
        factor = np.ones(len(design.unit_stratum))
        for stratum, units in enumerate(members):
            n = len(units)
            if n > 1:
                drawn = np.bincount(rng.integers(0, n, n - 1), minlength=n)
                pull = math.sqrt(1 - float(design.fraction[stratum]))
                factor[units] = 1 - pull + pull * drawn * n / (n - 1)
        yield design.weights * factor[design.unit], 1 / (replicates - 1)


def variance_of(
    estimator: Callable[[Floats], float], design: Design, replicates: Iterator[Replicate]
) -> float:
    """Σ scale (θ_r - θ)²; NaN where the figure of a replicate is."""
    full = estimator(design.weights)
    return math.fsum(scale * (estimator(w) - full) ** 2 for w, scale in replicates)


def estimate_by(
    method: str,
    values: ArrayLike,
    design: Design,
    *,
    domain: ArrayLike | None = None,
    total: bool = False,
    confidence: float = 0.95,
    replicates: int = 500,
    seed: int = 1,
) -> DesignEstimate:
    """`design.estimate` with the variance of a method of METHODS; se None with a finding where a
    replicate has no answer at all.
    """
    found = estimate(values, design, domain=domain, total=total, confidence=confidence)
    if found.value is None or found.se is None:
        return found
    y = np.asarray(values, dtype=np.float64)
    within = np.ones(len(y), bool) if domain is None else np.asarray(domain, dtype=bool)
    figure = _total_of(y, within) if total else _mean_of(y, within)
    made = jackknife(design) if method == "jackknife" else bootstrap(design, replicates, seed)
    squares = variance_of(figure, design, made)
    lonely = tuple(_lonely(design))
    if math.isnan(squares):
        empty = replace(found, se=None, low=None, high=None, deff=None)
        return replace(empty, findings=(*lonely, _empty()))
    se = math.sqrt(squares)
    reach = t_quantile(confidence, found.df) * se
    deff = found.deff * squares / found.se**2 if found.deff is not None and found.se else None
    low, high = found.value - reach, found.value + reach
    return replace(found, se=se, low=low, high=high, deff=deff, findings=lonely)


def _mean_of(y: Floats, within: ArrayLike) -> Callable[[Floats], float]:
    used = within & np.isfinite(y)
    own = y[used]
    shift = float(own[0])

    def mean(weights: Floats) -> float:
        w = weights[used]
        base = float(w.sum())
        return shift + float(w @ (own - shift)) / base if base > 0 else math.nan

    return mean


def _total_of(y: Floats, within: ArrayLike) -> Callable[[Floats], float]:
    used = within & np.isfinite(y)
    own = y[used]
    return lambda weights: float(weights[used] @ own)


def _lonely(design: Design) -> Iterator[Finding]:
    count = np.bincount(design.unit_stratum, minlength=len(design.strata))
    for stratum in np.flatnonzero((count == 1) & (design.fraction < 1)):
        name = design.strata[stratum]
        yield Finding(
            "estimate.lonely_replicate",
            f"stratum:{name}",
            N_(
                'Stratum "{stratum}" has one sampled unit and adds nothing to a variance by'
                " replicates: merge it with another."
            ),
            {"stratum": str(name)},
            "warning",
        )


def _empty() -> Finding:
    return Finding(
        "estimate.empty_replicate",
        "values",
        N_(
            "A replicate has no answer, because all of them are in one sampled unit; there is no"
            " standard error by replicates."
        ),
        {},
        "warning",
    )
