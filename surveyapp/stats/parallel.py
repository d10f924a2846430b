"""Parallel analysis: how many factors stand out from chance (Horn 1965).

The eigenvalues of random normal data of the same size are simulated from their sampling
distribution: a Wishart matrix by Bartlett's decomposition, so that the cost does not grow with n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.factors import extract

Floats = NDArray[np.float64]
QUANTILE = 0.95


@dataclass(frozen=True)
class Parallel:
    """eigenvalues: of the correlations; random: mean of the simulated ones; components: how many
    exceed the 95th percentile of the simulated ones, as psych's quant = .95. reduced,
    random_reduced, factors: the same with the communalities of one factor in the diagonal
    (common factors instead of components), as psych's `fa.parallel`.
    """

    eigenvalues: Floats
    random: Floats
    components: int
    reduced: Floats
    random_reduced: Floats
    factors: int


def parallel(R: Floats, n: int, *, rounds: int = 50, seed: int = 1) -> Parallel:
    """Compare a regular correlation matrix of n rows with `rounds` simulated ones.

    ValueError where n is not above the number of items.
    """
    if n <= len(R):
        raise ValueError("more rows than items are needed")
    random = np.random.default_rng(seed)
    simulated = [_random_correlation(random, len(R), n) for _ in range(rounds)]
    chance = np.array([_eigenvalues(S) for S in simulated])
    chance_reduced = np.array([_eigenvalues(_reduced(S)) for S in simulated])
    own, own_reduced = _eigenvalues(R), _eigenvalues(_reduced(R))
    return Parallel(
        own,
        chance.mean(axis=0),
        _standing_out(own, chance),
        own_reduced,
        chance_reduced.mean(axis=0),
        _standing_out(own_reduced, chance_reduced),
    )


def _random_correlation(random: np.random.Generator, k: int, n: int) -> Floats:
    """Correlations of n rows of k independent normal variables, without drawing the rows."""
    factor = np.tril(random.standard_normal((k, k)), -1)
    np.fill_diagonal(factor, np.sqrt(random.chisquare(n - 1 - np.arange(k))))
    scatter = factor @ factor.T
    scale = np.sqrt(np.diag(scatter))
    return np.asarray(scatter / np.outer(scale, scale), dtype=np.float64)


def _reduced(R: Floats) -> Floats:
    reduced = R.copy()
    np.fill_diagonal(reduced, 1 - extract(R, 1).uniqueness)
    return reduced


def _eigenvalues(R: Floats) -> Floats:
    return np.asarray(np.linalg.eigvalsh(R)[::-1], dtype=np.float64)


def _standing_out(own: Floats, chance: Floats) -> int:
    """How many of the first eigenvalues lie above chance, before the first that does not."""
    below = np.flatnonzero(own <= np.quantile(chance, QUANTILE, axis=0))
    return int(below[0]) if len(below) else len(own)
