"""What is not published: figures that rest on fewer answers than the study demands.

A mean of four answers says little of a city and much of four people. It is taken out where the
figures are made, so that no page, report or file can show it by mistake; the base stays, and the
reason stands in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
DEFAULT, LEAST, MOST = 10, 2, 1000
ESTIMATED = (
    "mean", "se", "low", "high", "deff", "alpha", "standardised", "kmo", "bartlett", "count",
    "drop", "shrunk", "shrunk_low", "shrunk_high", "own", "first", "last", "next_p",
    "promoters", "passives", "detractors",
)  # fmt: skip
"""Keys that tell something of the answers; taken out of an estimate with too small a base."""
BARE = ("n", "dataset_hash", "findings", "excluded", "missing")
"""What remains where the whole study has too few answers."""


def published(figures: Mapping[str, Any], minimum: int) -> Json:
    """The figures without those whose base is below `minimum`; each says so (`withheld`)."""
    whole = {**figures, "minimum": minimum}
    if _small(figures.get("n"), minimum):
        kept = {key: value for key, value in whole.items() if key in (*BARE, "minimum")}
        return {**kept, "withheld": minimum}
    return {key: _checked(value, minimum) for key, value in whole.items()}


def _checked(value: Any, minimum: int) -> Any:
    if isinstance(value, list):
        return [_checked(one, minimum) for one in value]
    if not isinstance(value, Mapping):
        return value
    if _small(value.get("base"), minimum):
        return {**value, "counts": [], "withheld": minimum}
    if _small(value.get("n"), minimum) and any(key in value for key in ESTIMATED):
        return _without(value, minimum)
    return {key: _checked(one, minimum) for key, one in value.items()}


def _small(n: Any, minimum: int) -> bool:
    return isinstance(n, int) and 0 < n < minimum


def _without(estimate: Mapping[str, Any], minimum: int) -> Json:
    """The estimate without its numbers, and those of the parts that it is made of."""
    silent = {key: None if key in ESTIMATED else value for key, value in estimate.items()}
    items = [
        {**item, "mean": None, "sd": None, "item_total_r": None, "alpha_if_deleted": None,
         "msa": None}
        for item in estimate.get("items", ())
    ]  # fmt: skip
    return {**silent, **({"items": items} if "items" in estimate else {}), "withheld": minimum}
