"""The design of a sample, and estimates that respect it: strata, clusters, weights, populations.

Variances by Taylor linearisation over the totals of the primary units ("ultimate clusters", with
replacement within them), with the finite population correction of the first stage, as R's
survey::svymean and svytotal on svydesign(ids=, strata=, weights=, fpc=, nest=TRUE). Where weights
were calibrated, every variance is that of the residuals (`calibration`), as after calibrate().
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.findings import N_, Finding
from surveyapp.stats.sampling.calibration import Calibration

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Design:
    """How each row came into the sample.

    weights: one per row. stratum: index into `strata`. unit: index of the row's primary unit (the
    row itself without clusters), numbered over all strata. unit_stratum: stratum of each unit.
    fraction: sampled share of each stratum's units, 0 where the population is unlimited.
    calibration: what the weights were calibrated to, None for weights of the design alone.
    """

    weights: Floats
    strata: tuple[Hashable, ...]
    stratum: Places
    unit: Places
    unit_stratum: Places
    fraction: Floats
    calibration: Calibration | None = None


@dataclass(frozen=True)
class DesignEstimate:
    """An estimated mean or total.

    n: rows used; value None without any; se None when the design cannot tell; low, high: interval
    by Student's t with df = primary units - strata, both with rows used; deff: variance against
    a simple random sample without replacement of the same n from the same population (R's
    deff=TRUE).
    """

    value: float | None
    n: int
    se: float | None = None
    low: float | None = None
    high: float | None = None
    df: int = 0
    deff: float | None = None
    findings: tuple[Finding, ...] = ()


class OverfullError(ValueError):
    """A stratum with more sampled units than its population: its name, and both numbers."""

    def __init__(self, stratum: Hashable, units: int, size: float) -> None:
        super().__init__("a stratum has more sampled units than its population")
        self.stratum, self.units, self.size = stratum, units, size


def design_of(
    n: int,
    *,
    strata: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    weights: ArrayLike | None = None,
    population: Mapping[Hashable, float] | None = None,
    calibration: Calibration | None = None,
) -> Design:
    """The design of n rows.

    population: per stratum its number of primary units (of rows, without clusters). Without
    weights a row of a stratum with population counts for population / units, else for 1. Equal
    cluster names in different strata are different clusters. calibration: how `weights` came about.
    ValueError for lengths that do not fit, weights that are not finite or negative, and more
    sampled units than the population has.
    """
    names, stratum = _indexed(strata if strata is not None else [()] * n)
    keys = (
        list(range(n)) if clusters is None else list(zip(stratum.tolist(), clusters, strict=True))
    )
    units, unit = _indexed(keys)
    if len(stratum) != n or len(unit) != n:
        raise ValueError("strata, clusters and rows must be equally long")
    if calibration is not None and len(calibration.base) != n:
        raise ValueError("calibration and rows must be equally long")
    unit_stratum = np.zeros(len(units), dtype=np.intp)
    unit_stratum[unit] = stratum
    fraction = _fractions(names, np.bincount(unit_stratum, minlength=len(names)), population)
    w = _weights(weights, n, stratum, fraction)
    return Design(w, names, stratum, unit, unit_stratum, fraction, calibration)


def estimate(
    values: ArrayLike,
    design: Design,
    *,
    domain: ArrayLike | None = None,
    total: bool = False,
    confidence: float = 0.95,
) -> DesignEstimate:
    """The weighted mean (or total) of `values`, NaN where there is no answer.

    domain: rows to estimate for; the others still count for their strata. df counts only units and
    strata with rows in the domain and a weight above 0, as degf(subset(design, …)). A stratum
    with a single sampled unit is centred at the overall mean (survey.lonely.psu = "adjust") and
    named.
    """
    y = np.asarray(values, dtype=np.float64)
    if y.shape != design.weights.shape:
        raise ValueError("values and design must be equally long")
    within = np.ones(len(y), bool) if domain is None else np.asarray(domain, dtype=bool)
    used = within & np.isfinite(y) & (design.weights > 0)
    n = int(used.sum())
    if n == 0:
        return DesignEstimate(None, 0, findings=(_no_answers(),))
    w, shift = np.where(used, design.weights, 0.0), float(y[used][0])
    away = np.where(used, y - shift, 0.0)  # exactly 0 for a constant; no noise of a large offset
    base, mean_away = float(w.sum()), float(w @ away / w.sum())
    mean = shift + mean_away
    influence = w * (away + shift) if total else w * (away - mean_away) / base
    value = float(influence.sum()) if total else mean
    df = degrees_of_freedom(design, within if domain is not None else np.ones(len(y), bool))
    squares, findings = variance(influence, design)
    if df < 1 or n < 2:
        return DesignEstimate(value, n, df=max(df, 0), findings=(*findings, _too_few()))
    se = math.sqrt(squares)
    reach = t_quantile(confidence, df) * se
    deff = _design_effect(away[used], w[used], mean_away, squares / (base**2 if total else 1.0))
    return DesignEstimate(value, n, se, value - reach, value + reach, df, deff, findings)


def variance(influence: Floats, design: Design) -> tuple[float, tuple[Finding, ...]]:
    """Σ_h (1 - f_h) n_h / (n_h - 1) Σ (z - z̄_h)² over the units' totals z, and remarks.

    z are totals of the influences, of their residuals where the weights were calibrated.
    """
    if design.calibration is not None:
        influence = design.calibration.residuals(influence)
    z = np.bincount(design.unit, influence, minlength=len(design.unit_stratum))
    at, size = design.unit_stratum, len(design.strata)
    count = np.bincount(at, minlength=size).astype(np.float64)
    lonely = count == 1
    centre = np.where(lonely, 0.0, np.bincount(at, z, minlength=size) / count)
    squares = np.bincount(at, (z - centre[at]) ** 2, minlength=size)
    scale = np.where(lonely, 1.0, count / np.maximum(count - 1, 1))
    correction = 1 - design.fraction
    named = zip(design.strata, lonely & (correction > 0), strict=True)
    findings = tuple(_lonely(stratum) for stratum, alone in named if alone)
    return float((correction * scale * squares).sum()), findings


def _indexed(keys: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], Places]:
    order: dict[Hashable, int] = {}
    index = np.fromiter((order.setdefault(key, len(order)) for key in keys), np.intp, len(keys))
    return tuple(order), index


def _fractions(
    names: Sequence[Hashable], count: Places, population: Mapping[Hashable, float] | None
) -> Floats:
    if population is None:
        return np.zeros(len(names))
    sizes = np.array([population[name] for name in names], dtype=np.float64)
    over = np.flatnonzero(count > sizes)
    if len(over):
        raise OverfullError(names[over[0]], int(count[over[0]]), float(sizes[over[0]]))
    return np.asarray(count / sizes, dtype=np.float64)


def _weights(given: ArrayLike | None, n: int, stratum: Places, fraction: Floats) -> Floats:
    if given is None:
        share = np.where(fraction > 0, fraction, 1.0)
        return np.asarray(1 / share[stratum], dtype=np.float64)
    w = np.asarray(given, dtype=np.float64)
    if w.shape != (n,) or np.any(~np.isfinite(w)) or np.any(w < 0):
        raise ValueError("weights must be finite, not negative and one per row")
    return w


def degrees_of_freedom(design: Design, within: NDArray[np.bool_]) -> int:
    """Primary units less strata, of the rows `within` whose weight is above 0, as R's degf."""
    counted = within & (design.weights > 0)
    units = len(np.unique(design.unit[counted]))
    return units - len(np.unique(design.stratum[counted]))


def _design_effect(y: Floats, w: Floats, mean: float, squares: float) -> float | None:
    """Against a simple draw of n from N = sum of weights (survey's default, "no replacement")."""
    n, total = len(y), float(w.sum())
    spread = float((w * (y - mean) ** 2).sum() / total) * n / (n - 1)
    simple = spread * (total - n) / (total * n)
    return squares / simple if simple > 0 else None


def t_quantile(confidence: float, df: int) -> float:
    """How many standard errors an interval reaches to each side."""
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
    name = " / ".join(map(str, stratum)) if isinstance(stratum, tuple) else str(stratum)
    return Finding(
        "estimate.lonely_stratum",
        f"stratum:{name}",
        N_("Stratum {stratum} has one sampled unit; its variance is taken about the overall mean."),
        {"stratum": name},
        "warning",
    )
