"""What became of the drawn sample, by stratum: what weights need of those who did not answer. Pure.

Kept with the answers when a dataset is frozen, so that its weights can be made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from surveyapp.datasets.weights.recipe import USUAL, WeightRecipe, recipe_of

STATUSES = ("answered", "eligible", "ineligible", "silent", "undelivered")
"""Completed; eligible without a complete answer; not eligible; no word; never reached."""


@dataclass(frozen=True)
class Cell:
    """A stratum of one sample. key: stratifying attribute → value; size: customers in the frame;
    counts, weights: status → drawn customers, and the sum of their base weights.
    """

    period: str
    label: str
    key: Mapping[str, str]
    size: int
    counts: Mapping[str, int]
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Weighing:
    """What a dataset's weights are made by: the recipe, and the strata of its samples."""

    recipe: WeightRecipe = USUAL
    cells: tuple[Cell, ...] = field(default=(), repr=False)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The stratifying attributes, in the order of the designs."""
        return tuple(dict.fromkeys(name for cell in self.cells for name in cell.key))

    def of_period(self, label: str) -> Weighing:
        """For answers of one period alone: the other periods' samples are no concern of theirs."""
        return replace(self, cells=tuple(cell for cell in self.cells if cell.period == label))

    def as_json(self) -> dict[str, Any]:
        """As kept in a snapshot."""
        return {"recipe": self.recipe.as_json(), "cells": [asdict(cell) for cell in self.cells]}


BY_STRATA = Weighing()
"""The usual weights, and nothing known of those who did not answer."""


def weighing_of(stored: Mapping[str, Any] | None) -> Weighing:
    """The same again; the usual weights for nothing (snapshots from before there was a choice).
    Raises SurveyError `weights.recipe`.
    """
    if not stored:
        return BY_STRATA
    return Weighing(recipe_of(stored["recipe"]), _cells(stored["cells"]))


def _cells(stored: Iterable[Mapping[str, Any]]) -> tuple[Cell, ...]:
    return tuple(Cell(**cell) for cell in stored)
