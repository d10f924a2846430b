"""Correlations of the normal variables behind ordered categories (Olsson 1979, two-step).

Thresholds come from each item's margin, then each pair's correlation maximises the likelihood of
its table, as psych's `polychoric`. Empty cells stay empty: half an answer in each would pull the
correlations of many categories towards 0. Only a table of two by two, whose estimate would be 1,
gets half an answer in its empty cell, as psych's `tetrachoric`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
EMPTY = 0.5
LIMIT = 0.9999
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)


def polychoric(X: ArrayLike) -> Floats:
    """The correlations of the columns, over complete rows; NaN for a column that does not vary.

    X: rows × items of ordered codes, NaN where there is no answer.
    """
    x = np.asarray(X, dtype=np.float64)
    x = x[np.isfinite(x).all(axis=1)]
    codes = [np.unique(column, return_inverse=True)[1] for column in x.T]
    k = len(codes)
    R = np.eye(k)
    for j in range(k):
        for i in range(j):
            R[i, j] = R[j, i] = _pair(codes[i], codes[j])
    return R


def _pair(a: NDArray[np.intp], b: NDArray[np.intp]) -> float:
    from scipy.optimize import minimize_scalar

    table = np.zeros((a.max(initial=0) + 1, b.max(initial=0) + 1))
    np.add.at(table, (a, b), 1.0)
    if min(table.shape) < 2:
        return float("nan")
    rows, columns = _thresholds(table.sum(axis=1)), _thresholds(table.sum(axis=0))
    if table.shape == (2, 2):
        table[table == 0] = EMPTY

    def loss(rho: float) -> float:
        cells = np.diff(np.diff(_cumulative(rows, columns, rho), axis=0), axis=1)
        return -float((table * np.log(np.maximum(cells, 1e-300))).sum())

    found = minimize_scalar(loss, bounds=(-LIMIT, LIMIT), method="bounded", options={"xatol": 1e-9})
    return float(found.x)


def _thresholds(counts: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(np.cumsum(counts)[:-1] / counts.sum()), dtype=np.float64)


def _cumulative(rows: Floats, columns: Floats, rho: float) -> Floats:
    """P(Z1 <= h, Z2 <= k) at all thresholds, with 0 and the margins around."""
    from scipy.special import ndtr

    grid = np.zeros((len(rows) + 2, len(columns) + 2))
    grid[1:-1, 1:-1] = bivariate(rows[:, None], columns[None, :], rho)
    grid[1:-1, -1], grid[-1, 1:-1], grid[-1, -1] = ndtr(rows), ndtr(columns), 1.0
    return grid


def bivariate(h: Floats, k: Floats, rho: float) -> Floats:
    """P(Z1 <= h, Z2 <= k) of the standard bivariate normal (Drezner and Wesolowsky 1990).

    Φ(h) Φ(k) plus an integral over the angle up to asin(rho), by Gauss and Legendre.
    """
    from scipy.special import ndtr

    top = np.arcsin(rho)
    theta = (_NODES + 1) / 2 * top
    sine, cosine2 = np.sin(theta), np.cos(theta) ** 2
    squares = (h**2 + k**2)[..., None]
    exponent = -(squares - 2 * (h * k)[..., None] * sine) / (2 * cosine2)
    integral = (np.exp(exponent) * _WEIGHTS).sum(axis=-1) * top / 2
    return np.asarray(ndtr(h) * ndtr(k) + integral / (2 * np.pi), dtype=np.float64)
