import math

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from surveyapp.stats.accumulate import gather
from surveyapp.stats.reliability import reliability, reverse

# R datasets::attitude; expected values of R psych 2.2.9 alpha() below.
ATTITUDE = np.array(
    [
        [43, 51, 30, 39, 61, 92, 45], [63, 64, 51, 54, 63, 73, 47], [71, 70, 68, 69, 76, 86, 48],
        [61, 63, 45, 47, 54, 84, 35], [81, 78, 56, 66, 71, 83, 47], [43, 55, 49, 44, 54, 49, 34],
        [58, 67, 42, 56, 66, 68, 35], [71, 75, 50, 55, 70, 66, 41], [72, 82, 72, 67, 71, 83, 31],
        [67, 61, 45, 47, 62, 80, 41], [64, 53, 53, 58, 58, 67, 34], [67, 60, 47, 39, 59, 74, 41],
        [69, 62, 57, 42, 55, 63, 25], [68, 83, 83, 45, 59, 77, 35], [77, 77, 54, 72, 79, 77, 46],
        [81, 90, 50, 72, 60, 54, 36], [74, 85, 64, 69, 79, 79, 63], [65, 60, 65, 75, 55, 80, 60],
        [65, 70, 46, 57, 75, 85, 46], [50, 58, 68, 54, 64, 78, 52], [50, 40, 33, 34, 43, 64, 33],
        [64, 61, 52, 62, 66, 80, 41], [53, 66, 52, 50, 63, 80, 37], [40, 37, 42, 58, 50, 57, 49],
        [63, 54, 42, 48, 66, 75, 33], [66, 77, 66, 63, 88, 76, 72], [78, 75, 58, 74, 80, 78, 49],
        [48, 57, 44, 45, 51, 83, 38], [85, 85, 71, 71, 77, 74, 55], [82, 82, 39, 59, 64, 78, 39],
    ]
)  # fmt: skip
NAMES = ["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"]


def scale(n=200, k=4, seed=0, noise=1.0):
    rng = np.random.default_rng(seed)
    return np.round(3 + rng.normal(size=(n, 1)) + noise * rng.normal(size=(n, k)))


def names(data):
    return [f"q{number}" for number in range(1, data.shape[1] + 1)]


def alpha_of(data, **options):
    return reliability(gather(data), names(data), **options)


def codes(result):
    return [finding.code for finding in result.findings]


def test_attitude_equals_psych():
    result = reliability(gather(ATTITUDE), NAMES)
    assert result.alpha == pytest.approx(0.8431427695647599, abs=1e-12)
    assert result.standardised == pytest.approx(0.8390838030295106, abs=1e-12)
    assert result.average_r == pytest.approx(0.42690664264971706, abs=1e-12)
    assert result.interval.low == pytest.approx(0.7393756856, abs=1e-9)
    assert result.interval.method == "feldt"
    assert (result.n, result.k, result.findings) == (30, 7, ())


