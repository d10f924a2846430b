"""Layer 2, the other half: answers that hardly belong to a visit, by their own circumstances."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from surveyapp.datasets.screening.hits import Hit
from surveyapp.datasets.screening.recipe import Plausibility
from surveyapp.datasets.table import Dataset

COLUMNS = {
    "off_hours": "minutes_outside_hours",
    "off_window": "days_past_window",
    "far": "metres_outside_store",
    "trap": "trap",
    "unworked": "unworked",
}
"""Rule → the column that it reads; the settings have the columns' names."""


def plausibility_hits(data: Dataset, recipe: Plausibility) -> list[Hit]:
    """Every response beyond a limit; a dataset without the column, or a blank, has none."""
    return sorted(
        hit
        for rule, column in COLUMNS.items()
        if column in data.table.column_names
        for hit in _beyond(data, rule, column, getattr(recipe, column))
    )


def _beyond(data: Dataset, rule: str, column: str, limit: int | bool | None) -> Iterator[Hit]:
    if limit is None or limit is False:
        return
    most = 0 if limit is True else limit
    ids, values = data.ids, data.floats(column)
    for at in np.flatnonzero(np.isfinite(values) & (values > most)).tolist():
        yield Hit(ids[at], 2, rule, {"value": float(values[at]), "limit": most})
