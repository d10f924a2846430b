"""Mahalanobis distance: answers that are unusual as a combination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.findings import N_, Finding

Floats = NDArray[np.float64]
BLOCK = 8192
"""Rows per step: a block of 50 items stays in the cache."""


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
    x = np.asarray(X, dtype=np.float64)
    names = list(items) if items is not None else [f"item {j + 1}" for j in range(x.shape[1])]
    complete = np.isfinite(x).all(axis=1)
    data, n = (x if complete.all() else x[complete]), int(complete.sum())
    d2 = np.full(len(x), np.nan)
    if n < 2 or not names:
        return Distances(d2, 0, n, (_too_few(n, len(names)),))
    varying = np.flatnonzero(data.max(axis=0) > data.min(axis=0))
    findings = [_constant(names[j]) for j in range(len(names)) if j not in set(varying.tolist())]
    if len(varying) < len(names):
        data = data[:, varying]
    if n <= len(varying) or len(varying) == 0:
        return Distances(d2, 0, n, (*findings, _too_few(n, len(names))))
    mean, covariance = _moments(data)
    culprit = dependent_column(covariance)
    if culprit is not None:
        return Distances(d2, 0, n, (*findings, _singular(names[varying[culprit]])))
    d2[complete] = _squared(data, mean, covariance)
    return Distances(d2, len(varying), n, tuple(findings))


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


def _moments(data: Floats) -> tuple[Floats, Floats]:
    """Mean and covariance (n - 1) in one pass over blocks, shifted by the first row."""
    shift, k = data[0], data.shape[1]
    sums, products = np.zeros(k), np.zeros((k, k))
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK] - shift
        sums += block.sum(axis=0)
        products += block.T @ block
    n = len(data)
    return shift + sums / n, (products - np.outer(sums, sums) / n) / (n - 1)


def _squared(data: Floats, mean: Floats, covariance: Floats) -> Floats:
    """|L⁻¹ (x - mean)|² by blocks, L the Cholesky factor."""
    from scipy.linalg import solve_triangular

    factor = np.linalg.cholesky(covariance)
    inverse = solve_triangular(factor, np.eye(len(mean)), lower=True).T
    d2 = np.empty(len(data))
    for start in range(0, len(data), BLOCK):
        y = (data[start : start + BLOCK] - mean) @ inverse
        d2[start : start + BLOCK] = np.einsum("ij,ij->i", y, y)
    return d2


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
