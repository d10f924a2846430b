"""Correlations with missing answers: between items, and within a respondent."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def pairwise(X: ArrayLike) -> Floats:
    """Correlations of the columns, each over the rows that answered both (R's
    pairwise.complete.obs); NaN where either does not vary there.
    """
    x = np.asarray(X, dtype=np.float64)
    answered = np.isfinite(x)
    seen = answered.astype(np.float64)
    first = np.where(answered.any(axis=0), np.where(answered, x, 0).sum(axis=0), 0.0)
    shifted = np.where(answered, x - first / np.maximum(seen.sum(axis=0), 1), 0.0)
    n = seen.T @ seen
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = shifted.T @ seen
        squares = (shifted**2).T @ seen - sums**2 / n
        products = shifted.T @ shifted - sums * sums.T / n
        r = products / np.sqrt(squares * squares.T)
    flat = squares <= 1e-12 * np.maximum((shifted**2).T @ seen, 1e-300)
    return np.where(flat | flat.T | ~np.isfinite(r), np.nan, np.clip(r, -1, 1))


def within_rows(A: ArrayLike, B: ArrayLike) -> Floats:
    """Correlation of each row of A with the same row of B, over the cells that both have.

    NaN below two cells or where a side does not vary.
    """
    a, b = np.asarray(A, dtype=np.float64), np.asarray(B, dtype=np.float64)
    both = np.isfinite(a) & np.isfinite(b)
    da, a_varies = _centred(a, both)
    db, b_varies = _centred(b, both)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (da * db).sum(axis=1) / np.sqrt((da**2).sum(axis=1) * (db**2).sum(axis=1))
    return np.where(a_varies & b_varies, np.clip(r, -1, 1), np.nan)


def _centred(x: Floats, use: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """Deviations from the row's mean, 0 where unused, and whether the row varies at all."""
    n = np.maximum(use.sum(axis=1), 1)
    mean = np.where(use, x, 0.0).sum(axis=1) / n
    high = np.where(use, x, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(use, x, np.inf).min(axis=1, initial=np.inf)
    return np.where(use, x - mean[:, None], 0.0), high > low
