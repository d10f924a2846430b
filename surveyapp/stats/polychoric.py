"""Correlations of the normal variables behind ordered categories (Olsson 1979, two-step).

Thresholds come from each item's margin, then each pair's correlation maximises the likelihood of
its table, as psych's `polychoric` of items with the same categories. Empty cells stay empty: half
an answer in each would pull the correlations of many categories towards 0 (psych does so where the
numbers of categories differ; polycor and lavaan never do). Only a table of two by two, whose
estimate would be 1, gets half an answer in its empty cell, as psych's `tetrachoric` and lavaan.

Each cell is integrated by itself: items that nearly repeat each other have answers in cells of
1e-20, which a difference of cumulative probabilities takes for noise, and the estimate with it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
EMPTY = 0.5
LIMIT = 0.9999
REACH = 8.5
"""Beyond so many standard deviations lies less than 1e-17."""
STEPS, CLOSE, NEVER, TINY = 30, 1e-10, 1e-12, 1e-300
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


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
            R[i, j] = R[j, i] = _pair(codes[j], codes[i])
    return R


def _pair(a: NDArray[np.intp], b: NDArray[np.intp]) -> float:
    table = np.zeros((a.max(initial=0) + 1, b.max(initial=0) + 1))
    np.add.at(table, (a, b), 1.0)
    if min(table.shape) < 2:
        return float("nan")
    rows, columns = _thresholds(table.sum(axis=1)), _thresholds(table.sum(axis=0))
    if table.shape == (2, 2):
        table[table == 0] = EMPTY
    start = float(np.clip(np.corrcoef(a, b)[0, 1], -0.95, 0.95))
    found = _scored(table, rows, columns, start)
    return _searched(table, rows, columns) if found is None else found


def _scored(table: Floats, rows: Floats, columns: Floats, rho: float) -> float | None:
    """The root of the score by Fisher's scoring; None where it does not settle inside."""
    for _ in range(STEPS):
        slope, information = _score(table, rows, columns, rho)
        step = slope / information
        rho += step
        if not abs(rho) < LIMIT:
            return None
        if abs(step) < CLOSE:
            return rho
    return None


def _searched(table: Floats, rows: Floats, columns: Floats) -> float:
    """The most likely correlation by a search of the whole range, its ends included."""
    from scipy.optimize import minimize_scalar

    def loss(rho: float) -> float:
        cells = _cells(rows, columns, rho)
        return -float((table * np.log(np.maximum(cells, TINY))).sum())

    found = minimize_scalar(loss, bounds=(-LIMIT, LIMIT), method="bounded", options={"xatol": 1e-9})
    return float(found.x)


def _score(table: Floats, rows: Floats, columns: Floats, rho: float) -> tuple[float, float]:
    """Slope of the log likelihood at rho, and the expected information."""
    cells = _cells(rows, columns, rho)
    corners = np.zeros((len(rows) + 2, len(columns) + 2))
    corners[1:-1, 1:-1] = _density(rows[:, None], columns[None, :], rho)
    slopes = np.diff(np.diff(corners, axis=0), axis=1)
    relative = slopes / np.maximum(cells, TINY)
    information = (slopes * relative)[cells > NEVER].sum()
    return float((table * relative).sum()), float(table.sum() * information)


def _thresholds(counts: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(np.cumsum(counts)[:-1] / counts.sum()), dtype=np.float64)


def _cells(rows: Floats, columns: Floats, rho: float) -> Floats:
    """The probability of each cell: over the rows' variable z, of the columns' given z.

    Gauss and Legendre on pieces no wider than the given one's step from 0 to 1, or than 2.
    """
    spread = float(np.sqrt(1 - rho * rho))
    pieces = int(np.ceil(2 * REACH * max(0.5, abs(rho) / (1.5 * spread))))
    z, weights, starts = _grid(tuple(rows.tolist()), pieces)
    given = _between((columns[:, None, None] - rho * z) / spread)
    masses = (given * weights).sum(axis=2)
    return np.asarray(np.add.reduceat(masses, starts, axis=1).T, dtype=np.float64)


@lru_cache(maxsize=64)
def _grid(rows: tuple[float, ...], pieces: int) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Places in pieces that end at the rows' thresholds, weights with the density, and the first
    piece of each row. Kept, because an item meets many others.
    """
    ends = np.unique(np.concatenate([np.linspace(-REACH, REACH, pieces + 1), rows]))
    half = np.diff(ends)[:, None] / 2
    z = ends[:-1, None] + half * (1 + _NODES)
    weights = half * _WEIGHTS * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return z, weights, np.concatenate([[0], np.searchsorted(ends, rows)])


def _between(cuts: Floats) -> Floats:
    """Normal probabilities between neighbours along the first axis, the tails included; each
    from the side where it is a difference of small numbers.
    """
    from scipy.special import ndtr

    end = np.zeros((1, *cuts.shape[1:]))
    below = np.concatenate([end, ndtr(cuts), end + 1])
    above = np.concatenate([end + 1, ndtr(-cuts), end])
    right = np.concatenate([end > 1, cuts > 0])
    return np.where(right, -np.diff(above, axis=0), np.diff(below, axis=0))


def _density(h: Floats, k: Floats, rho: float) -> Floats:
    rest = 1 - rho * rho
    exponent = -(h * h - 2 * rho * h * k + k * k) / (2 * rest)
    return np.asarray(np.exp(exponent) / (2 * np.pi * np.sqrt(rest)), dtype=np.float64)
