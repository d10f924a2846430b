"""Whether a respondent agrees with himself, and with everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.stats.careless.correlation import pairwise, within_rows

Floats = NDArray[np.float64]
NOISE = 1e-12
"""A correlation of exactly the limit may be computed as this much more."""


def even_odd(X: ArrayLike, scales: Sequence[Sequence[int]], *, least: int = 3) -> Floats:
    """Even-odd inconsistency over scales: high is careless, -1 perfectly consistent.

    Per scale the mean of its 2nd, 4th … and of its 1st, 3rd … answered items; r over the scales,
    stepped up by Spearman-Brown 2r / (1 + r), not below -1, and reported with its sign turned.
    scales: column numbers per scale, in presented order, at least two items each; items must be
    keyed the same way. Fewer than `least` scales give NaN: two can only say -1 or 1.
    """
    x = np.asarray(X, dtype=np.float64)
    usable = [list(scale) for scale in scales if len(scale) > 1]
    if len(usable) < max(least, 2):
        return np.full(len(x), np.nan)
    even = np.column_stack([_row_means(x[:, scale[1::2]]) for scale in usable])
    odd = np.column_stack([_row_means(x[:, scale[0::2]]) for scale in usable])
    r = within_rows(even, odd)
    with np.errstate(divide="ignore"):
        return -np.maximum(2 * r / (1 + r), -1.0)


@dataclass(frozen=True)
class Synonyms:
    """r: within-person correlation over the pairs; answered: pairs that the person answered;
    pairs: (later column, earlier column) whose correlation over all persons passes the limit.
    """

    r: Floats
    answered: NDArray[np.intp]
    pairs: tuple[tuple[int, int], ...]


def synonyms(X: ArrayLike, limit: float = 0.5, *, antonyms: bool = False) -> Synonyms:
    """Psychometric synonyms (r > limit) or antonyms (r < -limit), Meade and Craig 2012.

    Attentive people answer such pairs alike (antonyms: oppositely), so a low r (antonyms: a high
    one) is careless. NaN with fewer than three answered pairs or without variance.
    """
    x = np.asarray(X, dtype=np.float64)
    r = pairwise(x)
    chosen = (-r if antonyms else r) > limit + NOISE
    earlier, later = np.nonzero(np.triu(chosen, 1))
    a, b = x[:, later], x[:, earlier]
    answered = (np.isfinite(a) & np.isfinite(b)).sum(axis=1)
    own = np.where(answered > 2, within_rows(a, b), np.nan)
    return Synonyms(own, answered, tuple(zip(later.tolist(), earlier.tolist(), strict=True)))


def person_total(X: ArrayLike, *, leave_out: bool = True) -> Floats:
    """Correlation of a respondent's answers with the items' means over the others.

    Low or negative: the person rates high what everybody rates low. leave_out: without the
    respondent's own answers in the means (preferred); False as in the older literature.
    """
    x = np.asarray(X, dtype=np.float64)
    answered = np.isfinite(x)
    sums, counts = np.where(answered, x, 0.0).sum(axis=0), answered.sum(axis=0)
    own = np.where(answered, x, 0.0) if leave_out else np.zeros_like(x)
    others = counts - answered if leave_out else np.broadcast_to(counts, x.shape)
    means = np.where(others > 0, (sums - own) / np.maximum(others, 1), np.nan)
    return within_rows(x, means)


def _row_means(x: Floats) -> Floats:
    answered = np.isfinite(x)
    n = answered.sum(axis=1)
    total = np.where(answered, x, 0.0).sum(axis=1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)
