"""Means of many domains at once (cities, stores) with their covariances under the design.

Domains of one sample share its strata, so their means are not independent: a difference needs
their covariance. Equal to R's `vcov(svyby(~y, ~domain, design, svymean, covmat = TRUE))`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.stats.sampling.design import Design, degrees_of_freedom

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DomainMeans:
    """One mean per domain, in the order of their first row.

    n: answers; means: weighted; covariance: of the means under the design; df: sampled units less
    strata of the whole design. Domains without an answer are left out.
    """

    names: tuple[Hashable, ...]
    n: NDArray[np.int64]
    means: Floats
    covariance: Floats
    df: int


def domain_means(values: ArrayLike, domains: Sequence[Hashable], design: Design) -> DomainMeans:
    """The mean of `values` (NaN: no answer) in each domain; rows whose domain is None in none.

    ValueError where the lengths differ.
    """
    y = np.asarray(values, dtype=np.float64)
    if y.shape != design.weights.shape or len(domains) != len(y):
        raise ValueError("values, domains and design must be equally long")
    used = np.isfinite(y) & (design.weights > 0) & np.array([d is not None for d in domains], bool)
    order: dict[Hashable, int] = {}
    rows = np.flatnonzero(used)
    names = [domains[row] for row in rows.tolist()]
    at = np.fromiter((order.setdefault(name, len(order)) for name in names), np.intp, len(names))
    w, k = design.weights[rows], len(order)
    base = np.bincount(at, w, minlength=k)
    means = np.bincount(at, w * y[rows], minlength=k) / base
    influence = np.zeros((len(y), k))
    influence[rows, at] = w * (y[rows] - means[at]) / base[at]
    return DomainMeans(
        tuple(order),
        np.bincount(at, minlength=k).astype(np.int64),
        means,
        covariance(influence, design),
        degrees_of_freedom(design, np.ones(len(y), bool)),
    )


def covariance(influence: Floats, design: Design) -> Floats:
    """Σ_h (1 - f_h) n_h / (n_h - 1) Σ (z - z̄_h)(z - z̄_h)' over the units' totals z (rows) of each
    figure's influence (columns); a stratum of one unit is centred at 0, as in `design.variance`.
    """
    k, units = influence.shape[1], len(design.unit_stratum)
    z = np.zeros((units, k))
    np.add.at(z, design.unit, influence)
    at, size = design.unit_stratum, len(design.strata)
    count = np.bincount(at, minlength=size).astype(np.float64)
    centre = np.zeros((size, k))
    np.add.at(centre, at, z)
    lonely = count == 1
    centre = np.where(lonely[:, None], 0.0, centre / np.maximum(count, 1)[:, None])
    scale = (1 - design.fraction) * np.where(lonely, 1.0, count / np.maximum(count - 1, 1))
    apart = (z - centre[at]) * np.sqrt(scale[at])[:, None]
    return np.asarray(apart.T @ apart, dtype=np.float64)
