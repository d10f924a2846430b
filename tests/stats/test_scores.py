from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.findings import SurveyError
from surveyapp.stats.intervals import wilson
from surveyapp.stats.scores import (
    checked_weights,
    dimension_scores,
    index_points,
    mean_estimate,
    net_promoter,
    top_box,
    weighted_total,
)

NAN = float("nan")
CORE = {"speed": 25, "resolution": 30, "first": 20, "attitude": 15, "knowledge": 10}
# psych::bfi E4 + E5 - 2 as 0 to 10: counts of each answer, and R's results for them.
NPS_COUNTS = [25, 51, 73, 103, 173, 269, 379, 432, 552, 443, 270]


def codes(result):
    return [finding.code for finding in result.findings]


def test_nps_equals_r():
    result = net_promoter(np.repeat(np.arange(11), NPS_COUNTS))
    assert (result.promoters, result.passives, result.detractors) == (713, 984, 1073)
    assert result.estimate.value == pytest.approx(-12.996389891696753, abs=1e-10)
    assert result.estimate.standard_error == pytest.approx(1.5058268047738437, abs=1e-10)
    assert result.variance == pytest.approx(1.5058268047738437**2, abs=1e-10)
    interval = result.estimate.interval
    assert [interval.low, interval.high] == pytest.approx(
        [-15.949046829821823, -10.04373295357168], abs=1e-9
    )


def test_csat_equals_r():
    answers = np.r_[np.full(4926, 5.0), np.full(6366 - 4926, 2.0)]
    result = top_box(answers, 1, 5)
    assert result.count == 4926
    assert result.value == pytest.approx(0.7737983034872761)
    assert [result.interval.low, result.interval.high] == pytest.approx(
        [0.7633577145100323, 0.783908653504941], abs=1e-12
    )


def test_no_answers_are_no_score_not_zero():
    for answers in ([], [NAN, NAN]):
        result = net_promoter(answers)
        assert result.estimate.value is result.estimate.interval is result.variance is None
        assert codes(result.estimate) == ["scores.no_answers"]
        assert top_box(answers, 1, 5).value is None


def test_one_answer_and_unanimous_answers_have_no_interval():
    assert net_promoter([10]).estimate.interval is None
    unanimous = net_promoter([10.0] * 50).estimate
    assert unanimous.value == 100
    assert unanimous.interval is None
    assert codes(unanimous) == ["scores.no_spread"]


def test_few_answers_are_read_with_care():
    assert codes(net_promoter([10, 0, 5]).estimate) == ["scores.few_answers"]
    assert "Only 3" in top_box([5, 4, 1], 1, 5).findings[0].message


@pytest.mark.parametrize("answers", [[11, 3], [-1], [3, NAN, 99]])
def test_answers_off_the_scale_are_refused_by_row(answers):
    with pytest.raises(SurveyError) as caught:
        net_promoter(answers)
    assert caught.value.findings[0].code == "scores.off_scale"
    with pytest.raises(SurveyError):
        top_box([6], 1, 5)


ANSWERS = st.lists(st.integers(0, 10), min_size=2, max_size=60)


@given(ANSWERS)
@settings(max_examples=80, deadline=None)
def test_nps_is_the_difference_of_the_groups_and_stays_on_its_scale(answers):
    result = net_promoter(answers)
    n = len(answers)
    assert result.promoters + result.passives + result.detractors == n
    assert result.estimate.value == pytest.approx(100 * (result.promoters - result.detractors) / n)
    if result.estimate.interval:
        assert -100 <= result.estimate.interval.low <= result.estimate.value + 1e-9
        assert result.estimate.value - 1e-9 <= result.estimate.interval.high <= 100


