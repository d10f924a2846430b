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
