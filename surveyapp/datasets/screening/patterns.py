"""Layer 2: indices of unusual answering, each with its cut-off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from surveyapp.datasets.screening.battery import Battery, Floats, Index, above, battery, below
from surveyapp.datasets.screening.further import FURTHER, distance_index, further
from surveyapp.datasets.screening.hits import SMALLEST, Hit
from surveyapp.datasets.screening.recipe import FirstPatterns, Patterns
from surveyapp.datasets.table import Dataset
from surveyapp.findings import Finding
from surveyapp.stats.careless.agreement import residual_z, reversals_ignored
from surveyapp.stats.careless.chance import chance_of_runs
from surveyapp.stats.careless.consistency import even_odd
from surveyapp.stats.careless.patterns import isolation
from surveyapp.stats.careless.runs import longstring
from surveyapp.stats.careless.speed import valid
from surveyapp.stats.careless.variability import intra_individual_variability

LEAST_ITEMS = 5
Settings = Patterns | FirstPatterns
ALONE = {"even_odd", "reversal", *FURTHER}
"""Indices that the clustering does not see."""


def pattern_hits(data: Dataset, recipe: Settings, seed: int) -> tuple[list[Hit], list[Finding]]:
    """Everything that layer 2 finds, and what it could not compute."""
    common = battery(data)
    if len(common.items) < LEAST_ITEMS:
        return [], []
    indices, findings = _indices(data, common, recipe)
    if recipe.isolation is not None:
        indices.append(_isolation(indices, recipe.isolation, seed))
    hits = [hit for index in indices for hit in _hits(data.ids, index)]
    return sorted(hit for hit in hits if _wanted(hit.rule, recipe)), findings


def _hits(ids: list[int], index: Index) -> Iterator[Hit]:
    for at in np.flatnonzero(index.beyond).tolist():
        told = index.told or {"value": index.values}
        numbers = {name: round(float(values[at]), 4) for name, values in told.items()}
        yield Hit(ids[at], 2, index.rule, numbers | {"limit": round(index.limit, 4)})


_SETTING = {
    "mahalanobis": "mahalanobis_p",
    "reversal": "reversals",
    "nps_gap": "nps_z",
    "hurried": "hurried_share",
    "grid_run": "grid_chance",
}


def _wanted(rule: str, recipe: Settings) -> bool:
    return getattr(recipe, _SETTING.get(rule, rule)) is not None


def _indices(data: Dataset, common: Battery, recipe: Settings) -> tuple[list[Index], list[Finding]]:
    """Every index, also those that are switched off: the clustering sees them all."""
    raw, keyed, widths = common.raw, common.keyed, common.widths
    scatter = _spread(keyed, widths) / _random_spread(common)
    unit = (keyed - np.array([v.low or 0 for v in common.items])) / widths
    even = even_odd(unit, list(common.by_dimension.values()))
    distances, findings = distance_index(common, recipe)
    ignored, limit = _reversals(common, recipe.reversals or 2)
    pace = valid(data.floats("seconds")) / data.floats("expected_seconds")
    with np.errstate(invalid="ignore"):
        indices = [
            _runs(common, recipe),
            below("irv_low", _spread(raw, widths), recipe.irv_low or 0),
            above("irv_high", scatter, recipe.irv_high or 1),
            distances,
            above("reversal", ignored, limit),
            above("nps_gap", _nps_gap(data, unit), recipe.nps_z or 3.5),
            above("even_odd", even, 1.0 if recipe.even_odd is None else recipe.even_odd),
            below("hurried", pace, recipe.hurried_share or 0),
        ]
    more = further(common, recipe) if isinstance(recipe, Patterns) else ()
    return [*indices, *more], findings


def _runs(common: Battery, recipe: Settings) -> Index:
    """The longest run as a share of the items; beyond by that share (format 1) or by chance."""
    longest = longstring(common.runs)
    share = longest / common.raw.shape[1]
    if isinstance(recipe, FirstPatterns):
        return above("longstring", share, recipe.longstring_share or 1)
    chance = chance_of_runs(common.raw, [v.reverse for v in common.items], common.runs)
    limit = recipe.longstring_chance or 0
    told = {"run": longest, "chance": np.maximum(chance, SMALLEST)}
    return Index("longstring", share, chance <= limit, limit, told)


def _spread(answers: Floats, widths: Floats) -> Floats:
    """Within-person sd in scale widths, so that 5- and 7-point items can stand together."""
    return intra_individual_variability(answers / widths)


def _random_spread(common: Battery) -> float:
    """The sd, in scale widths, that answering at random gives: a discrete uniform's."""
    points = common.widths + 1
    return float(np.sqrt(((points**2 - 1) / 12 / common.widths**2).mean()))


def _reversals(common: Battery, wanted: int) -> tuple[Floats, float]:
    """Scales in which the reversal was ignored, NaN where fewer than `wanted` could show it."""
    groups = []
    for columns in common.by_dimension.values():
        ordinary = [at for at in columns if not common.items[at].reverse]
        reverse = [at for at in columns if common.items[at].reverse]
        if ordinary and reverse:
            groups.append((ordinary, reverse))
    middle = np.array([((v.low or 0) + (v.high or 0)) / 2 for v in common.items])
    ignored, shown = reversals_ignored(common.raw, groups, middle)
    return np.where(shown >= wanted, ignored.astype(np.float64), np.nan), float(wanted)


def _nps_gap(data: Dataset, unit: Floats) -> Floats:
    """Each NPS answer against the mean of the items; the largest where there are several."""
    answered = np.isfinite(unit)
    mean = np.where(answered, unit, 0).sum(axis=1) / np.maximum(answered.sum(axis=1), 1)
    mean = np.where(answered.any(axis=1), mean, np.nan)
    gaps = [residual_z(mean, data.floats(v.name)) for v in data.codebook.answers if v.type == "nps"]
    return np.fmax.reduce(gaps) if gaps else np.full(len(data), np.nan)


def _isolation(indices: list[Index], limit: float, seed: int) -> Index:
    shapes: dict[str, Callable[[Floats], Floats]] = {"mahalanobis": np.sqrt, "hurried": np.log}
    used = [i for i in indices if i.rule not in ALONE]
    table = np.column_stack([shapes.get(i.rule, np.asarray)(i.values) for i in used])
    return above("isolation", np.round(isolation(table, seed=seed), 6), limit)
