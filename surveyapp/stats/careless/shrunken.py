"""Mahalanobis distance where answers are few: correlations drawn towards 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def shrunken_distance(X: ArrayLike) -> tuple[Floats, float | None]:
    """Squared distances of the complete rows, and how far their correlations were drawn to 0.

    Items are standardised, so that units do not matter, and their correlations shrunken after
    Ledoit and Wolf (2004, Journal of Multivariate Analysis 88): defined for fewer rows than items
    and for items that repeat each other. It ranks people; it has no chi-square distribution.
    NaN for incomplete rows, and None, where fewer than three are complete or no item varies.
    """
    x = np.asarray(X, dtype=np.float64)
    complete = np.isfinite(x).all(axis=1)
    d2 = np.full(len(x), np.nan)
    own = x[complete]
    own = own[:, np.ptp(own, axis=0) > 0] if len(own) > 2 else own[:, :0]
    if not own.size:
        return d2, None
    z = (own - own.mean(axis=0)) / own.std(axis=0)
    R = z.T @ z / len(z)
    drawn = _drawn(z, R)
    shrunken = (1 - drawn) * R + drawn * np.eye(len(R))
    d2[complete] = np.einsum("ij,ij->i", z, np.linalg.solve(shrunken, z.T).T)
    return d2, drawn


def _drawn(z: Floats, R: Floats) -> float:
    """The best weight of the identity: error of R over its distance from the identity."""
    n, k = z.shape
    away = float((R**2).sum() - k)
    error = float(((z**2).sum(axis=1) ** 2).sum() / n - (R**2).sum()) / n
    return min(error / away, 1.0) if away > 1e-12 else 1.0
