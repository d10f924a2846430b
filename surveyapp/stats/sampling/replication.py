"""Variance by replicate weights: what a figure would be with other units in the sample.

Works for any figure of the weights, also of such as are raked again for every replicate. Jackknife:
one unit left out at a time within its stratum (JKn; JK1 with one stratum). Bootstrap: Rao, Wu & Yue
(1992, Survey Methodology 18), n_h - 1 units drawn with replacement in each stratum, with the finite
population correction of Rao & Wu (1988); without one it is R's as.svrepdesign(type =
"subbootstrap"). Deviations are from the full sample's figure (survey.replicates.mse = TRUE).

Where weights were calibrated, units are left out of the weights before, and what remains is raked
to the totals of the whole sample's categories again (Valliant 1993, Journal of the American
Statistical Association 88), as by R's rake() and calibrate(calfun = "raking") of such a design:
whatever the distance that the weights came from, and without its bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.findings import N_, Finding
from surveyapp.stats.sampling.calibration import Places, scaled
from surveyapp.stats.sampling.design import Design, DesignEstimate, Floats, estimate, t_quantile

METHODS = ("jackknife", "bootstrap")
CYCLES = 500
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


def of_base(design: Design) -> Design:
    """The design with the weights before calibration."""
    if design.calibration is None:
        return design
    return replace(design, weights=design.calibration.base, calibration=None)


def recalibrated(design: Design, replicates: Iterator[Replicate]) -> Iterator[Replicate]:
    """Replicates of the weights before calibration, each raked to the design's own totals; weights
    of NaN where a replicate has nobody in a category or its margins contradict each other.
    """
    calibration = design.calibration
    if calibration is None:
        yield from replicates
        return
    w = calibration.weights
    wanted = [np.bincount(group + 1, w)[1:].astype(float) for group in calibration.groups]
    for weights, scale in replicates:
        yield _raked(weights, calibration.groups, wanted), scale


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
    base = of_base(design)
    made = jackknife(base) if method == "jackknife" else bootstrap(base, replicates, seed)
    squares = variance_of(figure, design, recalibrated(design, made))
    lonely = tuple(_lonely(design))
    if math.isnan(squares):
        empty = replace(found, se=None, low=None, high=None, deff=None)
        return replace(empty, findings=(*lonely, _empty()))
    se = math.sqrt(squares)
    reach = t_quantile(confidence, found.df) * se
    deff = found.deff * squares / found.se**2 if found.deff is not None and found.se else None
    low, high = found.value - reach, found.value + reach
    return replace(found, se=se, low=low, high=high, deff=deff, findings=lonely)


def _raked(weights: Floats, groups: Sequence[Places], targets: Sequence[Floats]) -> Floats:
    """Raked to the targets of each margin's categories; rows of number -1 are left alone by it.

    All NaN where the margins are not met to 1e-11 of their total after CYCLES.
    """
    w = weights
    close = 1e-11 * max((float(target.sum()) for target in targets), default=0.0)
    for _ in range(CYCLES):
        worst = 0.0
        for group, target in zip(groups, targets, strict=True):
            w, sums = scaled(w, group, target)
            worst = max(worst, float(np.abs(sums - target).max(initial=0.0)))
        if worst <= close:
            return w
    return np.full_like(w, np.nan)


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
            "A replicate has no answer, or nobody of a category that was calibrated to, because"
            " all of them are in one sampled unit; there is no standard error by replicates."
        ),
        {},
        "warning",
    )
