"""Layer 2: the indices that format 2 of the recipe adds, and the distance where rows are few."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from surveyapp.datasets.screening.battery import Battery, Floats, Index, above, below
from surveyapp.datasets.screening.hits import SMALLEST
from surveyapp.datasets.screening.recipe import FirstPatterns, Patterns
from surveyapp.findings import N_, Finding
from surveyapp.stats.careless.chance import chance_of_runs
from surveyapp.stats.careless.consistency import person_total, synonyms
from surveyapp.stats.careless.distance import cut_off, mahalanobis
from surveyapp.stats.careless.guttman import guttman_errors
from surveyapp.stats.careless.patterns import standardised
from surveyapp.stats.careless.runs import longstring
from surveyapp.stats.careless.shrunken import shrunken_distance

FURTHER = ("grid_run", "guttman", "synonyms", "antonyms", "person_total")
ENOUGH = 5
"""Complete rows an item from which on the distance is that of the chi-square distribution."""
ALIKE = 0.5
"""Items that correlate beyond it are synonyms (with the other sign antonyms)."""


def further(common: Battery, recipe: Patterns) -> Iterator[Index]:
    """Those that are asked for."""
    raw = common.raw
    if recipe.grid_chance is not None and common.grids:
        yield _grid_run(common, recipe.grid_chance)
    if recipe.guttman is not None:
        yield above("guttman", guttman_errors(common.keyed)[1], recipe.guttman)
    if recipe.synonyms is not None:
        yield below("synonyms", synonyms(raw, ALIKE).r, recipe.synonyms)
    if recipe.antonyms is not None:
        yield above("antonyms", synonyms(raw, ALIKE, antonyms=True).r, recipe.antonyms)
    if recipe.person_total is not None:
        yield below("person_total", person_total(raw), recipe.person_total)


def _grid_run(common: Battery, limit: float) -> Index:
    """The run in one grid that attentive people give most seldom; each grid is a chance more."""
    found = [_runs(common, columns) for columns in common.grids]
    lengths, shares, chances = (np.column_stack(part) for part in zip(*found, strict=True))
    rarest = np.argmin(np.where(np.isfinite(chances), chances, np.inf), axis=1)[:, None]
    length, share, chance = (
        np.take_along_axis(part, rarest, axis=1)[:, 0] for part in (lengths, shares, chances)
    )
    chance = np.minimum(chance * len(common.grids), 1.0)
    told = {"run": length, "chance": np.maximum(chance, SMALLEST)}
    return Index("grid_run", share, chance <= limit, limit, told)


def _runs(common: Battery, columns: list[int]) -> tuple[Floats, Floats, Floats]:
    """Longest run in a grid, as a share of it, and its chance."""
    presented = common.runs_of(columns)
    reverse = [common.items[at].reverse for at in columns]
    length = longstring(presented)
    chance = chance_of_runs(common.raw[:, columns], reverse, presented)
    return length, length / len(columns), chance


def distance_index(
    common: Battery, recipe: Patterns | FirstPatterns
) -> tuple[Index, list[Finding]]:
    """Unusual combinations: Mahalanobis distance by its chi-square distribution; where rows are
    few, the distance of shrunken correlations by how far it stands out among them.
    """
    few_z = getattr(recipe, "few_z", None)
    complete = int(np.isfinite(common.keyed).all(axis=1).sum())
    if few_z is not None and complete < ENOUGH * len(common.items):
        return _of_few(common.keyed, few_z), [_few_rows(complete, len(common.items))]
    found = mahalanobis(common.keyed, [v.name for v in common.items])
    limit = cut_off(max(found.df, 1), recipe.mahalanobis_p or 0.001)
    return above("mahalanobis", found.d2, limit), list(found.findings)


def _of_few(keyed: Floats, limit: float) -> Index:
    d2, _ = shrunken_distance(keyed)
    z = standardised(np.sqrt(d2)[:, None])
    score = z[:, 0] if z.shape[1] else np.zeros(len(d2))
    return Index("mahalanobis", d2, score >= limit, limit, {"value": score})


def _few_rows(complete: int, items: int) -> Finding:
    template = N_(
        "{complete} complete answers are few for {items} items: unusual combinations are those that"
        " stand out among them, with correlations drawn towards 0."
    )
    counts = {"complete": complete, "items": items}
    return Finding("screening.few_rows", "answers", template, counts, "info")
