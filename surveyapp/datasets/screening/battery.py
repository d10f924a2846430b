"""Layer 2's ground: the items that everybody was asked, and what an index says of each person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surveyapp.datasets.blanks import SAID
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.variable import Variable

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
COMMON = 0.95
"""Items that at least this share answered, or said why not, form the battery (others are on few
paths)."""
GRID = "likert_grid"


@dataclass(frozen=True)
class Index:
    """A rule's value per response, and whether it is beyond the cut-off.

    told: name → numbers per response that a hit tells; default: the value.
    """

    rule: str
    values: Floats
    beyond: Flags
    limit: float
    told: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class Battery:
    """The items that everybody was asked: raw as presented, keyed with reversed items turned.

    said: where the answer says why there is none.
    """

    items: tuple[Variable, ...]
    raw: Floats
    keyed: Floats
    said: Flags

    @cached_property
    def runs(self) -> Floats:
        """`raw` as runs of equal answers are counted in it."""
        return self.runs_of(range(len(self.items)))

    def runs_of(self, columns: Sequence[int]) -> Floats:
        """Some columns without the answers that say why there is none, which neither go on with a
        run nor end it: what follows moves up.
        """
        return _moved_up(self.raw[:, columns], self.said[:, columns])

    @property
    def widths(self) -> Floats:
        """High - low per item."""
        return np.array([(v.high or 0) - (v.low or 0) for v in self.items])

    @property
    def by_dimension(self) -> dict[str, list[int]]:
        """Columns of each dimension."""
        found: dict[str, list[int]] = {}
        for at, variable in enumerate(self.items):
            if variable.dimension:
                found.setdefault(variable.dimension, []).append(at)
        return found

    @property
    def grids(self) -> list[list[int]]:
        """Columns of each grid of questions, where it is not all there is."""
        found: dict[str, list[int]] = {}
        for at, variable in enumerate(self.items):
            if variable.type == GRID:
                found.setdefault(variable.question, []).append(at)
        return [columns for columns in found.values() if 1 < len(columns) < len(self.items)]


def battery(data: Dataset) -> Battery:
    """The common scale items of a dataset."""
    raw = data.matrix(data.codebook.scales, keyed=False)
    said = _said(data)
    asked = np.isfinite(raw) | said
    common = asked.mean(axis=0) >= COMMON if len(raw) else np.zeros(raw.shape[1], bool)
    items = tuple(v for v, use in zip(data.codebook.scales, common, strict=True) if use)
    return Battery(items, raw[:, common], data.matrix(items), said[:, common])


def _said(data: Dataset) -> Flags:
    """Rows × Likert items: whether the answer says why there is none."""
    reasons = tuple(SAID.values())
    columns = [
        np.isin(data.reasons[v.name].combine_chunks().to_numpy(zero_copy_only=False), reasons)
        for v in data.codebook.scales
    ]
    return np.column_stack(columns) if columns else np.zeros((len(data), 0), dtype=bool)


def _moved_up(raw: Floats, said: Flags) -> Floats:
    """The rows with what is said put behind everything else."""
    if not said.any():
        return raw
    order = np.argsort(said, axis=1, kind="stable")
    return np.take_along_axis(np.where(said, np.nan, raw), order, axis=1)


def above(rule: str, values: Floats, limit: float) -> Index:
    """Beyond from the limit on."""
    return Index(rule, values, np.greater_equal(values, limit) & np.isfinite(values), limit)


def below(rule: str, values: Floats, limit: float) -> Index:
    """Beyond up to the limit."""
    return Index(rule, values, np.less_equal(values, limit) & np.isfinite(values), limit)
