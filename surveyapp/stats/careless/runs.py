"""Equal answers in a row: the trace of straight-lining."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def longstring(X: ArrayLike) -> Floats:
    """Length of the longest run of equal consecutive answers.

    A missing answer ends a run and counts as a run of one; a respondent without any answer has
    no longest run (NaN).
    """
    x = np.asarray(X, dtype=np.float64)
    current = np.ones(len(x))
    longest = np.ones(len(x))
    for before, after in zip(x.T[:-1], x.T[1:], strict=True):
        current = np.where(before == after, current + 1, 1)
        np.maximum(longest, current, out=longest)
    return _where_answered(x, longest)


def average_string(X: ArrayLike) -> Floats:
    """Mean length of the runs of equal consecutive answers, missing answers as in longstring."""
    x = np.asarray(X, dtype=np.float64)
    runs = 1 + (x[:, 1:] != x[:, :-1]).sum(axis=1)
    return _where_answered(x, x.shape[1] / runs)


def _where_answered(x: Floats, index: Floats) -> Floats:
    return np.where(np.isfinite(x).any(axis=1), index, np.nan)
