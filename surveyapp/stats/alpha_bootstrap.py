"""A bootstrap interval of Cronbach's alpha: for answers that are far from normal, or few."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.intervals import Interval

Floats = NDArray[np.float64]
CELLS = 4_000_000
"""Draws at a time: 32 MB."""
NOTHING = 1e-12


def alpha_bootstrap(
    x: Floats, *, level: float = 0.95, replicates: int = 1000, seed: int = 1
) -> Interval | None:
    """The percentile interval of raw alpha over samples of the rows, drawn with replacement.

    x: complete rows × keyed items. As R psych's `alpha(x, n.iter = replicates)`, but for the seed.
    None for fewer than three rows or two items, and where the sum of the items never varies.
    Samples in which it does not vary are left out.
    """
    if x.shape[0] < 3 or x.shape[1] < 2:
        return None
    found = np.concatenate(list(_alphas(x - x.mean(axis=0), replicates, seed)))
    if not len(found):
        return None
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level, "bootstrap")


def _alphas(x: Floats, replicates: int, seed: int) -> Iterator[Floats]:
    """Alphas of the samples, from the variances of the items and of their sum in each."""
    n, k = x.shape
    total = x.sum(axis=1, keepdims=True)
    columns = np.hstack([x, total])
    random = np.random.default_rng(seed)
    size = max(1, CELLS // n)
    for start in range(0, replicates, size):
        drawn = (random.integers(0, n, n) for _ in range(min(size, replicates - start)))
        counts = np.stack([np.bincount(rows, minlength=n) for rows in drawn]) / n
        variances = counts @ columns**2 - (counts @ columns) ** 2
        items, whole = variances[:, :k].sum(axis=1), variances[:, k]
        varies = whole > NOTHING * np.maximum(items, NOTHING)
        yield k / (k - 1) * (1 - items[varies] / whole[varies])
