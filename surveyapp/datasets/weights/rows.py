"""The rows that get weights, and the strata of the samples that they are of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveyapp.datasets.weights.sample import Cell

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Stratum:
    """name: as in the rows, with its period; sample: the period, which is a sample of its own;
    size: customers in the frame; cell: what became of it, None where that is not known.
    """

    name: str
    sample: str
    size: float
    cell: Cell | None = None

    def value(self, attribute: str) -> str:
        """Its value of a stratifying attribute, empty where it has none."""
        return self.cell.key.get(attribute, "") if self.cell else ""


@dataclass(frozen=True)
class Rows:
    """base: the weight of each row before anything is adjusted; at: its place in `strata`, of
    which some may be without rows; column: a column's categories, per row (None: blank).
    """

    base: Floats
    at: Places
    strata: tuple[Stratum, ...]
    column: Callable[[str], Sequence[str | None]]

    def sums(self, weights: Floats) -> Floats:
        """The sum of weights in each stratum."""
        found = np.bincount(self.at, weights, minlength=len(self.strata))
        return np.asarray(found, dtype=np.float64)

    @property
    def counts(self) -> Places:
        """The rows in each stratum."""
        return np.bincount(self.at, minlength=len(self.strata))

    def within(self, places: Sequence[int]) -> Places:
        """The rows whose stratum is one of these."""
        return np.flatnonzero(np.isin(self.at, np.asarray(places, dtype=np.intp)))

    @property
    def samples(self) -> dict[str, list[int]]:
        """Sample → the places of its strata."""
        found: dict[str, list[int]] = {}
        for place, stratum in enumerate(self.strata):
            found.setdefault(stratum.sample, []).append(place)
        return found


def rows_of(
    names: Sequence[str],
    sizes: Mapping[str, float],
    base: Floats,
    cells: Mapping[str, Cell],
    column: Callable[[str], Sequence[str | None]],
) -> Rows:
    """names: the stratum of each row; sizes: its customers; cells: name → what became of it, also
    of strata without rows.
    """
    strata = [
        Stratum(name, cell.period, float(max(cell.size, sizes.get(name, 0))), cell)
        for name, cell in cells.items()
    ]
    others = (name for name in dict.fromkeys(names) if name not in cells)
    strata += [Stratum(name, "", float(sizes[name])) for name in others]
    order = {stratum.name: place for place, stratum in enumerate(strata)}
    at = np.array([order[name] for name in names], dtype=np.intp)
    return Rows(base, at, tuple(strata), column)
