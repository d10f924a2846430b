"""Weights after the field: totals are kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.findings import SurveyError
from surveyapp.stats.sampling.adjusting import (
    for_non_response,
    for_unknown_eligibility,
    trimmed,
)
from surveyapp.stats.sampling.raking import rake


def test_those_who_answered_carry_the_weight_of_their_class():
    found = for_non_response([2, 2, 3, 5, 4], [True, False, True, True, False], list("aabbc"))
    assert found.weights.tolist() == [4, 0, 3, 5, 0]
    assert found.factors == {"a": 2, "b": 1}
    assert [f.place for f in found.findings] == ["class:c"]
    same = for_unknown_eligibility([1, 1], [True, False], ["x", "x"])
    assert same.weights.tolist() == [2, 0]
    with pytest.raises(ValueError, match="equally long"):
        for_non_response([1], [True, True], ["a"])


@given(st.lists(st.floats(0.1, 100), min_size=3, max_size=40), st.floats(1.2, 5))
def test_trimming_keeps_the_total_and_the_limit(weights, most):
    limit = most * float(np.median(weights))
    if limit * len(weights) < sum(weights):
        with pytest.raises(SurveyError, match="nowhere to go"):
            trimmed(weights, most)
        return
    found = trimmed(weights, most)
    assert found.sum() == pytest.approx(sum(weights))
    assert found.max() <= limit * (1 + 1e-6)


def test_what_cannot_be_trimmed_is_left_or_refused():
    assert trimmed([0.0, 0.0], 2).tolist() == [0, 0]
    assert trimmed([1, 1, 1], 2).tolist() == [1, 1, 1]
    assert trimmed([1, 1, 1, 4], 2, rounds=1).tolist() == pytest.approx([5 / 3, 5 / 3, 5 / 3, 2])
    with pytest.raises(ValueError, match="above the median"):
        trimmed([1], 1)


SLOW = {
    "g": ["g1", "g1", "g1", "g1", "g1", "g2", "g2", "g0", "g0", "g2"],
    "h": ["h3", "h0", "h2", "h2", "h1", "h3", "h2", "h1", "h1", "h3"],
}
MARGINS = {
    "g": {"g0": 217.0, "g1": 264.0, "g2": 205.0},
    "h": {"h0": 100.25, "h1": 217.85, "h2": 146.05, "h3": 221.85},
}


def test_margins_that_fitting_in_turn_nears_too_slowly_are_met() -> None:
    """They were refused as contradictory with "217 where 217 is wanted".

    R survey 4.1-1: weights(calibrate(svydesign(~1, weights = ~w, data = d), list(~g, ~h), margins,
    calfun = "raking", maxit = 500, epsilon = 1e-12)); survey::rake warns that it did not converge
    after 2,000 iterations.
    """
    found = rake(SLOW, MARGINS)
    assert found.feasible
    assert found.weights == pytest.approx(
        [
            68.94422050, 100.25, 46.97788975, 46.97788975, 0.85,
            76.45288975, 52.09422050, 108.5, 108.5, 76.45288975,
        ],
        rel=1e-8,
    )  # fmt: skip


def test_where_one_row_would_have_to_weigh_less_than_nothing_nothing_is_met() -> None:
    short = {"g": MARGINS["g"], "h": {"h0": 100.25, "h1": 216.0, "h2": 147.9, "h3": 221.85}}
    found = rake(SLOW, short)
    assert not found.feasible
    assert all(weight >= 0 for weight in found.weights)
