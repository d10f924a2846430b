"""Mahalanobis distance: answers that are unusual as a combination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.findings import N_, Finding
from surveyapp.stats.accumulate import gather

Floats = NDArray[np.float64]
BLOCK = 4096
"""Rows per step: a block of 50 items stays in the cache."""
NEAR = 1e-3
"""Relative to the cut-off, far more than the error of single precision."""


@dataclass(frozen=True)
class Distances:
    """d2: squared distance per respondent, NaN for an incomplete row or when nothing could be
    computed; df: the items that it rests on, the degrees of freedom of its chi-square; n: complete
    rows; findings: constant items that were left out, or why there is no distance.
    """

    d2: Floats
    df: int
    n: int
    findings: tuple[Finding, ...] = ()

    def beyond(self, p: float = 0.001) -> NDArray[np.bool_]:
        """Whose distance exceeds the chi-square quantile with upper tail p."""
        if self.df == 0:
            return np.zeros(len(self.d2), dtype=bool)
        return np.nan_to_num(self.d2, nan=-1.0) > cut_off(self.df, p)

    def p_values(self) -> Floats:
        """Upper tail of the chi-square distribution; costs more than the distances themselves."""
        from scipy.special import chdtrc

        return np.asarray(chdtrc(max(self.df, 1), self.d2), dtype=np.float64)


def cut_off(df: int, p: float) -> float:
    """The chi-square quantile whose upper tail is p."""
    from scipy.special import chdtri

    return float(chdtri(df, p))


def mahalanobis(X: ArrayLike, items: Sequence[str] | None = None) -> Distances:
    """Squared distances from the mean under the covariance (n - 1) of the complete rows.

    Items that do not vary are left out by name. A singular covariance (a repeated item, a sum of
    others, fewer rows than items) gives no distances and a finding that names the culprit.
    """
    x = _rows(X)
    metric = _metric(x, items)
    d2 = np.full(len(x), np.nan)
    if metric.df:
        for start in range(0, len(x), BLOCK):
            d2[start : start + BLOCK] = metric.squared(x[start : start + BLOCK])
    return Distances(d2, metric.df, metric.n, metric.findings)


def far_out(X: ArrayLike, p: float = 0.001) -> NDArray[np.bool_]:
    """Exactly `mahalanobis(X).beyond(p)` in less time: single precision decides, double precision
    looks again at whoever is near the cut-off.
    """
    x = _rows(X)
    metric = _metric(x, None)
    flags = np.zeros(len(x), dtype=bool)
    if metric.df == 0:
        return flags
    limit = cut_off(metric.df, p)
    for start in range(0, len(x), BLOCK):
        block = x[start : start + BLOCK]
        rough = metric.squared(block, np.float32)
        flags[start : start + BLOCK] = rough > limit
        near = start + np.flatnonzero(np.abs(rough - limit) <= NEAR * limit)
        if len(near):
            flags[near] = metric.squared(x[near]) > limit
    return flags


def _rows(X: ArrayLike) -> NDArray[Any]:
    """Integers as they are (a byte an answer), everything else in double precision."""
    x = np.asarray(X)
    return x if x.dtype.kind in "iu" else x.astype(np.float64, copy=False)


@dataclass(frozen=True)
class _Metric:
    """How far apart rows are. df: 0 when nothing can be computed. whitening: L⁻ᵀ of the
    covariance's Cholesky factor L; used: the columns that vary, None for all.
    """

    n: int
    df: int
    findings: tuple[Finding, ...]
    mean: Floats = field(default_factory=lambda: np.empty(0))
    whitening: Floats = field(default_factory=lambda: np.empty((0, 0)))
    used: NDArray[np.intp] | None = None

    def squared(self, block: NDArray[Any], precision: type = np.float64) -> NDArray[Any]:
        """|L⁻¹ (x - mean)|² per row; NaN where a used answer is missing."""
        part = block if self.used is None else block[:, self.used]
        if part.dtype.itemsize <= 2:  # whole numbers that even single precision holds exactly
            centred: NDArray[Any] = part.astype(precision)
            centred -= self.mean.astype(precision)
        else:
            centred = np.subtract(part, self.mean).astype(precision, copy=False)
        y = centred @ self.whitening.astype(precision, copy=False)
        return np.asarray(np.einsum("ij,ij->i", y, y))


def _metric(x: NDArray[Any], items: Sequence[str] | None) -> _Metric:
    names = list(items) if items is not None else [f"item {j + 1}" for j in range(x.shape[1])]
    if len(x) == 0 or not names:
        return _Metric(0, 0, (_too_few(0, len(names)),))
    sums = gather(x)
    n, complete = sums.n_complete, sums.complete
    if n < 2:
        return _Metric(n, 0, (_too_few(n, len(names)),))
    constant = complete.constant
    findings = tuple(_constant(names[j]) for j in np.flatnonzero(constant))
    varying = np.flatnonzero(~constant)
    if n <= len(varying) or len(varying) == 0:
        return _Metric(n, 0, (*findings, _too_few(n, len(names))))
    covariance = complete.covariance[np.ix_(varying, varying)]
    culprit = dependent_column(covariance)
    if culprit is not None:
        return _Metric(n, 0, (*findings, _singular(names[varying[culprit]])))
    return _Metric(
        n,
        len(varying),
        findings,
        complete.means[varying],
        _whitening(covariance),
        varying if constant.any() else None,
    )


def _whitening(covariance: Floats) -> Floats:
    from scipy.linalg import solve_triangular

    factor = np.linalg.cholesky(covariance)
    inverse = solve_triangular(factor, np.eye(len(factor)), lower=True)
    return np.ascontiguousarray(inverse.T)


def dependent_column(covariance: Floats) -> int | None:
    """A column that the others determine, None when the matrix has full rank.

    Cholesky of the correlations with pivoting; what remains of a column after the others is its
    unexplained share of variance.
    """
    scale = np.sqrt(np.diag(covariance))
    rest = covariance / np.outer(scale, scale)
    open_columns = list(range(len(rest)))
    while open_columns:
        pivot = max(open_columns, key=lambda j: rest[j, j])
        if rest[pivot, pivot] < 1e-10:
            return max(open_columns)
        open_columns.remove(pivot)
        column = rest[:, pivot] / np.sqrt(rest[pivot, pivot])
        rest = rest - np.outer(column, column)
    return None


def _constant(item: str) -> Finding:
    return Finding(
        "careless.constant_item",
        f"item:{item}",
        N_("{item} does not vary and was left out of the distance."),
        {"item": item},
        "info",
    )


def _singular(item: str) -> Finding:
    return Finding(
        "careless.singular",
        f"item:{item}",
        N_("No distance: {item} is determined by the other items. Leave it out."),
        {"item": item},
        "warning",
    )


def _too_few(n: int, items: int) -> Finding:
    return Finding(
        "careless.too_few",
        "answers",
        N_("No distance: {n} complete answers do not suffice for {items} items."),
        {"n": n, "items": items},
        "warning",
    )
