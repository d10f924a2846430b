"""Two sides or many, held beside each other: outcomes with their differences, then the scales.

Groups of one sample are compared under its design, their covariance counted; two datasets are
independent. Effect sizes, Welch's and Games and Howell's tests of the plain answers stand beside,
through pingouin.
Whether the scales measure alike on all sides comes with every comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from surveyapp.datasets.experiments import compared
from surveyapp.datasets.invariance import invariance, scale_of
from surveyapp.datasets.outcomes import Outcome, outcomes
from surveyapp.datasets.standings import apart, large_enough, picked, publishable
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weighting import weighting
from surveyapp.stats.comparison import compare_groups
from surveyapp.stats.ranking import differences
from surveyapp.stats.sampling.domains import DomainMeans, domain_means

Json = dict[str, Any]
MOST = 12
"""More groups than this have too many pairs to read; the ranking shows them better."""


def compare_within(data: Dataset, groups: Sequence[str | None], minimum: int) -> Json:
    """N per group, outcomes, scales: groups of one dataset (None: in no group)."""
    sizes = {g: list(groups).count(g) for g in dict.fromkeys(groups) if g is not None}
    found = outcomes_within(data, groups, minimum, outcomes(data))
    return {"sizes": sizes, "outcomes": found, "scales": invariance(data, groups, minimum)}


def outcomes_within(
    data: Dataset, groups: Sequence[str | None], minimum: int, compared_by: Sequence[Outcome]
) -> list[Json]:
    """Means and pairs of the groups in each of these outcomes, under the design."""
    weights = weighting(data)
    labels = [g for g, use in zip(groups, weights.use, strict=True) if use]
    found = []
    for outcome in compared_by:
        means = domain_means(outcome.values[weights.use], labels, weights.design)
        others = apart(outcome, labels, weights)
        kept = picked(means, publishable(means, minimum, others))
        found.append(_outcome(outcome, means, kept, outcome.values[weights.use], labels))
    return found


def compare_between(sides: Sequence[tuple[str, Dataset]], minimum: int) -> Json:
    """The same of different datasets: what both ask, matched by the ids of dimension and item."""
    known = [{o.id: o for o in outcomes(data)} for _, data in sides]
    found = []
    for outcome in known[0].values():
        if all(outcome.id in other for other in known):
            each = [other[outcome.id] for other in known]
            found.append(_apart(sides, outcome, each, minimum))
    return {
        "sizes": {name: len(data) for name, data in sides},
        "outcomes": found,
        "scales": [s for s in _shared_scales(sides, minimum) if len(s["groups"]) > 1],
    }


def _apart(
    sides: Sequence[tuple[str, Dataset]], outcome: Outcome, each: list[Outcome], minimum: int
) -> Json:
    parts = []
    values: list[float] = []
    labels: list[str | None] = []
    for (name, data), own in zip(sides, each, strict=True):
        weights = weighting(data)
        used = own.values[weights.use]
        parts.append(domain_means(used, [name] * len(used), weights.design))
        values += used.tolist()
        labels += [name] * len(used)
    means = DomainMeans(
        tuple(name for part in parts for name in part.names),
        np.concatenate([part.n for part in parts]),
        np.concatenate([part.means for part in parts]),
        np.diag(np.concatenate([part.covariance.diagonal() for part in parts])),
        sum(part.df for part in parts),
        np.concatenate([part.varies for part in parts]),
    )
    kept = picked(means, large_enough(means, minimum))
    return _outcome(outcome, means, kept, np.array(values), labels)


def _outcome(
    outcome: Outcome, means: DomainMeans, kept: DomainMeans, values: Any,
    labels: Sequence[str | None],
) -> Json:  # fmt: skip
    """`kept`: those of the means that may be shown."""
    pairs = differences(kept.names, kept.n, kept.means, kept.covariance, kept.df)
    shown = set(kept.names)
    plain = [label if label in shown else None for label in labels]
    welch = compared(compare_groups(values, plain)) if len(kept.names) > 1 else None
    beside = {(p["a"], p["b"]): p for p in welch["pairs"]} if welch else {}
    return {
        "outcome": outcome.id,
        "label": outcome.label,
        "groups": [mean_of(kept, i, outcome.bounds) for i in range(len(kept.names))],
        "small": [
            {"name": str(name), "n": int(n)}
            for name, n in zip(means.names, means.n, strict=True)
            if name not in shown
        ],
        "pairs": [
            {
                "a": str(p.a), "b": str(p.b), "difference": p.difference, "low": p.low,
                "high": p.high, "p": p.p_adjusted, "differ": p.differ,
                **_plain(beside, str(p.a), str(p.b)),
            }
            for p in pairs
        ],
        "welch": welch and {k: v for k, v in welch.items() if k not in ("groups", "pairs")},
    }  # fmt: skip


def _plain(pairs: dict[tuple[str, str], Json], a: str, b: str) -> Json:
    """Of a against b without weights: Hedges' g with its interval, and the adjusted p."""
    names = ("effect", "effect_low", "effect_high")
    if (a, b) in pairs:
        own = pairs[a, b]
        return {**{name: own[name] for name in names}, "plain_p": own["p"]}
    found = pairs.get((b, a))
    if found is None:
        return {**dict.fromkeys(names), "plain_p": None}
    g, low, high = (None if found[name] is None else -found[name] for name in names)
    return {"effect": g, "effect_low": high, "effect_high": low, "plain_p": found["p"]}


def mean_of(means: DomainMeans, place: int, bounds: tuple[float, float]) -> Json:
    """name, n, mean, se and the interval by Student's t, cut at the bounds."""
    from scipy.special import stdtrit

    n, mean = int(means.n[place]), float(means.means[place])
    se = float(means.covariance[place, place]) ** 0.5
    reach = float(stdtrit(max(min(means.df, n - 1), 1), 0.975)) * se
    return {
        "name": str(means.names[place]), "n": n, "mean": mean, "se": se,
        "low": max(mean - reach, bounds[0]), "high": min(mean + reach, bounds[1]),
    }  # fmt: skip


def _shared_scales(sides: Sequence[tuple[str, Dataset]], minimum: int) -> list[Json]:
    first = sides[0][1]
    found = []
    for name, title, _ in first.codebook.dimensions:
        ids = [
            v.name for v in first.codebook.items_of(name)
            if all(_same_scale(v, data) for _, data in sides)
        ]  # fmt: skip
        if len(ids) < 2:
            continue
        blocks = [data.matrix([data.codebook[i] for i in ids]) for _, data in sides]
        labels = [side for (side, data) in sides for _ in range(len(data))]
        found.append(scale_of(name, title, ids, np.vstack(blocks), labels, minimum))
    return found


def _same_scale(variable: Any, data: Dataset) -> bool:
    other = data.codebook.by_name.get(variable.name)
    return other is not None and (other.kind, other.low, other.high) == (
        variable.kind, variable.low, variable.high,
    )  # fmt: skip
