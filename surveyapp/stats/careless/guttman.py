"""Guttman errors: who takes a hard step and fails an easy one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.stats.careless.chance import MOST_ANSWERS

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
BLOCK = 4096


def guttman_errors(X: ArrayLike) -> tuple[Floats, Floats]:
    """Per person the number of Guttman errors, and their share of the pairs that could be one.

    X: people × items, keyed. A step is an answer of at least one of the values of an item, as easy
    as the share of the complete rows that takes it. An error is a pair of steps of which the
    person fails the easier and takes the harder (Molenaar 1991; Emons 2008); steps that are equally
    easy are none. Share: of steps taken times steps failed, which for items of two values is the
    normed index of van der Flier (1982). NaN for incomplete rows, the share also without pairs;
    for all where an item has more than MOST_ANSWERS values.
    """
    x = np.asarray(X, dtype=np.float64)
    complete = np.flatnonzero(np.isfinite(x).all(axis=1))
    errors, share = np.full(len(x), np.nan), np.full(len(x), np.nan)
    steps = _steps(x[complete])
    if steps is None:
        return errors, share
    for start in range(0, len(complete), BLOCK):
        rows = complete[start : start + BLOCK]
        errors[rows], share[rows] = _counted(x[rows], *steps)
    return errors, share


def _steps(x: Floats) -> tuple[Places, Floats, Places] | None:
    """Item and value of each step, the easiest first, and how many are easier than each; None
    where an item has too many values to be a scale of points.
    """
    values = [np.unique(column)[1:] for column in x.T]
    if max(map(len, values), default=0) >= MOST_ANSWERS:
        return None
    item = np.repeat(np.arange(len(values)), [len(own) for own in values])
    value = np.concatenate([np.empty(0), *values])
    missed = np.array([int((x[:, j] < v).sum()) for j, v in zip(item, value, strict=True)], np.intp)
    order = np.argsort(missed, kind="stable")
    return item[order], value[order], np.searchsorted(missed[order], missed[order])


def _counted(x: Floats, item: Places, value: Floats, easier: Places) -> tuple[Floats, Floats]:
    taken = x[:, item] >= value
    failed = np.zeros((len(x), len(item) + 1), dtype=np.intp)
    np.cumsum(~taken, axis=1, out=failed[:, 1:])
    errors = np.where(taken, failed[:, easier], 0).sum(axis=1)
    pairs = taken.sum(axis=1) * failed[:, -1]
    return errors, np.where(pairs > 0, errors / np.maximum(pairs, 1), np.nan)
