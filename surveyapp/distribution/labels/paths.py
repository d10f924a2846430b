"""A QR symbol as one path of rectangles, for PDF and SVG. Pure.

One rectangle for each run of dark modules in a row. All of a symbol are one path, so that no
hairlines show between rows on screens that smooth edges.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from surveyapp.distribution.labels.matrices import Bits


def runs(matrix: Bits) -> list[tuple[int, int, int]]:
    """Row, first column and length of each run of dark modules, from the upper left."""
    size = matrix.shape[1] + 1
    padded = np.zeros((matrix.shape[0], size + 1), np.int8)
    padded[:, 1:-1] = matrix
    change = np.diff(padded, axis=1).ravel()
    starts, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    rows, columns = starts // size, starts % size
    return list(zip(rows.tolist(), columns.tolist(), (ends - starts).tolist(), strict=True))


def pdf_path(matrix: Bits) -> bytes:
    """Operators that fill the symbol: a module is 1, the upper left corner 0 0, y goes down."""
    return b" ".join([_rectangle(*run) for run in runs(matrix)]) + b" f"


def svg_path(matrix: Bits, border: int) -> str:
    """The `d` of a path: a module is 1, with a quiet zone of `border` modules."""
    return "".join([_subpath(row + border, column + border, n) for row, column, n in runs(matrix)])


@cache
def _rectangle(row: int, column: int, length: int) -> bytes:
    return b"%d %d %d 1 re" % (column, row, length)


@cache
def _subpath(row: int, column: int, length: int) -> str:
    return f"M{column} {row}h{length}v1h-{length}z"