@given(ANSWERS, st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_equal_weights_change_nothing_whatever_their_size(answers, weight):
    plain = net_promoter(answers).estimate
    weighted = net_promoter(answers, np.full(len(answers), weight / 3)).estimate
    assert weighted.value == pytest.approx(plain.value)
    assert weighted.standard_error == pytest.approx(plain.standard_error, abs=1e-9)
    assert weighted.n_effective == pytest.approx(len(answers))


@given(st.integers(0, 200), st.integers(1, 200))
def test_wilson_stays_between_nothing_and_all(count, more):
    n = count + more
    for share in (count / n, 1.0, 0.0):
        interval = wilson(share, n)
        assert 0 <= interval.low <= share <= interval.high <= 1


def test_weights_must_make_exactly_a_hundred():
    assert checked_weights(CORE)["speed"] == Fraction(25)
    thirds = {"a": Fraction(100, 3), "b": Fraction(100, 3), "c": Fraction(100, 3)}
    assert sum(checked_weights(thirds).values()) == 100
    assert checked_weights({"a": "33.3", "b": Decimal("66.7")})["a"] == Fraction(333, 10)
    with pytest.raises(SurveyError, match=r"99\.9.*Change one by 0\.1"):
        checked_weights({"a": "33.3", "b": "66.6"})
    with pytest.raises(SurveyError, match="1/3"):
        checked_weights({"a": Fraction(1, 3)})
    with pytest.raises(SurveyError, match="negative"):
        checked_weights({"a": 110, "b": -10})
    with pytest.raises(ValueError, match="exact"):
        checked_weights({"a": 33.3, "b": 66.7})


def test_the_total_is_the_weighted_sum_of_the_dimensions():
    rng = np.random.default_rng(1)
    scores = {name: rng.uniform(0, 100, 80) for name in CORE}
    result = weighted_total(scores, CORE)
    rows = sum(weight / 100 * scores[name] for name, weight in CORE.items())
    plain = mean_estimate(rows)
    assert result.estimate.value == pytest.approx(rows.mean())
    assert result.estimate.standard_error == pytest.approx(plain.standard_error)
    assert result.estimate.interval.low == pytest.approx(plain.interval.low)
    assert sum(result.contributions.values()) == pytest.approx(result.estimate.value)


def test_rows_that_lack_a_dimension_still_count_where_they_answered():
    scores = {"a": [100.0, 50, NAN, NAN], "b": [0.0, NAN, 40, NAN]}
    result = weighted_total(scores, {"a": 50, "b": 50})
    assert result.estimate.value == pytest.approx(75 / 2 + 20 / 2)
    assert result.estimate.n == 3
    weighted = weighted_total(scores, {"a": 50, "b": 50}, [1, 3, 1, 9])
    assert weighted.contributions["a"] == pytest.approx((100 + 150) / 4 / 2)


def test_a_dimension_without_answers_makes_no_total_and_is_named():
    result = weighted_total({"a": [1.0, 2.0], "b": [NAN, NAN]}, {"a": 60, "b": 40})
    assert result.estimate.value is None
    assert '"b"' in result.estimate.findings[0].message
    free = weighted_total({"a": [1.0, 2.0], "b": [NAN, NAN]}, {"a": 100, "b": 0})
    assert free.estimate.value == pytest.approx(1.5)
    with pytest.raises(ValueError, match="no scores"):
        weighted_total({"a": [1.0]}, {"a": 50, "b": 50})


def test_dimension_scores_need_enough_answers():
    rows = [[1.0, 3, NAN, NAN], [2, NAN, NAN, NAN], [NAN] * 4, [1, 2, 3, 4]]
    assert dimension_scores(rows) == pytest.approx([2, NAN, NAN, 2.5], nan_ok=True)
    assert dimension_scores(rows, at_least=0.25)[1] == 2
    assert index_points([1, 3, 5, NAN], 1, 5) == pytest.approx([0, 50, 100, NAN], nan_ok=True)
    assert index_points([1, 5], 5, 1) == pytest.approx([100, 0])
    with pytest.raises(ValueError, match="differ"):
        index_points([1], 3, 3)


def test_bad_row_weights_are_a_mistake():
    for weights in ([1.0], [1, -1], [1, NAN]):
        with pytest.raises(ValueError, match="weights are finite"):
            mean_estimate([1.0, 2.0], weights)
    assert mean_estimate([1.0, 2.0], [0, 0]).value is None


def test_rows_without_weight_add_no_degrees_of_freedom_to_a_score():
    """survey 4.1-1: svymean(~p, svydesign(~1, weights = ~w)) of ±100 and 0; confint(level = 0.5,
    df = degf(d)) with degf 3, where five rows less one were counted.
    """
    found = net_promoter([10, 9, 3, 8, 0, 7], [1, 2, 1.5, 0, 0, 3], level=0.5).estimate
    assert (found.value, found.standard_error) == pytest.approx((20, 38.0876182855619))
    interval = [found.interval.low, found.interval.high]
    assert interval == pytest.approx([-9.13292703381932, 49.1329270338193])
    assert mean_estimate([1, 2, 3], [0, 4, 0]).interval is None


@pytest.mark.parametrize("wrong", [5.5, 11, -1, 9.999])
def test_an_answer_off_the_points_of_its_scale_is_refused(wrong):
    with pytest.raises(SurveyError) as refusal:
        net_promoter([10, NAN, wrong])
    assert refusal.value.findings[0].code == "scores.off_scale"
    assert "row 3" in str(refusal.value)
