"""A cross-tabulation under the design of a sample: shares per column, and which cells stand out.

A cell stands out by its share of the whole table less the product of its row's and its column's
share (0 when they are independent). It is tested with its linearised standard error under the
design, which for a simple random sample is Haberman's adjusted residual but for the variance being
the observed and not the expected one; p is adjusted by Holm over all cells.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.stats.proportions import holm
from surveyapp.stats.sampling.contrasts import Contrast, share
from surveyapp.stats.sampling.design import Design, degrees_of_freedom, variance

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """share: of the column's rows that have the row's category. excess: share of the whole table
    beyond independence; t: over its standard error; p: of t, adjusted. None where undefined.
    """

    share: Contrast
    excess: float
    t: float | None
    p: float | None


@dataclass(frozen=True)
class Crosstab:
    """cells: per row, per column. everybody: the share of each row among all columns together.
    n: answers of each column.
    """

    cells: tuple[tuple[Cell, ...], ...]
    everybody: tuple[Contrast, ...]
    n: tuple[int, ...]


def crosstab(
    rows: ArrayLike, labels: Sequence[Hashable], columns: Sequence[Hashable], design: Design
) -> Crosstab:
    """rows: responses × categories, 1 or 0, NaN without an answer (categories may overlap, as those
    of a question with several answers). labels: the column of each response, None: in none of them.
    columns: those to show, in order. ValueError where the lengths differ.
    """
    matrix = np.asarray(rows, dtype=np.float64)
    if len(labels) != len(matrix) or len(matrix) != len(design.weights):
        raise ValueError("rows, labels and design must be equally long")
    inside = np.array([label in set(columns) for label in labels], dtype=bool)
    places = [np.array([label == one for label in labels], dtype=bool) for one in columns]
    cells = [[_cell(category, place, inside, design) for place in places] for category in matrix.T]
    answered = np.isfinite(matrix).any(axis=1)
    return Crosstab(
        _adjusted(cells),
        tuple(share(category, design, domain=inside) for category in matrix.T),
        tuple(int((place & answered).sum()) for place in places),
    )


def _cell(category: Floats, place: NDArray[np.bool_], inside: NDArray[np.bool_], d: Design) -> Cell:
    own = share(category, d, domain=place)
    used = inside & np.isfinite(category)
    w = np.where(used, d.weights, 0.0)
    if not w.sum():
        return Cell(own, 0.0, None, None)
    w = w / w.sum()
    x, y = np.where(used, category, 0.0), (place & used).astype(np.float64)
    row, column, both = float(w @ x), float(w @ y), float(w @ (x * y))
    excess = both - row * column
    influence = w * ((x - row) * (y - column) - excess)
    return Cell(own, excess, *_tested(excess, influence, d))


def _tested(excess: float, influence: Floats, design: Design) -> tuple[float | None, float | None]:
    from scipy.special import stdtr

    df = degrees_of_freedom(design, np.ones(len(influence), bool))
    squares = variance(influence, design)[0]
    if df < 1 or squares <= 1e-20:
        return None, None
    t = excess / math.sqrt(squares)
    return t, float(2 * stdtr(df, -abs(t)))


def _adjusted(cells: list[list[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    ps = iter(holm([cell.p for row in cells for cell in row if cell.p is not None]))
    return tuple(
        tuple(
            cell if cell.p is None else Cell(cell.share, cell.excess, cell.t, next(ps))
            for cell in row
        )
        for row in cells
    )
