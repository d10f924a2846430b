"""Whether a scale measures alike in several groups: equality of alphas, congruence of loadings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]
SAME, SIMILAR = 0.95, 0.85
"""Congruence from which two factors are the same, and fairly similar (Lorenzo-Seva and ten Berge
2006, Methodology 2)."""


@dataclass(frozen=True)
class EqualAlphas:
    """The test that the alphas of independent groups are equal: chi-square with df, and p."""

    chi_square: float
    df: int
    p: float


def equal_alphas(alphas: Sequence[float], items: Sequence[int], n: Sequence[int]) -> EqualAlphas:
    """Feldt, Woodruff and Salih's test (1987, Applied Psychological Measurement 11, UX1).

    (1 - α)^(-1/3) is nearly normal with variance 2 (1 - α)^(-2/3) / (9 (ñ - 1)), where ñ =
    n (k - 1) / (k + 1); a little conservative. Equal to R cocron's `cocron.n.coefficients` with
    `dep = FALSE`. ValueError for fewer than two groups, lengths that differ, alpha of 1, and fewer
    than 2 items or 4 rows.
    """
    a, k, rows = (np.asarray(given, dtype=np.float64) for given in (alphas, items, n))
    if not len(a) == len(k) == len(rows) or len(a) < 2:
        raise ValueError("two groups or more, each with its alpha, items and rows")
    if (a >= 1).any() or (k < 2).any() or (rows < 4).any():
        raise ValueError("alpha below 1, two items and four rows are needed")
    effective = rows * (k - 1) / (k + 1)
    u = (1 - a) ** (-1 / 3)
    spread = 2 / (9 * (effective - 1)) * (1 - a) ** (-2 / 3)
    chi_square = float(((u - u.mean()) ** 2).sum() / spread.mean())
    df = len(a) - 1
    return EqualAlphas(chi_square, df, float(special.chdtrc(df, chi_square)))


def congruence(one: ArrayLike, other: ArrayLike) -> float | None:
    """Tucker's coefficient of two columns of loadings, -1 to 1; None where one is all zeros.

    Σxy / √(Σx² Σy²). ValueError for lengths that differ.
    """
    x, y = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError("loadings of the same items are compared")
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / scale if scale > 0 else None
