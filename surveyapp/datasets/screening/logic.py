"""Layer 1: contradictions, speed, duplicates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from surveyapp.datasets.screening.hits import Hit
from surveyapp.datasets.screening.recipe import Logic
from surveyapp.datasets.table import Dataset
from surveyapp.stats.careless.speed import faster_than


def logic_hits(data: Dataset, recipe: Logic) -> list[Hit]:
    """Everything that layer 1 finds."""
    hits = [*_speed(data, recipe), *_duplicates(data, recipe)]
    if recipe.contradictions:
        hits.extend(_contradictions(data))
    return sorted(hits)


def _contradictions(data: Dataset) -> Iterator[Hit]:
    for response, found in zip(data.ids, data.table["contradictions"].to_pylist(), strict=True):
        for name in (found or "").split():
            yield Hit(response, 1, f"contradiction:{name}")


def _speed(data: Dataset, recipe: Logic) -> Iterator[Hit]:
    seconds, expected = data.floats("seconds"), data.floats("expected_seconds")
    limit = recipe.speed_share * expected
    if recipe.speed_seconds is not None:
        limit = np.full(len(data), recipe.speed_seconds)
    ids = data.ids
    for at in np.flatnonzero(faster_than(seconds, limit)).tolist():
        detail = {"seconds": float(seconds[at]), "limit": round(float(limit[at]), 1)}
        yield Hit(ids[at], 1, "speed", detail)


def _duplicates(data: Dataset, recipe: Logic) -> Iterator[Hit]:
    """The later of two equal responses. Delighted people answer alike and praise alike, so
    equality must be improbable: three different values, and many items or a comment of length.
    """
    rated = [v for v in data.codebook.answers if v.kind == "scale" and v.type != "nps"]
    scales = data.matrix(rated, keyed=False)
    comments = _comments(data)
    first: dict[str, int] = {}
    for at, response in enumerate(data.ids):
        answers = scales[at][np.isfinite(scales[at])]
        long_enough = len(answers) >= recipe.duplicate_items
        if len(np.unique(answers)) < 3 or not (
            long_enough or len(comments[at]) >= recipe.duplicate_characters
        ):
            continue
        key = hashlib.sha256(scales[at].tobytes() + comments[at].encode()).hexdigest()
        if key in first:
            yield Hit(response, 1, "duplicate", {"of": first[key]})
        else:
            first[key] = response


def _comments(data: Dataset) -> list[str]:
    """All text answers of each response, without blanks and case."""
    texts = [data.table[v.name].to_pylist() for v in data.codebook.answers if v.kind == "text"]
    if not texts:
        return [""] * len(data)
    return [
        "".join("".join(t or "" for t in row).split()).casefold()
        for row in zip(*texts, strict=True)
    ]
