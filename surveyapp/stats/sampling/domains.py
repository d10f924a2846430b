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
Places = NDArray[np.intp]


@dataclass(frozen=True)
class DomainMeans:
    """One mean per domain, in the order of their first row.

    n: answers; means: weighted; covariance: of the means under the design (0 where everybody was
    asked and answered); df: sampled units less strata of the whole design; varies: whether a
    domain's answers differ at all, without which its variance says nothing. Domains without an
    answer are left out.
    """

    names: tuple[Hashable, ...]
    n: NDArray[np.int64]
    means: Floats
    covariance: Floats
    df: int
    varies: NDArray[np.bool_]


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
    influence = w * (y[rows] - means[at]) / base[at]
    return DomainMeans(
        tuple(order),
        np.bincount(at, minlength=k).astype(np.int64),
        means,
        _covariance(rows, at, influence, k, design),
        degrees_of_freedom(design, np.ones(len(y), bool)),
        _vary(y[rows], at, k),
    )


def _vary(y: Floats, at: Places, k: int) -> NDArray[np.bool_]:
    least, most = np.full(k, np.inf), np.full(k, -np.inf)
    np.minimum.at(least, at, y)
    np.maximum.at(most, at, y)
    return np.asarray(most > least, dtype=np.bool_)


def _covariance(rows: Places, at: Places, influence: Floats, k: int, design: Design) -> Floats:
    """Σ_h (1 - f_h) n_h / (n_h - 1) Σ (z - z̄_h)(z - z̄_h)' over the units' totals z, a column per
    domain; a stratum of one unit is centred at 0, as in `design.variance`.

    A row has an influence on one domain only, so the totals are sparse: 300,000 answers in 400
    stores take megabytes.
    """
    from scipy.sparse import coo_array

    shape = (len(design.unit_stratum), k)
    z = coo_array((influence, (design.unit[rows], at)), shape=shape).tocsr()
    size = len(design.strata)
    count = np.bincount(design.unit_stratum, minlength=size).astype(np.float64)
    lonely = count == 1
    scale = (1 - design.fraction) * np.where(lonely, 1.0, count / np.maximum(count - 1, 1))
    spread = z.multiply(np.sqrt(scale[design.unit_stratum])[:, None]).tocsr()
    centre = np.zeros((size, k))
    np.add.at(centre, (design.stratum[rows], at), influence)
    centre = np.where(lonely[:, None], 0.0, centre / count[:, None])
    squares = (spread.T @ spread).toarray() - (centre.T * (scale * count)) @ centre
    return np.asarray(squares, dtype=np.float64)
