"""Rankings that show a difference only where there is one: places with intervals, and bands.

Every pair is tested by its difference with the covariance of both means; Holm's method keeps the
chance of any false difference below 1 - level over all pairs. The place of an entry then lies
between 1 + those that are surely better and k - those that are surely worse, for all entries at
once (Al Mohamad, Goeman and van Zwet 2022, Biometrical Journal 64, with Holm in place of Tukey).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from surveyapp.stats.proportions import holm

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_NOTHING = 1e-12


@dataclass(frozen=True)
class Place:
    """One entry. low, high: interval of its mean by itself. first, last: the places that it may
    hold. next_p: adjusted p of the difference to the entry below; None for the last one.
    """

    name: Hashable
    n: int
    mean: float
    se: float
    low: float
    high: float
    first: int
    last: int
    next_p: float | None


@dataclass(frozen=True)
class Ranking:
    """places: the highest mean first. bands: (first, last) places, counted from 1, of the longest
    runs of which no two entries can be told apart. told_apart: pairs that differ, of `pairs`.
    """

    places: tuple[Place, ...]
    bands: tuple[tuple[int, int], ...]
    pairs: int
    told_apart: int


def ranking(
    names: Sequence[Hashable],
    n: ArrayLike,
    means: ArrayLike,
    covariance: ArrayLike,
    df: int,
    *,
    level: float = 0.95,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> Ranking:
    """The ranking of at least one mean; `df` of the design. A variance of 0 means known exactly.

    Student's t of a pair has Satterthwaite's df from the answers of both, at most `df`: a city of
    ten answers does not borrow certainty from the size of the study. ValueError for lengths that
    differ.
    """
    size, m, V = np.asarray(n), np.asarray(means, float), np.asarray(covariance, float)
    if not len(names) == len(size) == len(m) == len(V):
        raise ValueError("names, n, means and covariance must be equally long")
    order = np.argsort(-m, kind="stable").tolist()
    size, m, V = size[order], m[order], V[np.ix_(order, order)]
    adjusted = _adjusted(_pair_p(size, m, V, df))
    differ = adjusted < 1 - level
    better = np.triu(differ).sum(axis=0)
    worse = np.triu(differ).sum(axis=1)
    k = len(m)
    se = np.sqrt(np.maximum(V.diagonal(), 0))
    reach = se * special.stdtrit(np.maximum(np.minimum(df, size - 1), 1), (1 + level) / 2)
    places = tuple(
        Place(
            names[order[i]], int(size[i]), float(m[i]), float(se[i]),
            float(max(m[i] - reach[i], bounds[0])), float(min(m[i] + reach[i], bounds[1])),
            int(1 + better[i]), int(k - worse[i]),
            float(adjusted[i, i + 1]) if i + 1 < k else None,
        )
        for i in range(k)
    )  # fmt: skip
    return Ranking(places, _bands(differ), k * (k - 1) // 2, int(np.triu(differ).sum()))


@dataclass(frozen=True)
class Difference:
    """Mean of a less mean of b with its own interval; p_adjusted by Holm over all pairs."""

    a: Hashable
    b: Hashable
    difference: float
    low: float
    high: float
    p: float
    p_adjusted: float
    differ: bool


def differences(
    names: Sequence[Hashable],
    n: ArrayLike,
    means: ArrayLike,
    covariance: ArrayLike,
    df: int,
    *,
    level: float = 0.95,
) -> tuple[Difference, ...]:
    """Every pair in the order given, tested as in `ranking`."""
    size, m, V = np.asarray(n), np.asarray(means, float), np.asarray(covariance, float)
    freedom, squares = _freedom(size, V, df)
    own = _pair_p(size, m, V, df)
    adjusted = _adjusted(own)
    reach = special.stdtrit(freedom, (1 + level) / 2) * np.sqrt(np.maximum(squares, 0))
    return tuple(
        Difference(
            names[i], names[j], float(m[i] - m[j]),
            float(m[i] - m[j] - reach[i, j]), float(m[i] - m[j] + reach[i, j]),
            float(own[i, j]), float(adjusted[i, j]), bool(adjusted[i, j] < 1 - level),
        )
        for i, j in combinations(range(len(m)), 2)
    )  # fmt: skip


def _freedom(n: NDArray[np.int64], V: Floats, df: int) -> tuple[Floats, Floats]:
    """Degrees of freedom and squared standard error of every difference."""
    own = np.maximum(V.diagonal(), 0)
    shares = own**2 / np.maximum(n - 1, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (own[:, None] + own[None, :]) ** 2 / (shares[:, None] + shares[None, :])
    squares = own[:, None] + own[None, :] - 2 * V
    freedom = np.where(squares > _NOTHING, np.maximum(np.minimum(pooled, df), 1), 1.0)
    return np.asarray(freedom, dtype=np.float64), np.asarray(squares, dtype=np.float64)


def _pair_p(n: NDArray[np.int64], m: Floats, V: Floats, df: int) -> Floats:
    """Two-sided p of every pair; where both means are known exactly, 0 if they differ."""
    freedom, squares = _freedom(n, V, df)
    known = squares > _NOTHING
    apart = np.abs(m[:, None] - m[None, :])
    p = 2 * special.stdtr(freedom, -apart / np.sqrt(np.where(known, squares, 1.0)))
    return np.asarray(np.where(known, p, apart <= _NOTHING), dtype=np.float64)


def _adjusted(p: Floats) -> Floats:
    """Holm's adjustment over the pairs, as a symmetric matrix with 1 on the diagonal."""
    upper = np.triu_indices(len(p), 1)
    result = np.ones_like(p)
    result[upper] = holm(p[upper].tolist())
    return np.minimum(result, result.T)


def _bands(differ: Flags) -> tuple[tuple[int, int], ...]:
    """The longest runs of neighbours without a pair that differs; runs within another left out."""
    found: list[tuple[int, int]] = []
    end = 0
    for start in range(len(differ)):
        stop = max(end, start)
        while stop + 1 < len(differ) and not differ[start : stop + 1, stop + 1].any():
            stop += 1
        if not found or stop > end:
            found.append((start + 1, stop + 1))
        end = stop
    return tuple(found)
