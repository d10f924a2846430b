"""Weights for estimates: each answer stands for its share of the stratum's customers.

Those who answered are taken to stand for those who did not: the weights of a stratum's usable
answers sum to its customers, each in proportion to its design weight. Where all had the same
chance that is customers in the stratum / usable answers. (The design weight, before non-response,
stands in the dataset.) Where chances differed or stores were drawn first, standard errors take the
first stage as drawn with replacement, which errs on the safe side. Answers through printed codes
have no known probability; beside a drawn sample they do not enter estimates, alone they count 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surveyapp.datasets.table import Dataset
from surveyapp.findings import N_, Finding
from surveyapp.stats.sampling.design import Design, design_of
from surveyapp.stats.sampling.estimation import Estimate, estimate_mean
from surveyapp.stats.scores import top_box

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weighting:
    """use: rows that enter estimates; the rest is per used row, population per stratum (None: no
    finite population correction); clusters: the store of each, where stores were drawn.
    """

    use: NDArray[np.bool_]
    weights: Floats
    strata: tuple[str, ...]
    population: dict[str, int] | None
    clusters: tuple[str, ...] | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def design(self) -> Design:
        """The design of the used rows."""
        return design_of(
            len(self.weights),
            strata=self.strata,
            weights=self.weights,
            population=self.population,  # type: ignore[arg-type]
            clusters=self.clusters,
        )

    def estimate(self, values: Floats, bounds: tuple[float, float]) -> Estimate:
        """Mean of a column (NaN: no answer) under the design, interval cut at the bounds."""
        result = estimate_mean(
            values[self.use],
            self.strata,
            weights=self.weights,
            population=self.population,  # type: ignore[arg-type]
            clusters=self.clusters,
        )
        if result.low is None or result.high is None:
            return result
        low, high = max(result.low, bounds[0]), min(result.high, bounds[1])
        return replace(result, low=low, high=high)


def share(weights: Weighting, values: Floats) -> dict[str, float | int | None]:
    """The weighted share of ones among zeros and ones (NaN: no part in it) with Wilson's interval,
    which stays honest where all or nobody did, on the effective number of answers.
    """
    found = top_box(values[weights.use], 0, 1, weights.weights, boxes=1)
    return {
        "n": found.n,
        "count": found.count,
        "mean": found.value,
        "low": found.interval.low if found.interval else None,
        "high": found.interval.high if found.interval else None,
    }


def weighting(data: Dataset) -> Weighting:
    """The weights of a dataset's rows."""
    sizes = data.table["stratum_size"].to_pylist()
    strata = _strata(data)
    sampled = np.array([size is not None for size in sizes], dtype=bool)
    if not sampled.any():
        everyone = np.ones(len(data), dtype=bool)
        return Weighting(everyone, np.ones(len(data)), ("",) * len(data), None)
    used = [(s, int(n)) for s, n in zip(strata, sizes, strict=True) if n is not None]
    answers = Counter(stratum for stratum, _ in used)
    population = {s: max(n, answers[s]) for s, n in used}
    names = tuple(s for s, _ in used)
    clusters = _clusters(data, sampled)
    chances = _unequal(data, sampled, names)
    if chances is None and clusters is None:
        weights = np.array([population[s] / answers[s] for s in names])
        return Weighting(sampled, weights, names, population, findings=_remarks(sampled))
    shares = np.ones(len(names)) if chances is None else chances
    sums: Counter[str] = Counter()
    for name, w in zip(names, shares.tolist(), strict=True):
        sums[name] += w
    weights = np.array([w * population[s] / sums[s] for s, w in zip(names, shares, strict=True)])
    found = (*_remarks(sampled), _with_replacement())
    return Weighting(sampled, weights, names, None, clusters, found)


def _unequal(data: Dataset, used: NDArray[np.bool_], strata: Sequence[str]) -> Floats | None:
    """Design weights of the used rows; None where they are unknown or the same in each stratum."""
    given = [w for w, use in zip(data.table["design_weight"].to_pylist(), used, strict=True) if use]
    if any(w is None for w in given):
        return None
    first: dict[str, float] = {}
    pairs = list(zip(strata, given, strict=True))
    if all(abs(first.setdefault(s, w) - w) <= 1e-9 * w for s, w in pairs):
        return None
    return np.array(given, dtype=np.float64)


def _clusters(data: Dataset, used: NDArray[np.bool_]) -> tuple[str, ...] | None:
    """The store of each used row, where stores were drawn."""
    if "cluster" not in data.table.column_names:
        return None
    rows = zip(data.table["cluster"].to_pylist(), used, strict=True)
    return tuple(name or f"row:{place}" for place, (name, use) in enumerate(rows) if use)


def _with_replacement() -> Finding:
    template = N_(
        "Chances differed or stores were drawn first: standard errors take the draw as one with"
        " replacement (Hansen and Hurwitz), which errs on the safe side."
    )
    return Finding("numbers.with_replacement", "answers", template, {}, "info")


def _strata(data: Dataset) -> list[str]:
    """Every period of a recurring study is a sample of its own, so its strata are, too."""
    strata = [stratum or "" for stratum in data.table["stratum"].to_pylist()]
    if "period" not in data.table.column_names:
        return strata
    periods = data.table["period"].to_pylist()
    return [f"{period or ''} · {one}" for period, one in zip(periods, strata, strict=True)]


def _remarks(sampled: NDArray[np.bool_]) -> tuple[Finding, ...]:
    others = int((~sampled).sum())
    if not others:
        return ()
    template = N_(
        "{count} answers came through printed codes, without a known probability; they do not"
        " enter the estimates."
    )
    return (Finding("numbers.not_sampled", "answers", template, {"count": others}, "info"),)


def as_json(estimate: Estimate) -> dict[str, float | int | None]:
    """n, mean, se, low, high, deff; null where undefined."""
    return {
        "n": estimate.n,
        "mean": estimate.mean,
        "se": estimate.se,
        "low": estimate.low,
        "high": estimate.high,
        "deff": estimate.deff,
    }


def summed_up(findings: Sequence[Finding]) -> list[Finding]:
    """One finding instead of a hundred lonely strata."""
    lonely = {f.place for f in findings if f.code == "estimate.lonely_stratum"}
    others = {(f.code, f.place): f for f in findings if f.code != "estimate.lonely_stratum"}
    result = list(others.values())
    if lonely:
        template = N_(
            "{count} strata have a single answer; their variance is taken about the overall mean."
        )
        result.append(
            Finding("estimate.lonely_stratum", "strata", template, {"count": len(lonely)}, "info")
        )
    return result
