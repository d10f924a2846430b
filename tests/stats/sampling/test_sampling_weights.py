from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.sampling.size import sample_size
from surveyapp.stats.sampling.spread import standard_deviation
from surveyapp.stats.sampling.weights import kish, stratum_weights


@given(st.integers(1, 10**6), st.data())
def test_weights_of_the_drawn_sum_to_the_stratum_exactly(size: int, data: st.DataObject) -> None:
    drawn = data.draw(st.integers(1, size))
    weights = stratum_weights(size, drawn)
    assert weights.weight is not None
    assert weights.weight * drawn == size
    assert weights.probability * weights.weight == 1
    assert weights.probability * size == drawn


def test_nobody_drawn_has_no_weight() -> None:
    assert stratum_weights(9, 0).weight is None
    assert stratum_weights(0, 0).probability == Fraction(0)
    with pytest.raises(ValueError, match="5 of 4"):
        stratum_weights(4, 5)


def test_kish_measures_the_inequality() -> None:
    even = kish([2.5] * 40)
    assert even is not None
    assert (even.deff, even.n_effective, even.cv) == (1, 40, 0)
    uneven = kish([1, 3])
    assert uneven is not None
    assert uneven.deff == 1.25
    assert uneven.n_effective == 1.6
    assert uneven.cv == pytest.approx(math.sqrt(2) / 2)
    lone = kish([4])
    assert lone is not None
    assert lone.cv is None
    assert kish([]) is None
    assert kish([0, 0]) is None


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_weights_that_are_none_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        kish([1, bad])


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.randoms())
def test_standard_deviation_ignores_the_order(values: list[float], shuffler: object) -> None:
    before = standard_deviation(values)
    shuffler.shuffle(values)  # type: ignore[attr-defined]
    assert standard_deviation(values) == before


def test_standard_deviation_of_little() -> None:
    assert standard_deviation([]) is None
    assert standard_deviation([3]) is None
    assert standard_deviation([0.1] * 7) == 0
    assert standard_deviation([1e9 + 1, 1e9 + 2, 1e9 + 3]) == 1


def test_sample_size_grows_with_demands() -> None:
    assert sample_size(0.05).n == 385
    assert sample_size(0.05, population=6194).n == 362
    assert sample_size(0.05, response_rate=0.2).invite == 1925
    assert sample_size(0.05, population=100).n <= 100


@pytest.mark.parametrize(
    "bad", [{"margin": 0.0}, {"margin": 0.1, "deff": 0.0}, {"margin": 0.1, "population": 0}]
)
def test_sample_size_refuses_nonsense(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"between|positive"):
        sample_size(**bad)  # type: ignore[arg-type]
