"""Weights for estimates: each answer stands for its share of the customers.

They are made by the recipe that the dataset carries (`weights.recipe`). By the usual one, those who
answered stand for those who did not: the weights of a stratum's usable answers sum to its
customers, each in proportion to its design weight. Where all had the same chance that is customers
in the stratum / usable answers. (The design weight, before non-response, stands in the dataset.)
Where chances differed or stores were drawn first, standard errors take the
first stage as drawn with replacement, which errs on the safe side. Answers through printed codes
have no known probability; beside a drawn sample they do not enter estimates, alone they count 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weights.chain import Chain, chained
from surveyapp.datasets.weights.rows import rows_of
from surveyapp.datasets.weights.sample import Cell
from surveyapp.findings import N_, Finding
from surveyapp.stats.sampling.design import Design, design_of
from surveyapp.stats.sampling.estimation import Estimate, mean_under
from surveyapp.stats.scores import top_box

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weighting:
    """use: rows that enter estimates; chain: their weights, step by step; the rest is per used row,
    population per stratum (None: no finite population correction); clusters: the store of each,
    where stores were drawn.
    """

    use: NDArray[np.bool_]
    chain: Chain
    strata: tuple[str, ...]
    population: dict[str, int] | None
    clusters: tuple[str, ...] | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def weights(self) -> Floats:
        """The weight of each used row."""
        return self.chain.weights

    @cached_property
    def design(self) -> Design:
        """The design of the used rows."""
        return design_of(
            len(self.weights),
            strata=self.strata,
            weights=self.weights,
            population=self.population,  # type: ignore[arg-type]
            clusters=self.clusters,
            calibration=self.chain.calibration,
        )

    def estimate(self, values: Floats, bounds: tuple[float, float]) -> Estimate:
        """Mean of a column (NaN: no answer) under the design, interval cut at the bounds."""
        result = mean_under(values[self.use], self.design)
        if result.low is None or result.high is None:
            return result
        low, high = max(result.low, bounds[0]), min(result.high, bounds[1])
        return replace(result, low=low, high=high)


def spread_of(weights: Floats) -> list[float]:
    """The least, the median and the largest; empty without any."""
    return [float(q) for q in np.quantile(weights, (0, 0.5, 1))] if len(weights) else []


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
    """The weights of a dataset's rows, by the recipe that it carries; made once."""
    if "weighting" not in data.computed:
        data.computed["weighting"] = _weighting(data)
    found: Weighting = data.computed["weighting"]
    return found


def _weighting(data: Dataset) -> Weighting:
    sizes = data.table["stratum_size"].to_pylist()
    sampled = np.array([size is not None for size in sizes], dtype=bool)
    if not sampled.any():
        return _unsampled(data)
    strata = _strata(data)
    used = [(s, int(n)) for s, n in zip(strata, sizes, strict=True) if n is not None]
    names, answers = tuple(s for s, _ in used), Counter(s for s, _ in used)
    population = {s: max(n, answers[s]) for s, n in used}
    clusters = _clusters(data, sampled)
    chances = _unequal(data, sampled, names)
    base = _base(data, sampled, names, population, answers)
    rows = rows_of(names, population, base, _named(data), _column(data, sampled))
    chain = chained(rows, data.weighing.recipe)
    found = (*_remarks(sampled), *chain.findings)
    if chances is None and clusters is None:
        return Weighting(sampled, chain, names, population, findings=found)
    return Weighting(sampled, chain, names, None, clusters, (*found, _with_replacement()))


def _unsampled(data: Dataset) -> Weighting:
    """Everyone counts 1, unless margins of the population are known."""
    everyone = np.ones(len(data), dtype=bool)
    names = ("",) * len(data)
    rows = rows_of(names, {"": 0}, np.ones(len(data)), {}, _column(data, everyone))
    chain = chained(rows, data.weighing.recipe)
    return Weighting(everyone, chain, names, None, findings=chain.findings)


def _base(
    data: Dataset,
    used: NDArray[np.bool_],
    strata: Sequence[str],
    population: Mapping[str, int],
    answers: Mapping[str, int],
) -> Floats:
    """Design weights of the used rows; customers / answers where one is unknown."""
    given = [w for w, use in zip(data.table["design_weight"].to_pylist(), used, strict=True) if use]
    if any(w is None for w in given):
        return np.array([population[s] / answers[s] for s in strata])
    return np.array(given, dtype=np.float64)


def _named(data: Dataset) -> dict[str, Cell]:
    """The strata of the samples under the names that they have in the rows."""
    recurs = "period" in data.table.column_names
    return {
        f"{cell.period} · {cell.label}" if recurs else cell.label: cell
        for cell in data.weighing.cells
    }


def _column(data: Dataset, used: NDArray[np.bool_]) -> Callable[[str], Sequence[str | None]]:
    """A column of the used rows as categories; blank where there is no such column."""

    def categories(name: str) -> list[str | None]:
        if name not in data.table.column_names:
            return [None] * int(used.sum())
        values = data.table[name].to_pylist()
        return [
            None if value is None else str(value)
            for value, use in zip(values, used, strict=True)
            if use
        ]

    return categories


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
