"""Layer 2 over the whole collection: many answers at once from one place, or in one minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from surveyapp.datasets.screening.hits import SMALLEST, Hit
from surveyapp.datasets.screening.recipe import Bursts
from surveyapp.datasets.table import Dataset
from surveyapp.stats.careless.bursts import Bursts as Found
from surveyapp.stats.careless.bursts import bursts_by, bursts_by_minute

OWN_PHONE = frozenset({"link", "qr"})
"""Modes in which everybody has a device of their own; a terminal or a call centre is one place."""


def burst_hits(data: Dataset, recipe: Bursts | None) -> list[Hit]:
    """Every response in a burst; a dataset without the column has none of its kind."""
    if recipe is None or not len(data):
        return []
    moments = data.table["completed_at"].to_pylist()
    times = [datetime.fromisoformat(moment).timestamp() for moment in moments]
    found: list[Hit] = []
    for name, keys in _keys(data):
        limit = getattr(recipe, name)
        if limit is not None:
            found += _hits(data, name, bursts_by(times, keys, 60.0 * recipe.minutes), limit)
    if recipe.minute is not None:
        found += _hits(data, "minute", bursts_by_minute(times), recipe.minute)
    return sorted(found)


def _keys(data: Dataset) -> Iterator[tuple[str, list[str | None]]]:
    """What answers may share, per response."""
    yield "interviewer", data.table["interviewer"].to_pylist()
    own = [mode in OWN_PHONE for mode in data.table["mode"].to_pylist()]
    for name in {"network", "browser"} & set(data.table.column_names):
        known = data.table[name].to_pylist()
        yield name, [key if mine else None for key, mine in zip(known, own, strict=True)]


def _hits(data: Dataset, name: str, found: Found, limit: float) -> Iterator[Hit]:
    ids = data.ids
    for at in np.flatnonzero(found.chance <= limit).tolist():
        told = {
            "answers": int(found.count[at]),
            "chance": round(max(float(found.chance[at]), SMALLEST), 4),
            "limit": limit,
        }
        yield Hit(ids[at], 2, f"burst_{name}", told)
