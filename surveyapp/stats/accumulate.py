"""The one pass over the rows that yields `Moments`, as fast as the matrix product allows.

Blocks of small whole numbers are multiplied in single precision, and kept only if every sum stayed
below 2^24, where single precision is exact; answers and their presence stand side by side in one
matrix, so that counts, sums and products come out of one symmetric product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.moments import Block, Floats, Moments, PairSums, same_value

_CELLS = 1 << 16  # of a block: half a megabyte in double precision
_HEAD = 4096  # rows that decide about the shift
_CHUNK = 1 << 16  # rows between two looks at items that had no answers yet
_EXACT = 1 << 24  # whole numbers up to this add up exactly in single precision
_NEAR = 30.0  # means up to so many standard deviations from zero need no shift


def gather(data: Block | Iterable[Block], *, pair_variances: bool = False) -> Moments:
    """The moments of a matrix, or of a stream of blocks of rows with the same columns.

    Integers are complete; floats may hold NaN for a missing answer. `pair_variances` adds what
    only pairwise correlations need. Raises SurveyError `moments.infinite`, and ValueError for
    no block at all.
    """
    done: list[Moments] = []
    running: _Pass | None = None
    for chunk in _chunks((data,) if isinstance(data, np.ndarray) else data):
        if running is None:
            running = _Pass(first_shift(chunk[:_HEAD]), pair_variances)
        elif running.unseen.any():  # an item whose answers begin here gets its shift here
            shift = np.where(running.unseen, first_shift(chunk), running.shift)
            if (shift != running.shift).any():
                done.append(running.result())
                running = _Pass(shift, pair_variances)
        running.add(chunk)
    if running is None:
        raise ValueError("no block, so the number of items is unknown")
    return merge([*done, running.result()])


def _chunks(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if block.ndim != 2:
            raise ValueError("a block has rows and columns")
        for start in range(0, max(len(block), 1), _CHUNK):
            yield block[start : start + _CHUNK]


def merge(parts: Iterable[Moments]) -> Moments:
    """All rows of several passes."""
    return reduce(Moments.merged, parts)


def first_shift(rows: Block) -> Floats:
    """Zero where sums lose no digits without a shift, else a value in the middle of each item.

    The middle is the mean of these first rows, whole for whole numbers (their sums stay exact).
    """
    head = rows.astype(np.float64)
    answered = np.isfinite(head)
    head = np.where(answered, head, 0.0)
    n = np.maximum(answered.sum(axis=0), 1)
    middle: Floats = head.sum(axis=0) / n
    spread = np.sqrt((np.where(answered, head - middle, 0.0) ** 2).sum(axis=0) / n)
    whole = (head == np.rint(head)).all(axis=0)
    if (np.abs(middle) <= _NEAR * np.where(whole, np.maximum(spread, 1.0), spread)).all():
        return np.zeros_like(middle)
    return np.where(whole, np.rint(middle), middle)


class _Sums:
    """Sums and products of rows without gaps, and which items have shown one value only."""

    def __init__(self, k: int) -> None:
        self.rows = 0
        self.sum, self.cross = np.zeros(k), np.zeros((k, k))
        self.only = np.full(k, np.inf)
        self._open = True

    def add(self, rows: int, total: NDArray[Any], cross: NDArray[Any]) -> None:
        self.rows += rows
        self.sum += total
        self.cross += cross

    def watch(self, values: Block) -> None:
        """Follow the items with a single value until they show another."""
        if not self._open:
            return
        for item in np.flatnonzero(~np.isnan(self.only)):
            column = values[:, item]
            answers = column[~np.isnan(column)] if column.dtype.kind == "f" else column
            if len(answers):
                low, high = float(answers.min()), float(answers.max())
                seen = np.array([low if low == high else np.nan])
                self.only[item] = same_value(self.only[item : item + 1], seen)[0]
        self._open = not np.isnan(self.only).all()

    def pair_sums(self, shift: Floats) -> PairSums:
        k = len(shift)
        return PairSums(
            shift,
            self.only,
            np.full((k, k), float(self.rows)),
            np.repeat(self.sum[:, None], k, axis=1),
            self.cross,
            np.repeat(self.cross.diagonal()[:, None], k, axis=1),
        )


class _Pass:
    """The running sums of one stream of rows; the buffers are made once."""

    def __init__(self, shift: Floats, pair_variances: bool) -> None:
        k = len(shift)
        self._rows = max(_CELLS // max(k, 1), 16)
        self._shift, self._pair_variances = shift, pair_variances
        self._shifts = np.tile(shift, (self._rows, 1)) if shift.any() else None
        self._z = np.empty((self._rows, k))
        self._bytes = np.empty((self._rows, k), np.int8)
        self._answered = np.empty((self._rows, k), np.bool_)
        self._beside = np.empty((self._rows, 2 * k), np.float32)
        self._ones, self._ones32 = np.ones(self._rows), np.ones(self._rows, np.float32)
        self._width = np.ones(k, np.float32)
        self._n = self._empty = self._waiting_rows = 0
        self._waiting: list[Floats] = []
        self._expect_gaps = False
        self._whole_blocks, self._whole_rows, self._all = _Sums(k), _Sums(k), _Sums(k)
        self._side, self._squares = np.zeros((2 * k, 2 * k)), np.zeros((k, k))

    @property
    def shift(self) -> Floats:
        """What is subtracted from each item."""
        return self._shift

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """Per item: no answer so far."""
        unseen: NDArray[np.bool_] = np.isinf(self._whole_blocks.only) & np.isinf(self._all.only)
        return unseen

    def add(self, block: Block) -> None:
        """Add rows, however many."""
        for start in range(0, len(block), self._rows):
            self._add(block[start : start + self._rows])

    def _add(self, block: Block) -> None:
        self._n += len(block)
        if block.dtype.kind in "biu" and self._add_small(block):
            return
        values = block if block.dtype == np.float64 else block.astype(np.float64)
        if self._expect_gaps:  # spare the look: where gaps were, there are more
            self._add_with_gaps(values)
            return
        total = self._ones[: len(values)] @ values
        if np.isfinite(total).all():
            self._whole_blocks.watch(values)
            self._add_whole(self._whole_blocks, values, total)
        else:
            self._add_with_gaps(values)

    def _add_small(self, block: Block) -> bool:
        """Complete small integers, in single precision; False when that is not exact."""
        if self._shifts is not None or block.dtype.itemsize > 2:
            return False
        small = block.astype(np.float32)
        cross = small.T @ small
        if cross.diagonal().max(initial=0) >= _EXACT:
            return False
        self._whole_blocks.add(len(block), self._ones32[: len(block)] @ small, cross)
        self._whole_blocks.watch(block)
        return True

    def _shifted(self, values: Floats) -> Floats:
        if self._shifts is None:
            return values
        return np.subtract(values, self._shifts[: len(values)], out=self._z[: len(values)])

    def _add_whole(self, sums: _Sums, values: Floats, total: Floats | None = None) -> None:
        z = self._shifted(values)
        if total is None or z is not values:
            total = self._ones[: len(z)] @ z
        sums.add(len(z), total, z.T @ z)

    def _add_with_gaps(self, values: Floats) -> None:
        self._all.watch(values)
        k, z = values.shape[1], self._shifted(values)
        small, answered = self._as_bytes(z)
        beside = self._beside[: len(z)]
        np.copyto(beside[:, k:], answered)
        answers = beside[:, k:] @ self._width
        self._empty += int(np.count_nonzero(answers == 0))
        self._add_pairs(z, small, answered, beside)
        whole = np.flatnonzero(answers == k)
        self._expect_gaps = len(whole) < len(values)
        if len(whole):
            self._wait(values[whole])

    def _wait(self, complete: Floats) -> None:
        """Collect complete rows among incomplete ones until they fill a block."""
        if self._waiting_rows + len(complete) > self._rows:
            self._take_waiting()
        self._waiting.append(complete)
        self._waiting_rows += len(complete)

    def _take_waiting(self) -> None:
        if self._waiting:
            complete = np.concatenate(self._waiting)
            self._waiting, self._waiting_rows = [], 0
            self._whole_rows.watch(complete)
            self._add_whole(self._whole_rows, complete)

    def _as_bytes(self, z: Floats) -> tuple[NDArray[np.int8] | None, NDArray[np.bool_]]:
        """The answers as bytes with 0 where missing (None if they do not fit), and their presence.

        What equals its own byte is a small whole number; if all else is NaN, the bytes are exact.
        """
        small, answered = self._bytes[: len(z)], self._answered[: len(z)]
        with np.errstate(invalid="ignore"):
            np.copyto(small, z, casting="unsafe")
        np.equal(small, z, out=answered)
        missing = np.isnan(z)
        if np.count_nonzero(answered) + np.count_nonzero(missing) == z.size:
            return np.multiply(small, answered.view(np.int8), out=small), answered
        return None, ~missing

    def _add_pairs(
        self,
        z: Floats,
        small: NDArray[np.int8] | None,
        answered: NDArray[np.bool_],
        beside: NDArray[np.float32],
    ) -> None:
        k = z.shape[1]
        if small is not None:
            beside[:, :k] = small
            side = beside.T @ beside
            if side.diagonal()[:k].max(initial=0) < _EXACT:
                self._keep(side, beside)
                return
        filled = np.where(answered, z, 0.0)
        wide = np.concatenate([filled, beside[:, k:]], axis=1, dtype=np.float64)
        side = wide.T @ wide
        _refuse_infinite(side.diagonal()[:k])
        self._keep(side, wide)

    def _keep(self, side: NDArray[Any], beside: NDArray[Any]) -> None:
        self._side += side
        if self._pair_variances:
            k = len(self._shift)
            self._squares += np.square(beside[:, :k]).T @ beside[:, k:]

    def result(self) -> Moments:
        """What the rows so far amount to."""
        self._take_waiting()
        blocks = self._whole_blocks.pair_sums(self._shift)
        rows = self._whole_rows.pair_sums(self._shift)
        complete = self._whole_blocks.rows + self._whole_rows.rows
        return Moments(
            self._n, complete, self._empty, blocks.merged(rows), blocks.merged(self._gap_sums())
        )

    def _gap_sums(self) -> PairSums:
        k, side = len(self._shift), self._side
        known = self._pair_variances or self._whole_blocks.rows == self._n
        return PairSums(
            self._shift,
            self._all.only,
            side[k:, k:],
            side[:k, k:],
            side[:k, :k],
            self._squares if known else None,
        )


def _refuse_infinite(squares: Floats) -> None:
    if np.isfinite(squares).all():
        return
    number = int(np.isfinite(squares).argmin()) + 1
    raise SurveyError(
        Finding(
            "moments.infinite",
            f"item:{number}",
            N_("Item number {number} holds an infinite value. Mend the data."),
            {"number": number},
        )
    )
