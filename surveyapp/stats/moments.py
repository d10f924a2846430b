"""Sums and cross-products of items in one pass: all that alpha, KMO and Bartlett need.

Rows go by in blocks that fit the processor's cache, shifted by the mean of the first rows where
digits would otherwise be lost. Complete rows and rows with gaps are summed apart: the former are
the listwise moments, both together the pairwise ones, so one pass serves either policy. Parts
merge, in any order, over files and machines. The accumulation itself is in `accumulate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Block = NDArray[Any]
"""Rows by items: floats with NaN where an answer is missing, or complete integers."""
Missing = Literal["pairwise", "listwise"]


@dataclass(frozen=True)
class PairSums:
    """Sums over the rows in which both items of a pair are answered; k by k but for the first two.

    shift (k): what was subtracted from each item. only (k): the item's one value while it has no
    other, +inf without any answer, NaN once two differ (sums alone cannot tell a constant item from
    rounding). counts[i, j]: rows with i and j. sums[i, j]: of item i over those rows. cross[i, j]:
    of products. squares[i, j]: of item i squared over those rows; None where not asked for.
    """

    shift: Floats
    only: Floats
    counts: Floats
    sums: Floats
    cross: Floats
    squares: Floats | None

    def rebased(self, shift: Floats) -> PairSums:
        """The same rows with another shift."""
        d = self.shift - shift
        if not d.any():
            return self
        own, other = d[:, None], d[None, :]
        squares = self.squares
        return PairSums(
            shift,
            self.only,
            self.counts,
            self.sums + self.counts * own,
            self.cross + other * self.sums + own * self.sums.T + self.counts * own * other,
            None if squares is None else squares + 2 * own * self.sums + self.counts * own**2,
        )

    def merged(self, other: PairSums) -> PairSums:
        """The rows of both; an item without answers in one part takes the shift of the other."""
        shift = np.where(self.counts.diagonal() > 0, self.shift, other.shift)
        one, two = self.rebased(shift), other.rebased(shift)
        known = one.squares is not None and two.squares is not None
        return PairSums(
            shift,
            same_value(one.only, two.only),
            one.counts + two.counts,
            one.sums + two.sums,
            one.cross + two.cross,
            one.squares + two.squares if known else None,  # type: ignore[operator]
        )

    @property
    def n(self) -> NDArray[np.int64]:
        """Answers per item."""
        return self.counts.diagonal().astype(np.int64)

    @property
    def means(self) -> Floats:
        """Per item over its own answers; NaN without any."""
        with np.errstate(invalid="ignore"):
            return self.shift + self.sums.diagonal() / self.counts.diagonal()

    @property
    def constant(self) -> NDArray[np.bool_]:
        """Per item: all its answers are the same (False without answers)."""
        return np.isfinite(self.only)

    @property
    def covariance(self) -> Floats:
        """With n - 1 over each pair's rows, as R's cov(use = "pairwise"); NaN under two rows."""
        covariance = self._centred(self.cross, self.sums.T)
        covariance[self.constant, :] *= 0.0
        covariance[:, self.constant] *= 0.0
        return covariance

    @property
    def correlation(self) -> Floats:
        """Of each pair over its own rows, as R's cor(use = "pairwise"); NaN without variance.

        Raises ValueError unless the moments were gathered with `pair_variances`.
        """
        if self.squares is None:
            raise ValueError("gather the moments with pair_variances=True")
        variance = self._centred(self.squares, self.sums)
        with np.errstate(invalid="ignore", divide="ignore"):
            r = self.covariance / np.sqrt(variance * variance.T)
        r[~((variance > 0) & (variance.T > 0))] = np.nan
        r[self.constant, :] = r[:, self.constant] = np.nan
        return np.clip(r, -1.0, 1.0)

    def _centred(self, products: Floats, other_sums: Floats) -> Floats:
        n = np.where(self.counts > 1, self.counts, np.nan)
        centred: Floats = (products - self.sums * other_sums / n) / (n - 1)
        return centred


@dataclass(frozen=True)
class Moments:
    """One pass over the rows of k items.

    n_rows: all rows. n_complete: rows that answer every item. n_empty: rows that answer none.
    complete: sums over complete rows. pairwise: sums over all rows, pair by pair.
    """

    n_rows: int
    n_complete: int
    n_empty: int
    complete: PairSums
    pairwise: PairSums

    @property
    def k(self) -> int:
        """The number of items."""
        return len(self.complete.shift)

    def under(self, missing: Missing) -> PairSums:
        """The sums under a policy for missing answers."""
        return self.complete if missing == "listwise" else self.pairwise

    def merged(self, other: Moments) -> Moments:
        """The rows of both; ValueError when they have different numbers of items."""
        if self.k != other.k:
            raise ValueError(f"cannot merge {self.k} items with {other.k}")
        return Moments(
            self.n_rows + other.n_rows,
            self.n_complete + other.n_complete,
            self.n_empty + other.n_empty,
            self.complete.merged(other.complete),
            self.pairwise.merged(other.pairwise),
        )

    def reversed(self, signs: Floats, offsets: Floats) -> Moments:
        """The moments of `offset + sign * answer` per item (sign 1 or -1)."""
        return Moments(
            self.n_rows,
            self.n_complete,
            self.n_empty,
            _reversed(self.complete, signs, offsets),
            _reversed(self.pairwise, signs, offsets),
        )

    def selected(self, places: list[int]) -> Moments:
        """Only some of the items; `n_complete` and `n_empty` keep counting over all of them."""
        return Moments(
            self.n_rows,
            self.n_complete,
            self.n_empty,
            _selected(self.complete, places),
            _selected(self.pairwise, places),
        )


def _reversed(sums: PairSums, signs: Floats, offsets: Floats) -> PairSums:
    own = signs[:, None]
    return PairSums(
        offsets + signs * sums.shift,
        np.where(np.isinf(sums.only), np.inf, offsets + signs * sums.only),
        sums.counts,
        sums.sums * own,
        sums.cross * own * signs[None, :],
        sums.squares,
    )


def _selected(sums: PairSums, places: list[int]) -> PairSums:
    cells = np.ix_(places, places)
    squares = None if sums.squares is None else sums.squares[cells]
    return PairSums(
        sums.shift[places],
        sums.only[places],
        sums.counts[cells],
        sums.sums[cells],
        sums.cross[cells],
        squares,
    )


def correlations(covariance: Floats) -> Floats:
    """The correlations of a covariance matrix (R: cov2cor), whose items all vary."""
    sd = np.sqrt(covariance.diagonal())
    return np.asarray(covariance / np.outer(sd, sd), dtype=np.float64)


def same_value(one: Floats, other: Floats) -> Floats:
    """`PairSums.only` of two parts together."""
    agreed = np.where(np.isinf(one), other, one)
    return np.where((one == other) | np.isinf(one) | np.isinf(other), agreed, np.nan)
