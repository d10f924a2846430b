"""Points by hand: seconds, rates, ratings, options, weights, bonuses, vetoes, levels."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats import points
from surveyapp.stats.steps import Step

NAN = math.nan
LEVELS = {"excellent": 9.0, "good": 8.0, "fair": 7.0, "poor": 6.0, "bad": 0.0}
marks = st.one_of(st.floats(0, 10), st.just(NAN))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, 10), (10, 10), (10.1, 9), (15, 9), (15.5, 8), (20, 8), (55, 1), (60, 0), (600, 0)],
)
def test_ten_points_within_ten_seconds_and_one_off_for_every_five_begun(
    seconds: float, expected: float
) -> None:
    assert points.of_steps([seconds], Step(10, 5)).tolist() == [expected]


@pytest.mark.parametrize(
    ("rate", "expected"), [(100, 10), (95, 10), (94.9, 9), (94, 9), (93.5, 8), (85, 0), (10, 0)]
)
def test_a_resolution_of_95_per_cent_has_full_points(rate: float, expected: float) -> None:
    assert points.of_steps([rate], Step(95, better="higher")).tolist() == [expected]


def test_steps_are_counted_in_decimals_and_not_in_binary() -> None:
    """(0.4 - 0.1) / 0.1 is 3.0000000000000004 in floats: a fourth step would be begun."""
    assert points.of_steps([0.4, 0.7, NAN], Step(0.1, 0.1)).tolist()[:2] == [7, 4]
    assert math.isnan(points.of_steps([NAN], Step(1))[0])
    assert points.of_steps([], Step(1)).tolist() == []
    assert points.of_steps([2, 3], Step(1, 1, full=8, off=2.5)).tolist() == [5.5, 3]


def test_a_rating_runs_from_0_to_10_whatever_its_length() -> None:
    assert points.rescaled([1, 3, 5], 1, 5).tolist() == [0, 5, 10]
    assert points.rescaled([1, 4, 7], 1, 7, reverse=True).tolist() == [10, 5, 0]
    assert points.rescaled([0, 10], 0, 10).tolist() == [0, 10]
    with pytest.raises(ValueError, match="differ"):
        points.rescaled([1], 5, 5)


def test_options_have_the_points_that_they_are_given() -> None:
    found = points.of_options(["yes", "partly", None, "dk"], {"yes": 10, "partly": 5})
    assert found.tolist()[:2] == [10, 5]
    assert np.isnan(found[2:]).all()


WEIGHTS = {"speed": Decimal(25), "solved": Decimal(30), "first": Decimal(20), "polite": Decimal(25)}


def test_the_total_by_hand() -> None:
    """25 % of 10 and 30 % of 5 and 20 % of 8 and 25 % of 6 are 7.1; without `solved` it is
    (2.5 + 1.6 + 1.5) / 0.7 = 8; with a quarter of the weight there is no total.
    """
    rows = {
        "speed": np.array([10, 10, NAN]),
        "solved": np.array([5, NAN, NAN]),
        "first": np.array([8, 8, NAN]),
        "polite": np.array([6, 6, 6.0]),
    }
    found = points.totals(rows, WEIGHTS)
    assert found[:2].tolist() == pytest.approx([7.1, 8.0])
    assert math.isnan(found[2])


def test_dimensions_without_weight_do_not_count() -> None:
    rows = {"speed": np.array([4.0]), "extra": np.array([10.0])}
    assert points.totals(rows, {"speed": Decimal(100)}).tolist() == [4]
    assert np.isnan(points.totals(rows, {})).tolist() == [True]
    assert points.totals({}, WEIGHTS).tolist() == []
    with pytest.raises(ValueError, match="negative"):
        points.totals(rows, {"speed": Decimal(-1)})


def test_half_of_the_weight_is_enough_exactly() -> None:
    halves = {"a": Decimal("49.99"), "b": Decimal("50.01")}
    rows = {"a": np.array([3.0, NAN]), "b": np.array([NAN, 3.0])}
    assert np.isnan(points.totals(rows, halves)).tolist() == [True, False]


def test_bonuses_add_a_share_of_the_total_up_to_the_cap() -> None:
    """8 points and 5 % + 3 % give 8.64; 20 % of which 15 % count give 9.2; 9.5 stays below 10."""
    assert points.with_bonus([8, 8, 9.5, 6], [8, 20, 15, 0], 15).tolist() == pytest.approx(
        [8.64, 9.2, 10, 6]
    )
    with pytest.raises(ValueError, match="negative"):
        points.with_bonus([8], [-1], 15)


def test_one_veto_zeroes_the_period() -> None:
    assert points.after_veto(8.7, 0) == 8.7
    assert points.after_veto(8.7, 1) == 0
    assert points.after_veto(None, 3) is None


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (10, "excellent"),
        (9, "excellent"),
        (8.9999999, "excellent"),
        (8.999, "good"),
        (7, "fair"),
        (6.2, "poor"),
        (0, "bad"),
        (None, None),
        (NAN, None),
    ],
)
def test_levels_begin_at_their_least_points(score: float | None, level: str | None) -> None:
    assert points.level_of(score, LEVELS) == level


def test_levels_are_counted_and_what_reaches_none_has_none() -> None:
    assert points.counted([9.5, 9, 3, NAN, 7.5], LEVELS) == {
        "excellent": 2, "good": 0, "fair": 1, "poor": 0, "bad": 1,
    }  # fmt: skip
    assert points.level_of(3, {"pass": 6.0}) is None
    assert points.counted([3], {"pass": 6.0}) == {"pass": 0}


@given(
    st.lists(st.tuples(marks, marks, marks), min_size=1, max_size=8),
    st.lists(st.integers(0, 100), min_size=3, max_size=3),
    st.permutations([0, 1, 2]),
)
def test_totals_stay_between_0_and_10_and_do_not_depend_on_the_order(
    rows: list[tuple[float, ...]], weights: list[int], order: list[int]
) -> None:
    table = np.array(rows)
    scores = {f"d{i}": table[:, i] for i in range(3)}
    shares = {f"d{i}": Decimal(weights[i]) for i in range(3)}
    found = points.totals(scores, shares)
    given_ = found[np.isfinite(found)]
    assert ((given_ >= 0) & (given_ <= 10)).all()
    turned = points.totals(
        {f"d{i}": scores[f"d{i}"] for i in order}, {f"d{i}": shares[f"d{i}"] for i in order}
    )
    np.testing.assert_allclose(found, turned, rtol=1e-12)


@given(st.floats(0, 10), st.floats(0, 300), st.floats(0, 100))
def test_a_bonus_never_exceeds_its_cap_nor_ten_points(
    total: float, percent: float, cap: float
) -> None:
    raised = points.with_bonus([total], [percent], cap)[0]
    assert total <= raised <= min(10, total * (1 + cap / 100)) + 1e-12
    assert raised <= 10


@given(st.floats(-1e6, 1e6, allow_nan=False), st.floats(-100, 100), st.floats(0.01, 50))
def test_measured_numbers_have_between_0_and_full_points_and_better_is_never_fewer(
    value: float, best: float, step: float
) -> None:
    for better, change in (("lower", -1.0), ("higher", 1.0)):
        rule = Step(best, step, better=better)  # type: ignore[arg-type]
        here, there = points.of_steps([value, value + change], rule).tolist()
        assert 0 <= here <= 10
        assert there >= here


@given(st.floats(0, 10), st.integers(1, 50))
def test_a_veto_zeroes_whatever_the_score(score: float, vetoes: int) -> None:
    assert points.after_veto(score, vetoes) == 0
