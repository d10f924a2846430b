"""Whether the arms of an experiment differ: sizes, headline per arm, Welch's test.

The arms were drawn at random, so they are compared as they are, without the weights of the sample.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from surveyapp.datasets.scoring import INDEX, Floats, dimension_points, nps_values, weights_of
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.variable import Variable
from surveyapp.designer.document import Text
from surveyapp.stats import points
from surveyapp.stats.comparison import Comparison, Group, Pair, compare_groups

Json = dict[str, Any]
Outcome = tuple[str, Text, Floats]


def experiments(data: Dataset) -> list[Json]:
    """Each experiment: arms with their sizes, and per outcome (`total`, `nps`, CSAT and CES
    questions) the arms' means with interval, the test, its effect and the pairs that differ.
    """
    drawn = [v for v in data.codebook.answers if v.type == "random"]
    return [_experiment(data, variable) for variable in drawn]


def _experiment(data: Dataset, variable: Variable) -> Json:
    arms = data.table[variable.name].to_pylist()
    sizes = {str(code): arms.count(code) for code, _ in variable.values}
    return {
        "id": variable.name.partition(".")[2],
        "label": variable.label,
        "arms": [
            {"id": code, "label": label, "n": sizes[str(code)]} for code, label in variable.values
        ],
        "outcomes": [
            {"outcome": name, "label": label, **compared(compare_groups(values, arms))}
            for name, label, values in _outcomes(data)
        ],
    }


def _outcomes(data: Dataset) -> Iterator[Outcome]:
    scored = dimension_points(data)
    if scored:
        yield "total", {}, INDEX * points.totals(scored, weights_of(data))
    nps = nps_values(data)
    if nps is not None:
        yield "nps", {}, nps
    for variable in data.codebook.answers:
        if variable.type in ("csat", "ces"):
            yield variable.name, variable.label, data.floats(variable.name)


def compared(found: Comparison) -> Json:
    """A comparison as JSON: test, statistic, df, p, effect, groups, pairs, adjusted_by,
    findings.
    """
    return {
        "test": found.test,
        "statistic": _finite(found.statistic),
        "df": [_finite(df) for df in found.df],
        "p": _finite(found.p),
        "effect_name": found.effect_name,
        "effect": _finite(found.effect),
        "groups": {str(group.name): _group(group) for group in found.groups},
        "pairs": [_pair(pair) for pair in found.pairs],
        "adjusted_by": found.adjusted_by,
        "findings": [finding.as_json() for finding in found.findings],
    }


def _group(group: Group) -> Mapping[str, float | int | None]:
    interval = group.mean.interval
    return {
        "n": group.mean.n,
        "mean": group.mean.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }


def _pair(pair: Pair) -> Json:
    return {
        "a": str(pair.a),
        "b": str(pair.b),
        "mean": pair.difference,
        "low": _finite(pair.interval.low),
        "high": _finite(pair.interval.high),
        "p": _finite(pair.p_adjusted),
        "effect": _finite(pair.effect),
        "effect_low": _finite(pair.reach.low),
        "effect_high": _finite(pair.reach.high),
        "differ": pair.differ,
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
