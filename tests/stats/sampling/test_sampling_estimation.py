from __future__ import annotations

import math
from itertools import combinations

import pytest

from surveyapp.stats.sampling.estimation import estimate_mean

FRAME = {"a": [1.0, 2.0, 4.0, 9.0], "b": [5.0, 5.5, 7.0]}


def every_sample() -> list[tuple[list[float], list[str]]]:
    return [
        ([*one, *two], ["a"] * 2 + ["b"] * 2)
        for one in combinations(FRAME["a"], 2)
        for two in combinations(FRAME["b"], 2)
    ]


def test_over_all_samples_mean_and_variance_are_unbiased() -> None:
    """The design's own truth: average over every possible draw, no simulation."""
    sizes = {k: len(v) for k, v in FRAME.items()}
    weights = [2.0, 2.0, 1.5, 1.5]
    estimates = [estimate_mean(y, s, weights=weights, population=sizes) for y, s in every_sample()]
    truth = sum(map(sum, FRAME.values())) / 7
    means = [e.mean for e in estimates if e.mean is not None]
    assert math.fsum(means) / len(means) == pytest.approx(truth)
    variance = math.fsum((m - truth) ** 2 for m in means) / len(means)
    assert math.fsum(e.se**2 for e in estimates if e.se) / len(means) == pytest.approx(variance)


def test_a_census_has_no_error() -> None:
    values = [*FRAME["a"], *FRAME["b"]]
    census = estimate_mean(values, ["a"] * 4 + ["b"] * 3, population={"a": 4, "b": 3})
    assert census.se == 0
    assert census.low == census.high == census.mean


def test_missing_answers_count_in_their_stratum_but_not_in_the_mean() -> None:
    some = estimate_mean([1, math.nan, 3, 5], ["a"] * 4)
    assert (some.n, some.mean, some.population) == (3, 3, 3)
    assert some.df == 3


def test_a_lonely_stratum_is_named_and_does_not_hide_its_variance() -> None:
    lonely = estimate_mean([1, 2, 9], ["a", "a", ("b", "VIP")])
    assert [f.code for f in lonely.findings] == ["estimate.lonely_stratum"]
    assert "b / VIP" in lonely.findings[0].message
    without = estimate_mean([1, 2], ["a", "a"])
    assert lonely.se is not None
    assert without.se is not None
    assert lonely.se > without.se


def test_a_lonely_stratum_drawn_in_full_is_certain() -> None:
    certain = estimate_mean([1, 2, 9], ["a", "a", "b"], population={"a": 9, "b": 1})
    assert certain.findings == ()


def test_what_cannot_be_estimated_is_none_with_a_reason() -> None:
    nobody = estimate_mean([math.nan], ["a"])
    assert nobody.mean is None
    assert nobody.total is None
    assert nobody.findings[0].code == "estimate.no_answers"
    alone = estimate_mean([4], ["a"])
    assert (alone.mean, alone.se, alone.df) == (4, None, 0)
    assert "estimate.too_few" in [f.code for f in alone.findings]
    one_answer = estimate_mean([4, math.nan, math.nan], ["a"] * 3)
    assert one_answer.se is None


def test_constant_answers_have_no_design_effect() -> None:
    assert estimate_mean([4, 4, 4], ["a"] * 3).deff is None


def test_programmers_mistakes() -> None:
    with pytest.raises(ValueError, match="equally long"):
        estimate_mean([1, 2], ["a"])
    with pytest.raises(ValueError, match="finite"):
        estimate_mean([1, 2], ["a", "a"], weights=[1, -1])
    with pytest.raises(ValueError, match="more sampled"):
        estimate_mean([1, 2], ["a", "a"], population={"a": 1})
