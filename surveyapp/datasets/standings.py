"""Cities, stores and other groups in order: what differs, what cannot be told apart, and what
remains of each mean when chance is taken out of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.datasets.outcomes import Outcome, outcomes
from surveyapp.datasets.suppression import shown
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weighting import Weighting
from surveyapp.stats.ranking import Ranking, ranking
from surveyapp.stats.sampling.domains import DomainMeans, domain_means
from surveyapp.stats.small_area import LEAST, SmallAreas, fay_herriot

Json = dict[str, Any]
RANKED = ("city", "store", "touchpoint_store", "product_line", "tier")
"""Columns whose values are ranked, where there are at least two of them."""
MOST = 400
"""More groups than this are not ranked: pairs grow with the square."""
EXACT = 1e-9
"""Variance that a mean of everybody counts with: it keeps itself."""


def standings(data: Dataset, weights: Weighting, minimum: int) -> list[Json]:
    """Per column and outcome its ranking: `by`, `outcome`, `label`, `entries` (best first: name, n,
    mean, se, low, high, first, last, next_p, shrunk with its interval, own share), `small` (groups
    below `minimum`, and those that would tell of one: name and n), `bands`, `pairs`, `told_apart`,
    `between` (variance between the groups; null where shrinking needs more of them), `common` mean.
    """
    found = []
    known = outcomes(data)
    for by in RANKED:
        groups = groups_of(data, by)
        if 2 <= len({g for g in groups if g is not None}) <= MOST:
            used = [g for g, use in zip(groups, weights.use, strict=True) if use]
            rows = (_standing(by, one, used, weights, minimum) for one in known)
            found += [row for row in rows if len(row["entries"]) > 1]
    return found


def groups_of(data: Dataset, by: str) -> list[str | None]:
    """The group of each row by a column; None where it is blank."""
    if by not in data.table.column_names:
        return [None] * len(data)
    return [None if v in (None, "") else str(v) for v in data.table[by].to_pylist()]


def _standing(
    by: str, outcome: Outcome, groups: list[str | None], weights: Weighting, minimum: int
) -> Json:
    means = domain_means(outcome.values[weights.use], groups, weights.design)
    large = publishable(means, minimum, apart(outcome, groups, weights))
    small = [
        {"name": str(name), "n": int(n)}
        for place, (name, n) in enumerate(zip(means.names, means.n, strict=True))
        if place not in set(large.tolist())
    ]
    head = {"by": by, "outcome": outcome.id, "label": outcome.label, "small": small}
    if len(large) < 2:
        return {**head, "entries": []}
    kept = picked(means, large)
    order = ranking(kept.names, kept.n, kept.means, kept.covariance, kept.df, bounds=outcome.bounds)
    return {**head, **_as_json(order, _shrunk(kept), kept, outcome.bounds)}


def large_enough(means: DomainMeans, minimum: int) -> NDArray[np.intp]:
    """The places of the domains that may be shown: enough answers, and answers that vary."""
    return np.flatnonzero((means.n >= max(minimum, 2)) & means.varies)


def publishable(means: DomainMeans, minimum: int, others: int) -> NDArray[np.intp]:
    """The places of those that may be shown beside the total of all. `others`: answers of the total
    that are in no domain.
    """
    least = max(minimum, 2)
    still = (means.n >= least) & ~means.varies
    sizes = {str(i): int(n) for i, n in enumerate(means.n) if not still[i]}
    kept = shown(sizes, least, others + int(means.n[still].sum()))
    return np.array([int(place) for place in kept], dtype=np.intp)


def apart(outcome: Outcome, groups: list[str | None], weights: Weighting) -> int:
    """Answers that are in no group."""
    answered = np.isfinite(outcome.values[weights.use])
    return int((answered & np.array([group is None for group in groups], dtype=bool)).sum())


def picked(means: DomainMeans, places: Any) -> DomainMeans:
    """Some of the domains."""
    return DomainMeans(
        tuple(means.names[i] for i in places),
        means.n[places],
        means.means[places],
        means.covariance[np.ix_(places, places)],
        means.df,
        means.varies[places],
    )


def _shrunk(means: DomainMeans) -> SmallAreas | None:
    if len(means.names) < LEAST:
        return None
    return fay_herriot(means.means, np.maximum(means.covariance.diagonal(), EXACT))


def _as_json(
    order: Ranking, areas: SmallAreas | None, means: DomainMeans, bounds: tuple[float, float]
) -> Json:
    at = {name: place for place, name in enumerate(means.names)}
    entries = []
    for one in order.places:
        row = {
            "name": str(one.name), "n": one.n, "mean": one.mean, "se": one.se, "low": one.low,
            "high": one.high, "first": one.first, "last": one.last, "next_p": one.next_p,
        }  # fmt: skip
        entries.append(_rounded({**row, **_drawn_in(areas, at[one.name], bounds)}))
    return {
        "entries": entries,
        "bands": [list(band) for band in order.bands],
        "pairs": order.pairs,
        "told_apart": order.told_apart,
        "between": None if areas is None else areas.between,
        "common": None if areas is None else float(areas.beta[0]),
    }


def _rounded(entry: Json) -> Json:
    """Hundreds of stores are kept for every figure: no more digits than anybody reads."""
    return {key: round(v, 6) if isinstance(v, float) else v for key, v in entry.items()}


def _drawn_in(areas: SmallAreas | None, place: int, bounds: tuple[float, float]) -> Json:
    """The shrunken mean with 1.96 root mean squared errors about it, inside the scale."""
    if areas is None:
        return {"shrunk": None, "shrunk_low": None, "shrunk_high": None, "own": None}
    mean, reach = float(areas.estimates[place]), 1.959964 * float(areas.mse[place]) ** 0.5
    return {
        "shrunk": mean,
        "shrunk_low": max(mean - reach, bounds[0]),
        "shrunk_high": min(mean + reach, bounds[1]),
        "own": float(areas.own[place]),
    }