@given(st.integers(3, 6), st.integers(10, 60), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_alpha_equals_pingouin_on_complete_data(k, n, seed):
    data = scale(n, k, seed)
    assume((data.std(axis=0) > 0).all())
    alpha, interval = pingouin.cronbach_alpha(pd.DataFrame(data))
    result = alpha_of(data)
    assert result.alpha == pytest.approx(alpha, abs=1e-10)
    assert np.round([result.interval.low, result.interval.high], 3) == pytest.approx(
        interval, abs=1e-3
    )


@given(st.integers(3, 6), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_what_is_said_of_an_item_is_what_leaving_it_out_gives(k, seed):
    data = scale(50, k, seed)
    assume((data.std(axis=0) > 0).all())
    for place, item in enumerate(alpha_of(data).items):
        rest = np.delete(data, place, axis=1)
        r = np.corrcoef(data[:, place], rest.sum(axis=1))[0, 1]
        assert item.item_total_r == pytest.approx(r, abs=1e-9)
        assert item.alpha_if_deleted == pytest.approx(alpha_of(rest).alpha, abs=1e-9)


@given(st.integers(0, 10**6), st.floats(-1e6, 1e6), st.floats(0.01, 100), st.permutations(range(4)))
@settings(max_examples=60, deadline=None)
def test_alpha_ignores_shifts_units_and_the_order_of_items(seed, shift, unit, order):
    data = scale(60, 4, seed)
    result, moved = alpha_of(data), alpha_of(data[:, order] * unit + shift * np.arange(4))
    assert moved.alpha == pytest.approx(result.alpha, abs=1e-6)
    assert moved.standardised == pytest.approx(result.standardised, abs=1e-6)
    back = [moved.items[order.index(place)].alpha_if_deleted for place in range(4)]
    assert back == pytest.approx([item.alpha_if_deleted for item in result.items], abs=1e-6)


def test_reversing_mends_an_item_and_reversing_all_changes_nothing():
    data = scale()
    spoiled = data.copy()
    spoiled[:, 1] = 6 - spoiled[:, 1]
    moments = gather(spoiled)
    assert "items.against_the_scale" in codes(reliability(moments, names(data)))
    assert reliability(moments, names(data)).findings[0].params["item"] == "q2"
    mended = reliability(reverse(moments, names(data), ["q2"], (1, 5)), names(data))
    assert mended.alpha == pytest.approx(alpha_of(data).alpha, abs=1e-12)
    assert mended.items[1].mean == pytest.approx(data[:, 1].mean())
    turned = reverse(gather(data), names(data), names(data), (1, 5))
    assert reliability(turned, names(data)).alpha == pytest.approx(alpha_of(data).alpha, abs=1e-12)


def test_a_constant_and_an_unanswered_item_are_left_out_by_name():
    data = scale()
    spoiled = np.column_stack([data, np.full(len(data), 3.0), np.full(len(data), np.nan)])
    result = alpha_of(spoiled)
    assert result.alpha == pytest.approx(alpha_of(data).alpha, abs=1e-12)
    assert result.k == 4
    said = [(f.code, f.params["item"]) for f in result.findings]
    assert said == [("items.constant_item", "q5"), ("items.no_answers", "q6")]
    assert result.items[4].sd == 0
    assert result.items[4].item_total_r is None
    assert result.items[5].mean is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (np.empty((0, 3)), "reliability.too_few_answers"),
        (np.array([[1.0, 2.0, 3.0]]), "reliability.too_few_answers"),
        (np.array([[1.0], [2.0]]), "reliability.too_few_items"),
        (np.array([[1.0, 5.0], [2.0, 4.0], [3.0, 3.0]]), "reliability.no_total_variance"),
        (
            np.array([[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2.0]]),
            "reliability.no_common_answers",
        ),
    ],
)
def test_what_cannot_be_computed_is_none_with_the_reason(data, code):
    result = alpha_of(data)
    assert code in codes(result)
    assert result.alpha is result.standardised is result.interval is result.average_r is None
    assert all(finding.message for finding in result.findings)


def test_two_items_have_no_alpha_without_one_of_them():
    result = alpha_of(scale(k=2))
    assert result.alpha is not None
    assert [item.alpha_if_deleted for item in result.items] == [None, None]
    assert "reliability.two_items" in codes(result)


def test_a_negative_alpha_is_shown_and_explained():
    data = np.array([[1.0, 5, 2], [2, 4, 4], [3, 3, 1], [4, 2, 5], [5, 1.5, 2]])
    result = alpha_of(data)
    assert result.alpha < 0
    assert "reliability.negative_alpha" in codes(result)


def test_items_that_cancel_out_have_no_standardised_alpha():
    data = np.array([[1.0, -1.0], [2.0, -2.0], [3.0, -3.0]]) * [1, 2]
    result = alpha_of(data)
    assert result.alpha is not None
    assert result.standardised is None


def test_others_that_cancel_out_leave_an_item_undefined():
    rng = np.random.default_rng(1)
    a, b = rng.integers(1, 6, (2, 50)).astype(float)
    result = alpha_of(np.column_stack([a, -a, b]))
    assert result.items[2].item_total_r is None
    assert result.items[2].alpha_if_deleted is None


def test_the_rows_that_were_used_are_said():
    data = scale()
    data[:30, 0] = np.nan
    data[:5] = np.nan
    listwise = alpha_of(data, missing="listwise")
    assert listwise.n == 170
    assert listwise.findings[0].code == "reliability.rows_dropped"
    assert "170 rows of 200" in listwise.findings[0].message
    pairwise = alpha_of(data)
    assert pairwise.n == 200
    assert "5 of 200" in pairwise.findings[0].message


def test_the_interval_narrows_with_the_level_and_holds_alpha():
    wide, narrow = alpha_of(scale(), level=0.99), alpha_of(scale(), level=0.5)
    assert wide.interval.low < narrow.interval.low < wide.alpha < narrow.interval.high
    assert math.isclose(wide.interval.level, 0.99)


def test_reversing_an_item_that_is_not_there_is_a_mistake():
    with pytest.raises(ValueError, match="q9"):
        reverse(gather(scale()), ["q1", "q2", "q3", "q4"], ["q9"], (1, 5))
