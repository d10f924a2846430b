"""Weights after the field: totals are kept, and the jackknife equals R's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.sampling.adjusting import (
    for_non_response,
    for_unknown_eligibility,
    jackknife,
    trimmed,
)
from surveyapp.stats.sampling.design import design_of
from tests.stats.sampling.test_sampling_contrasts import ROWS, column


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
    found = trimmed(weights, most)
    limit = most * float(np.median(weights))
    assert found.max() <= limit * (1 + 1e-9) or found.sum() < sum(weights) * (1 + 1e-9)
    if found.max() < limit * (1 - 1e-9):
        assert found.sum() == pytest.approx(sum(weights))


def test_what_cannot_be_trimmed_is_left_or_refused():
    assert trimmed([0.0, 0.0], 2).tolist() == [0, 0]
    assert trimmed([1, 1, 9], 2).tolist() == [2, 2, 2]  # no room: some of the total is lost
    assert trimmed([1, 1, 1], 2).tolist() == [1, 1, 1]
    assert trimmed([1, 1, 1, 9], 2, rounds=1).tolist()[-1] == 2
    with pytest.raises(ValueError, match="above the median"):
        trimmed([1], 1)


def mean(w):
    return float(w @ column("y") / w.sum())


def test_the_jackknife_equals_survey_4_1_1():
    """as.svrepdesign(type = "JKn", mse = TRUE), of an unlimited and of a finite population."""
    strata, clusters = ([row[name] for row in ROWS] for name in ("st", "cl"))
    plain = design_of(13, strata=strata, clusters=clusters, weights=column("w"))
    assert jackknife(plain, mean) ** 0.5 == pytest.approx(0.576945608458721, rel=1e-9)
    sizes = {"n": 40, "s": 25}
    finite = design_of(13, strata=strata, clusters=clusters, weights=column("w"), population=sizes)
    assert jackknife(finite, mean) ** 0.5 == pytest.approx(0.535626375695701, rel=1e-9)


def test_a_lonely_unit_adds_nothing():
    alone = design_of(3, strata=["a", "a", "b"])
    assert jackknife(alone, lambda w: float(w @ [1.0, 3.0, 9.0])) > 0
