"""What is not published: figures that rest on fewer answers than the study demands.

A mean of four answers says little of a city and much of four people. It is taken out where the
figures are made, so that no page, report or file can show it by mistake; the base stays, and the
reason stands in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surveyapp.datasets.suppression import shown

Json = dict[str, Any]
DEFAULT, LEAST, MOST = 10, 2, 1000
ESTIMATED = (
    "mean", "se", "low", "high", "deff", "alpha", "standardised", "kmo", "bartlett", "count",
    "drop", "shrunk", "shrunk_low", "shrunk_high", "own", "first", "last", "next_p",
    "promoters", "passives", "detractors", "congruence",
    "loadings", "heywood", "omega", "composite", "extracted", "lambda6", "components", "factors",
    "average_r", "keying", "further", "coefficients", "solution",
)  # fmt: skip
"""Keys that tell something of the answers; taken out of an estimate with too small a base."""
LISTED = ("eigenvalues", "random", "remarks")
"""The same of lists, which are emptied."""
TESTED = ("test", "statistic", "p", "effect", "gap")
"""What all groups of a comparison together say; it would tell of the group that is left out."""
BARE = ("n", "format", "dataset_hash", "findings", "excluded", "missing")
"""What remains where the whole study has too few answers."""


def published(figures: Mapping[str, Any], minimum: int) -> Json:
    """The figures without those whose base is below `minimum`; each says so (`withheld`)."""
    whole = {**figures, "minimum": minimum}
    if _small(figures.get("n"), minimum):
        kept = {key: value for key, value in whole.items() if key in (*BARE, "minimum")}
        return {**kept, "withheld": minimum}
    found = {key: _checked(value, minimum) for key, value in whole.items()}
    if "standings" in found:
        found["standings"] = [one for one in found["standings"] if not _lost(one)]
    if (found.get("weighted_total") or {}).get("withheld"):
        found["distribution"] = []
    return found


def compared(figures: Mapping[str, Any], minimum: int) -> Json:
    """A kept comparison without the groups that are below `minimum` now, and without what all of
    them say together.
    """
    outcomes = [_left(one, minimum) for one in figures["outcomes"]]
    return {**_checked({**figures, "outcomes": []}, minimum), "outcomes": outcomes}


def _left(outcome: Mapping[str, Any], minimum: int) -> Json:
    """An outcome of a comparison whose small groups stand among those that are withheld."""
    every = (*outcome["groups"], *outcome["small"])
    kept = set(shown({g["name"]: g["n"] for g in every}, minimum))
    gone = [g for g in outcome["groups"] if g["name"] not in kept]
    names = {g["name"] for g in gone}
    if not gone:
        return dict(outcome)
    return {
        **outcome,
        "groups": [g for g in outcome["groups"] if g["name"] not in names],
        "small": [*outcome["small"], *({"name": g["name"], "n": g["n"]} for g in gone)],
        "pairs": [p for p in outcome["pairs"] if not names & {p["a"], p["b"]}],
        "welch": None,
    }


def _lost(standing: Mapping[str, Any]) -> bool:
    """Whether a ranking has an entry without figures: its place alone would tell."""
    return any("withheld" in entry for entry in standing.get("entries", ()))


def _checked(value: Any, minimum: int) -> Any:
    if isinstance(value, list):
        return [_checked(one, minimum) for one in value]
    if not isinstance(value, Mapping):
        return value
    if _small(value.get("base"), minimum):
        emptied: Json = {key: [] for key in ("counts", "options") if key in value}
        return {**value, **emptied, "withheld": minimum}
    if _small(value.get("n"), minimum) and any(key in value for key in ESTIMATED):
        return _without(value, minimum)
    return _derived({key: _checked(one, minimum) for key, one in value.items()}, minimum)


def _derived(value: Json, minimum: int) -> Json:
    """What rests on parts that were taken out goes with them."""
    if "difference" in value and any("withheld" in (value.get(s) or {}) for s in ("now", "before")):
        nothing = {**dict.fromkeys(("difference", "low", "high", "p")), "differ": False}
        return {**value, **nothing, "withheld": minimum}
    if "groups" in value and _any_withheld(value["groups"]):
        return _among_groups(value, minimum)
    if "points" in value and _any_withheld(value["points"]):
        return {**value, "closed": None, "every": None}
    if (value.get("raised") or {}).get("withheld"):
        nothing = {"score": None, "level": None, "level_before": None, "counts": {}}
        return {**value, **nothing, "withheld": minimum}
    if isinstance(value.get("alpha"), Mapping):
        gone = {d["id"] for d in value.get("dimensions", ()) if "withheld" in d}
        alpha = {name: None if name in gone else one for name, one in value["alpha"].items()}
        return {**value, "alpha": alpha}
    return value


def _among_groups(value: Json, minimum: int) -> Json:
    """Groups beside each other of which one is too small: no test, no pair and no gap with it."""
    silent = {key: None if key in TESTED else one for key, one in value.items()}
    groups = value["groups"]
    if isinstance(groups, list):
        large = [g for g in groups if "withheld" not in g]
        names = {g["name"] for g in large}
        apart = [name for name in value.get("apart", ()) if name in names]
        return {**silent, "groups": large, "apart": apart, "differ": False, "withheld": minimum}
    kept = set(shown({name: g["n"] for name, g in groups.items()}, minimum))
    groups = {
        n: g if n in kept or "withheld" in g else _without(g, minimum) for n, g in groups.items()
    }
    left = {name for name, g in groups.items() if "withheld" not in g}
    pairs = [p for p in value.get("pairs", ()) if {p["a"], p["b"]} <= left]
    return {**silent, "groups": groups, "pairs": pairs, "withheld": minimum}


def _any_withheld(groups: Any) -> bool:
    each = groups.values() if isinstance(groups, Mapping) else groups
    return any(isinstance(g, Mapping) and "withheld" in g for g in each)


def _small(n: Any, minimum: int) -> bool:
    return isinstance(n, int) and 0 < n < minimum


def _without(estimate: Mapping[str, Any], minimum: int) -> Json:
    """The estimate without its numbers, and those of the parts that it is made of."""
    silent = {key: None if key in ESTIMATED else value for key, value in estimate.items()}
    silent |= {key: [] for key in LISTED if key in estimate}
    items = [
        {**item, "mean": None, "sd": None, "item_total_r": None, "alpha_if_deleted": None,
         "msa": None}
        for item in estimate.get("items", ())
    ]  # fmt: skip
    return {**silent, **({"items": items} if "items" in estimate else {}), "withheld": minimum}
