"""Whether answers that should go together do: reversed items, and a score with the items."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def reversals_ignored(
    X: ArrayLike,
    scales: Sequence[tuple[Sequence[int], Sequence[int]]],
    middle: ArrayLike,
    reach: float = 1.0,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """In how many scales a respondent ignored the reversal, and how many could show it.

    X is unkeyed, as presented. scales: columns of the ordinary and of the reversed items, per
    scale. A reversal is ignored when the means of both groups lie on the same side of the middle
    of the scale (one value per column), each at least `reach` points away: agreeing with a
    statement and with its opposite.
    """
    x = np.asarray(X, dtype=np.float64) - np.asarray(middle, dtype=np.float64)
    ignored = np.zeros(len(x), dtype=np.intp)
    shown = np.zeros(len(x), dtype=np.intp)
    for ordinary, reverse in scales:
        one, other = _means(x[:, list(ordinary)]), _means(x[:, list(reverse)])
        shown += np.isfinite(one) & np.isfinite(other)
        apart = (np.abs(one) >= reach - 1e-9) & (np.abs(other) >= reach - 1e-9)
        ignored += apart & (one * other > 0)
    return ignored, shown


def residual_z(x: ArrayLike, y: ArrayLike, rounds: int = 5) -> Floats:
    """|y - line(x)| in robust standard deviations: who gives a score that his items deny.

    The line is least squares, fitted again `rounds` times without residuals beyond 2.5, so that
    the careless do not bend it; the spread is 1.4826 MAD. NaN where x or y is missing, for all
    with fewer than 20 pairs or without spread.
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    both = np.isfinite(a) & np.isfinite(b)
    undefined = np.full(len(a), np.nan)
    if both.sum() < 20:
        return undefined
    use = both
    for _ in range(rounds):
        if np.ptp(a[use]) == 0:
            return undefined
        slope = float(np.cov(a[use], b[use])[0, 1] / np.var(a[use], ddof=1))
        residual = b - b[use].mean() - slope * (a - a[use].mean())
        spread = 1.4826 * float(np.median(np.abs(residual[both])))
        if spread == 0:
            return undefined
        use = both & (np.abs(residual) < 2.5 * spread)
    return np.asarray(np.abs(residual) / spread, dtype=np.float64)


def _means(x: Floats) -> Floats:
    answered = np.isfinite(x)
    n = answered.sum(axis=1)
    total = np.where(answered, x, 0.0).sum(axis=1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)
