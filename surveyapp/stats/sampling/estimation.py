"""Means, totals and shares from a stratified sample, with the design's standard errors.

The plain case of `surveyapp.stats.sampling.design`: a mean, with or without clusters.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.findings import Finding
from surveyapp.stats.sampling.calibration import Calibration
from surveyapp.stats.sampling.design import Design, design_of, estimate


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
    clusters: Sequence[Hashable] | None = None,
    calibration: Calibration | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """The weighted mean of `values` under a stratified design.

    values: one per sampled unit, NaN where there is no answer or the unit is outside the
    domain (it still counts for its stratum's n). strata: the stratum of each unit. weights:
    default 1. population: N_h per stratum for the finite population correction; without it
    strata count as unlimited. clusters: the primary unit of each, where groups were drawn.
    calibration: what `weights` were calibrated to.
    ValueError where lengths, weights or populations do not fit.
    """
    y = np.asarray(values, dtype=np.float64)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    if y.ndim != 1 or y.shape != w.shape or len(strata) != len(y):
        raise ValueError("values, weights and strata must be equally long")
    design = design_of(
        len(y),
        strata=strata,
        weights=w,
        population=population,
        clusters=clusters,
        calibration=calibration,
    )
    return mean_under(y, design, confidence=confidence)


def mean_under(values: ArrayLike, design: Design, *, confidence: float = 0.95) -> Estimate:
    """The same under a design that is there already: for many columns of the same rows."""
    y, w = np.asarray(values, dtype=np.float64), design.weights
    found = estimate(y, design, confidence=confidence)
    base = float(w[np.isfinite(y) & (w > 0)].sum())
    return Estimate(
        found.n,
        base,
        found.value,
        found.se,
        found.low,
        found.high,
        found.df,
        found.deff,
        found.findings,
    )
