"""Answering faster than one can read.

A missing or non-positive time is never called fast: it is NaN and takes no part in medians.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def valid(seconds: ArrayLike) -> Floats:
    """The times, NaN for those that cannot be."""
    t = np.asarray(seconds, dtype=np.float64)
    return np.where(np.isfinite(t) & (t > 0), t, np.nan)


def faster_than(seconds: ArrayLike, expected: ArrayLike, share: float = 1.0) -> Flags:
    """Below `share` of the time expected for this respondent's own path (scalar or array)."""
    return np.less(valid(seconds), share * np.asarray(expected, dtype=np.float64))


def below_share_of_median(seconds: ArrayLike, share: float) -> Flags:
    """Below `share` (1/3, 0.4, 1/2) of the median time."""
    t = valid(seconds)
    return np.less(t, share * _quantile(t, 0.5))


def log_z(seconds: ArrayLike) -> Floats:
    """Z of the logarithm of the time, sd with n - 1."""
    logs = np.log(valid(seconds))
    n = int(np.isfinite(logs).sum())
    if n < 2:
        return np.full(len(logs), np.nan)
    spread = float(np.nanstd(logs, ddof=1))
    return (logs - np.nanmean(logs)) / spread if spread > 0 else np.zeros_like(logs)


def robust_log_z(seconds: ArrayLike) -> Floats:
    """(log time - median) / (1.4826 MAD), which speeders cannot mask; NaN when the MAD is 0."""
    logs = np.log(valid(seconds))
    centre = _quantile(logs, 0.5)
    mad = 1.4826 * _quantile(np.abs(logs - centre), 0.5)
    return (logs - centre) / mad if mad > 0 else np.full(len(logs), np.nan)


def tukey_fences(seconds: ArrayLike, reach: float = 1.5) -> tuple[Flags, Flags]:
    """Below and above the fences of the box plot of the logarithms (quantiles type 7)."""
    logs = np.log(valid(seconds))
    low, high = _quantile(logs, 0.25), _quantile(logs, 0.75)
    return np.less(logs, low - reach * (high - low)), np.greater(logs, high + reach * (high - low))


def relative_speed(pages: ArrayLike, cap: float = 3.0) -> Floats:
    """Leiner's relative speed index: mean over the pages of median time / own time, each at most
    `cap`. 1 is usual, 2 about twice as fast. pages: respondents × pages, NaN for pages not seen.
    """
    t = valid(pages)
    seen = np.isfinite(t)
    medians = np.array([_quantile(column, 0.5) for column in t.T])
    ratios = np.where(seen, np.minimum(medians / np.where(seen, t, 1.0), cap), 0.0)
    n = seen.sum(axis=1)
    return np.where(n > 0, ratios.sum(axis=1) / np.maximum(n, 1), np.nan)


def _quantile(values: Floats, q: float) -> float:
    finite = values[np.isfinite(values)]
    return float(np.quantile(finite, q)) if len(finite) else float("nan")
