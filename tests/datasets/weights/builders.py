"""Rows and strata for tests of weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from surveyapp.datasets.weights.rows import Rows, rows_of
from surveyapp.datasets.weights.sample import STATUSES, Cell


def cell(label: str, city: str, size: int, base: float, counts: Sequence[int]) -> Cell:
    """A stratum whose drawn customers have one base weight; counts in the order of STATUSES."""
    by_status = dict(zip(STATUSES, counts, strict=True))
    weights = {status: n * base for status, n in by_status.items()}
    return Cell("", label, {"city": city}, size, by_status, weights)


NORTH = cell("north", "N", 100, 10, (4, 3, 1, 2, 0))
SOUTH = cell("south", "S", 50, 10, (2, 1, 0, 1, 1))


def rows(
    names: Sequence[str],
    cells: Sequence[Cell] = (NORTH, SOUTH),
    columns: Mapping[str, Sequence[str | None]] | None = None,
    base: float = 10,
) -> Rows:
    """Rows of these strata, of one base weight."""
    sizes = dict.fromkeys(names, 0.0)
    known = {one.label: one for one in cells}
    found = columns or {}
    return rows_of(names, sizes, np.full(len(names), float(base)), known, lambda name: found[name])
