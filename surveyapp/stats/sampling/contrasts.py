"""Ratios, shares, differences, quantiles and association under the design of a sample.

Everything is an influence value per row, so that one variance (`design.variance`) serves all.
Equal to R's survey package: svyratio, svyciprop(method = "logit"), svycontrast of svyby,
svyquantile (but for the centre of its interval, see `quantile`), svychisq(statistic = "F").
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.stats.sampling.covariance import covariance
from surveyapp.stats.sampling.design import Design, degrees_of_freedom, t_quantile, variance
from surveyapp.stats.sampling.share_intervals import Kind, share_interval

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Contrast:
    """A figure with its standard error and interval (Student's t with df); None where undefined.

    n: rows used.
    """

    value: float | None
    se: float | None
    low: float | None
    high: float | None
    df: int
    n: int


@dataclass(frozen=True)
class Association:
    """Rao and Scott's second-order test: F with its degrees of freedom, p, and the base n."""

    f: float | None
    df1: float
    df2: float
    p: float | None
    n: int


def ratio(
    values: ArrayLike, sizes: ArrayLike, design: Design, confidence: float = 0.95
) -> Contrast:
    """The total of `values` over the total of `sizes`, over the rows that have both."""
    y, x = np.asarray(values, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    used = np.isfinite(y) & np.isfinite(x)
    w = np.where(used, design.weights, 0.0)
    base = float((w * np.where(used, x, 0.0)).sum())
    if base == 0:
        return Contrast(None, None, None, None, 0, int(used.sum()))
    value = float((w * np.where(used, y, 0.0)).sum()) / base
    influence = np.where(used, w * (np.where(used, y, 0.0) - value * np.where(used, x, 0.0)), 0.0)
    return _figure(value, influence / base, design, used, confidence)


def share(
    values: ArrayLike,
    design: Design,
    confidence: float = 0.95,
    *,
    domain: ArrayLike | None = None,
    interval: Kind = "logit",
) -> Contrast:
    """The share of rows whose value is not 0, with an interval on the logit scale or Wilson's.

    domain: rows to estimate for; the others still count for their strata, and df are those of the
    domain, as of svyby(…, svyciprop). At 0 and 1 the logit is undefined: value and se, no interval.
    """
    y = np.asarray(values, dtype=np.float64)
    within = np.ones(len(y), bool) if domain is None else np.asarray(domain, dtype=bool)
    used = within & np.isfinite(y)
    value, influence = _linearised((y != 0).astype(np.float64), used, design)
    if value is None:
        return Contrast(None, None, None, None, 0, 0)
    found = _figure(value, influence, design, used, confidence, within)
    if found.se is None:
        return found
    ends = share_interval(value, found.se, found.n, found.df, confidence, interval)
    low, high = ends or (None, None)
    return Contrast(value, found.se, low, high, found.df, found.n)


def difference(
    values: ArrayLike, one: ArrayLike, other: ArrayLike, design: Design, confidence: float = 0.95
) -> Contrast:
    """Mean of domain `one` less mean of domain `other`, their covariance counted."""
    y = np.asarray(values, dtype=np.float64)
    parts = [np.asarray(domain, dtype=bool) & np.isfinite(y) for domain in (one, other)]
    means, influences = zip(*(_linearised(y, part, design) for part in parts), strict=True)
    used = parts[0] | parts[1]
    if means[0] is None or means[1] is None:
        return Contrast(None, None, None, None, 0, int(used.sum()))
    return _figure(means[0] - means[1], influences[0] - influences[1], design, used, confidence)


def quantile(values: ArrayLike, q: float, design: Design, confidence: float = 0.95) -> Contrast:
    """The smallest value at which the weighted share of the rows reaches q (the mean of it and the
    next one where it is met exactly: R's `qrule = "school"`).

    Interval after Woodruff (1952): the quantiles at the ends of the interval of the share, about q.
    R's `interval.type = "mean"` lays it about the share up to the quantile, which ties push far
    beyond q: an interval of a median rating can then begin at the rating itself.
    """
    y = np.asarray(values, dtype=np.float64)
    used = np.isfinite(y) & (design.weights > 0)
    if not used.any():
        return Contrast(None, None, None, None, 0, 0)
    order = np.argsort(y[used], kind="stable")
    sorted_y, w = y[used][order], design.weights[used][order]
    at = _quantile(sorted_y, w, q)
    _share, influence = _linearised((y <= at).astype(np.float64), used, design)
    below = _figure(at, influence, design, used, confidence)
    if below.se is None:
        return Contrast(at, None, None, None, below.df, below.n)
    reach = t_quantile(confidence, below.df) * below.se
    low, high = (_quantile(sorted_y, w, min(max(q + s * reach, 0.0), 1.0)) for s in (-1, 1))
    se = (high - low) / (2 * t_quantile(confidence, below.df))
    return Contrast(at, se, low, high, below.df, below.n)


def association(
    rows: Sequence[Hashable],
    columns: Sequence[Hashable],
    design: Design,
    domain: ArrayLike | None = None,
) -> Association:
    """Whether two classifications depend on each other in the population.

    Pearson's statistic of the weighted table, divided by the mean of its design effects, as F with
    Satterthwaite's degrees of freedom. F is None for a table of one row or column and for a census.
    domain: rows to test; the others still count for their strata. Rows without weight are in no
    cell and add no degrees of freedom (svychisq counts them where degf does not).
    """
    every = np.ones(len(design.weights), bool)
    within = every if domain is None else np.asarray(domain, dtype=bool)
    within = within & (design.weights > 0)
    inside = np.flatnonzero(within)
    n = len(inside)
    at_row, r = _codes([rows[i] for i in inside.tolist()])
    at_column, c = _codes([columns[i] for i in inside.tolist()])
    df2 = degrees_of_freedom(design, within)
    if r < 2 or c < 2 or df2 < 1:
        return Association(None, 0, 0, None, n)
    cell = at_row * c + at_column
    w = np.where(within, design.weights, 0.0)
    w = w / w.sum()
    p = np.bincount(cell, w[inside], minlength=r * c)
    squares = _cells_covariance(inside, cell, r * c, w, design)
    contrasts = _interactions(r, c)
    inverse = np.diag(np.where(p > 0, 1 / np.where(p > 0, p, 1.0), 0.0))
    simple = contrasts.T @ (inverse / n) @ contrasts
    actual = contrasts.T @ inverse @ squares @ inverse @ contrasts
    effects = np.linalg.lstsq(simple, actual, rcond=None)[0]
    table = p.reshape(r, c)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * float(((table - expected) ** 2 / expected).sum())
    trace, square = float(np.trace(effects)), float(np.trace(effects @ effects))
    if trace <= 1e-12:  # everybody was asked, or calibrated to the table: nothing varies
        return Association(None, 0, 0, None, n)
    df1 = trace**2 / square
    f = pearson / trace
    return Association(f, df1, df1 * df2, _f_tail(f, df1, df1 * df2), n)


def _linearised(y: Floats, used: Flags, design: Design) -> tuple[float | None, Floats]:
    """Weighted mean over the rows used, and each row's influence on it."""
    w = np.where(used, design.weights, 0.0)
    total = float(w.sum())
    if total == 0:
        return None, np.zeros_like(w)
    filled = np.where(used, y, 0.0)
    value = float(w @ filled) / total
    return value, np.asarray(w * (filled - value) / total, dtype=np.float64)


def _figure(
    value: float,
    influence: Floats,
    design: Design,
    used: Flags,
    confidence: float,
    within: Flags | None = None,
) -> Contrast:
    """within: the domain, whose units and strata are the degrees of freedom; None: everybody."""
    every = np.ones(len(used), bool) if within is None else within
    df, n = degrees_of_freedom(design, every), int(used.sum())
    if df < 1:
        return Contrast(value, None, None, None, max(df, 0), n)
    se = math.sqrt(variance(influence, design)[0])
    reach = t_quantile(confidence, df) * se
    return Contrast(value, se, value - reach, value + reach, df, n)


def _quantile(sorted_y: Floats, w: Floats, q: float) -> float:
    share = np.cumsum(w) / w.sum()
    at = int(np.searchsorted(share, q - 1e-12))
    if at + 1 < len(share) and abs(share[at] - q) <= 1e-12:
        return float((sorted_y[at] + sorted_y[at + 1]) / 2)
    return float(sorted_y[min(at, len(share) - 1)])


def _codes(labels: Sequence[Hashable]) -> tuple[Places, int]:
    order: dict[Hashable, int] = {}
    codes = np.fromiter((order.setdefault(x, len(order)) for x in labels), np.intp, len(labels))
    return codes, len(order)


def _cells_covariance(inside: Places, cell: Places, k: int, w: Floats, design: Design) -> Floats:
    """Of the shares of k cells, from the one cell of each row inside and weights that add up to 1.

    A share's influences w (1 - p), or -w p outside its cell, are those of the cells' totals less p
    times those of everybody's, both sparse.
    """
    from scipy.sparse import csr_array

    everybody = np.full(len(inside), k)
    places = (np.concatenate([inside, inside]), np.concatenate([cell, everybody]))
    totals = csr_array((np.concatenate([w[inside]] * 2), places), shape=(len(w), k + 1))
    p = np.bincount(cell, w[inside], minlength=k)
    turned = np.vstack([np.eye(k), -p])
    return np.asarray(turned.T @ covariance(totals, design) @ turned, dtype=np.float64)


def _interactions(r: int, c: int) -> Floats:
    """A basis of the tables whose rows and columns all sum to 0."""
    rows = np.vstack([np.eye(r - 1), -np.ones((1, r - 1))])
    columns = np.vstack([np.eye(c - 1), -np.ones((1, c - 1))])
    return np.asarray(np.kron(rows, columns), dtype=np.float64)


def _f_tail(f: float, df1: float, df2: float) -> float:
    from scipy.stats import f as distribution

    return float(distribution.sf(f, df1, df2))
