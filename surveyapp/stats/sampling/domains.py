"""Means of many domains at once (cities, stores) with their covariances under the design.

Domains of one sample share its strata, so their means are not independent: a difference needs
their covariance. Equal to R's `vcov(svyby(~y, ~domain, design, svymean, covmat = TRUE))`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.stats.sampling.covariance import covariance
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
    from scipy.sparse import csr_array

    used = np.isfinite(y) & (design.weights > 0) & np.array([d is not None for d in domains], bool)
    order: dict[Hashable, int] = {}
    rows = np.flatnonzero(used)
    names = [domains[row] for row in rows.tolist()]
    at = np.fromiter((order.setdefault(name, len(order)) for name in names), np.intp, len(names))
    w, k = design.weights[rows], len(order)
    base = np.bincount(at, w, minlength=k)
    means = np.bincount(at, w * y[rows], minlength=k) / base
    influence = w * (y[rows] - means[at]) / base[at]
    sparse = csr_array((influence, (rows, at)), shape=(len(y), k))
    return DomainMeans(
        tuple(order),
        np.bincount(at, minlength=k).astype(np.int64),
        means,
        covariance(sparse, design),
        degrees_of_freedom(design, np.ones(len(y), bool)),
        _vary(y[rows], at, k),
    )


def _vary(y: Floats, at: Places, k: int) -> NDArray[np.bool_]:
    least, most = np.full(k, np.inf), np.full(k, -np.inf)
    np.minimum.at(least, at, y)
    np.maximum.at(most, at, y)
    return np.asarray(most > least, dtype=np.bool_)
