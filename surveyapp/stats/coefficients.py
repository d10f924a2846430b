"""Reliability beyond alpha: omega, Guttman's lambda 6, split halves, ordinal alpha.

All of one correlation (or covariance) matrix of keyed items. Equal to R psych's `omega`,
`guttman`/`alpha` (G6) and `splitHalf` (best, worst, average of all splits; of an odd number of
items psych 2.2.9 tries only half of the splits), and to lavaan's one-factor omega.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.factors import LEAST, extract, identified, schmid_leiman, smc

Floats = NDArray[np.float64]
NOTHING = 1e-12
MOST_SPLITS = 16
"""Up to so many items every split in halves is tried: 6,435 of 16."""


@dataclass(frozen=True)
class Omega:
    """McDonald's omega: total, the share of variance that all common factors explain, and
    hierarchical, the share of the general factor. factors: group factors behind it. identified:
    whether there are enough items for so many; otherwise many solutions fit equally well and
    `hierarchical` is one of them. heywood: whether an item's uniqueness lies at its lower bound.
    """

    total: float
    hierarchical: float
    factors: int
    identified: bool
    heywood: bool


@dataclass(frozen=True)
class SplitHalves:
    """Guttman's split-half reliability: of the odd and even items, and over all splits."""

    odd_even: float
    worst: float | None
    average: float | None
    best: float | None


def lambda6(R: Floats) -> float:
    """1 - Σ(1 - smc) / ΣR: each item's error is what the others leave of it."""
    return float(1 - (1 - smc(R)).sum() / R.sum())


def omega(R: Floats, n_factors: int = 3) -> Omega:
    """Omega by Schmid and Leiman's transformation, as psych's `omega(nfactors = )`.

    R: correlations of keyed items. Items that load negatively on the general factor are turned,
    as psych does (flip = TRUE), because the scale's sum would hide them.
    """
    found = schmid_leiman(R, n_factors)
    signs = np.where(found.general < 0, -1.0, 1.0)
    variance = float(signs @ R @ signs)
    general = float((found.general * signs).sum()) ** 2
    total = (variance - float(found.uniqueness.sum())) / variance
    heywood = bool(found.uniqueness.min() <= LEAST + 1e-8)
    return Omega(total, general / variance, n_factors, identified(len(R), n_factors), heywood)


def omega_one_factor(covariance: Floats) -> float:
    """(Σλ)² / ((Σλ)² + Σθ) of one factor by maximum likelihood on covariances, as lavaan."""
    sd = np.sqrt(np.diag(covariance))
    found = extract(covariance / np.outer(sd, sd), 1, "ml")
    common = float((found.loadings[:, 0] * sd).sum()) ** 2
    return common / (common + float((found.uniqueness * sd**2).sum()))


def standardised_alpha(R: Floats) -> float:
    """Alpha of correlations; of polychoric ones it is ordinal alpha (Zumbo 2007)."""
    k = len(R)
    average = (float(R.sum()) - k) / (k * (k - 1))
    return k * average / (1 + (k - 1) * average)


def composite_reliability(loadings: Floats) -> tuple[float, float]:
    """Composite reliability and average variance extracted of one factor's standardised
    loadings (Fornell and Larcker 1981).
    """
    common, squares = float(loadings.sum()) ** 2, loadings**2
    return common / (common + float((1 - squares).sum())), float(squares.mean())


def split_halves(R: Floats) -> SplitHalves:
    """4 · covariance of the halves / variance of the whole (Guttman's lambda 4)."""
    k = len(R)
    odd_even = _half(R, list(range(0, k, 2)))
    if k > MOST_SPLITS:
        return SplitHalves(odd_even, None, None, None)
    found = [_half(R, list(half)) for half in _halves(k)]
    return SplitHalves(odd_even, min(found), float(np.mean(found)), max(found))


def spearman_brown(R: Floats) -> float | None:
    """2r / (1 + r), r between the sums of the odd and of the even items; None where a sum does not
    vary or r is -1.
    """
    odd = np.arange(len(R)) % 2 == 0
    one, two = float(R[np.ix_(odd, odd)].sum()), float(R[np.ix_(~odd, ~odd)].sum())
    if min(one, two) <= NOTHING:
        return None
    r = float(R[np.ix_(odd, ~odd)].sum()) / (one * two) ** 0.5
    return 2 * r / (1 + r) if r > NOTHING - 1 else None


def _halves(k: int) -> Iterator[tuple[int, ...]]:
    """Each way to take half of the items (rounded down), once."""
    for half in combinations(range(k), k // 2):
        if k % 2 or half[0] == 0:
            yield half


def _half(R: Floats, half: list[int]) -> float:
    inside = np.zeros(len(R))
    inside[half] = 1.0
    between = float(inside @ R @ (1 - inside))
    return 4 * between / float(R.sum())
