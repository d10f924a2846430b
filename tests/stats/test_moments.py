import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from surveyapp.findings import SurveyError
from surveyapp.stats import accumulate
from surveyapp.stats.accumulate import gather, merge

ANSWER = st.one_of(st.integers(1, 7).map(float), st.just(float("nan")))
MATRIX = arrays.arrays(float, st.tuples(st.integers(1, 30), st.integers(1, 5)), elements=ANSWER)


def close(ours, theirs, tolerance=1e-10):
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def check_against_pandas(moments, data):
    frame = pd.DataFrame(data)
    answered = frame.notna()
    assert moments.n_rows == len(frame)
    assert moments.n_complete == int(answered.all(axis=1).sum())
    assert moments.n_empty == int((~answered).all(axis=1).sum())
    assert moments.pairwise.n.tolist() == answered.sum().tolist()
    close(moments.pairwise.means, frame.mean())
    for sums, rows in ((moments.pairwise, frame), (moments.complete, frame.dropna())):
        nothing = np.full((len(frame.columns),) * 2, np.nan)  # pandas warns there
        expected = rows.cov().to_numpy() if len(rows) > 1 else nothing
        close(sums.covariance, expected)
        single = rows.nunique() == 1
        assert sums.constant.tolist() == single.tolist()


@given(MATRIX)
@settings(max_examples=60, deadline=None)
def test_one_pass_gives_the_moments_of_pandas_under_both_policies(data):
    check_against_pandas(gather(data), data)


@given(MATRIX, st.integers(0, 30), st.sampled_from([0.0, 0.125, 1e7]))
@settings(max_examples=50, deadline=None)
def test_parts_merge_to_the_whole_whatever_their_shifts(data, cut, offset):
    data = data + offset
    parts = [part for part in (data[:cut], data[cut:]) if len(part)]
    together = merge(gather(part, pair_variances=True) for part in parts)
    streamed = gather(parts, pair_variances=True)
    whole = gather(data, pair_variances=True)
    for other in (together, streamed):
        assert (other.n_rows, other.n_complete) == (whole.n_rows, whole.n_complete)
        close(other.pairwise.covariance, whole.pairwise.covariance, 1e-8)
        close(other.complete.covariance, whole.complete.covariance, 1e-8)
        assert other.pairwise.constant.tolist() == whole.pairwise.constant.tolist()


@given(MATRIX, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_rows_does_not_matter(data, random):
    order = list(range(len(data)))
    random.shuffle(order)
    close(gather(data[order]).pairwise.covariance, gather(data).pairwise.covariance)


@pytest.mark.parametrize("offset", [0.0, 0.1, 1e7, -1e9])
def test_an_offset_costs_no_digits(offset):
    rng = np.random.default_rng(3)
    data = rng.integers(1, 8, (5000, 6)).astype(float)
    expected = np.cov(data, rowvar=False)
    np.testing.assert_allclose(gather(data + offset).complete.covariance, expected, rtol=1e-8)


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(1).integers(1, 6, (3000, 4)).astype(np.int8),
        np.random.default_rng(1).integers(0, 100, (9000, 4)).astype(np.int16),
        np.random.default_rng(1).integers(10_000, 30_000, (900, 4)).astype(np.int16),
        np.random.default_rng(1).integers(-5000, 5000, (90_000, 4)).astype(np.int16),
        np.random.default_rng(1).integers(0, 2, (500, 3)).astype(bool),
        np.random.default_rng(1).normal(size=(500, 3)).astype(np.float32),
        np.random.default_rng(1).integers(0, 10**6, (500, 3)),
    ],
)
def test_every_number_type_gives_the_same(values):
    check_against_pandas(gather(values), values.astype(float))


@pytest.mark.parametrize("scale", [1.0, 0.37, 1000.0, 5000.0])
def test_gaps_in_small_large_and_fractional_answers(scale):
    rng = np.random.default_rng(2)
    data = np.round(rng.normal(3, 1.5, (20_000, 5))) * scale
    data[rng.random(data.shape) < 0.2] = np.nan
    moments = gather(data, pair_variances=True)
    check_against_pandas(moments, data)
    close(moments.pairwise.correlation, pd.DataFrame(data).corr().to_numpy())


def test_bytes_that_would_not_add_up_in_single_precision_are_added_in_double():
    rng = np.random.default_rng(8)
    data = rng.integers(100, 127, (20_000, 2)).astype(float) - 0.0
    data[rng.random(data.shape) < 0.5] = np.nan
    check_against_pandas(gather(data * [1, -1]), data * [1, -1])


def test_complete_rows_among_many_incomplete_ones_are_all_counted():
    data = np.random.default_rng(9).integers(1, 6, (60_000, 2)).astype(float)
    data[::3, 0] = np.nan
    check_against_pandas(gather(data), data)


def test_a_later_block_may_change_its_kind():
    rng = np.random.default_rng(4)
    blocks = [
        rng.integers(1, 6, (500, 3)).astype(np.int8),
        rng.integers(1, 6, (500, 3)) / 2,
        np.full((10, 3), np.nan),
        rng.integers(1, 6, (500, 3)).astype(np.int64),
    ]
    check_against_pandas(gather(blocks), np.concatenate(blocks).astype(float))


def test_a_sorted_column_is_not_called_constant_because_it_begins_so():
    data = np.column_stack([np.r_[np.full(60_000, 0.1), 0.2], np.arange(60_001.0) % 7])
    assert gather(data).complete.constant.tolist() == [False, False]
    data[-1, 0] = 0.1
    moments = gather(data)
    assert moments.complete.constant.tolist() == [True, False]
    assert (moments.complete.covariance[0] == 0).all()


def test_reversing_and_selecting_act_on_the_moments_as_on_the_data():
    rng = np.random.default_rng(5)
    data = rng.integers(1, 6, (300, 4)).astype(float)
    data[rng.random(data.shape) < 0.1] = np.nan
    turned = data.copy()
    turned[:, 1] = 6 - turned[:, 1]
    signs, offsets = np.array([1.0, -1, 1, 1]), np.array([0.0, 6, 0, 0])
    ours = gather(data, pair_variances=True).reversed(signs, offsets)
    theirs = gather(turned, pair_variances=True)
    close(ours.pairwise.means, theirs.pairwise.means)
    close(ours.pairwise.correlation, theirs.pairwise.correlation)
    close(ours.selected([3, 1]).pairwise.covariance, theirs.pairwise.covariance[[3, 1]][:, [3, 1]])


def test_infinite_values_are_refused_by_item():
    data = np.ones((20, 3))
    data[4, 1] = np.inf
    with pytest.raises(SurveyError) as caught:
        gather(data)
    assert caught.value.findings[0].params["number"] == 2


def test_misuse_is_refused():
    with pytest.raises(ValueError, match="rows and columns"):
        gather(np.ones(3))
    with pytest.raises(ValueError, match="no block"):
        gather([])
    with pytest.raises(ValueError, match="cannot merge 2 items with 3"):
        gather(np.ones((2, 2))).merged(gather(np.ones((2, 3))))
    gaps = np.array([[1.0, np.nan], [2.0, 3.0]])
    with pytest.raises(ValueError, match="pair_variances"):
        _ = gather(gaps).pairwise.correlation


def test_an_item_whose_answers_begin_late_keeps_its_digits(monkeypatch):
    monkeypatch.setattr(accumulate, "_CHUNK", 100)
    rng = np.random.default_rng(7)
    data = rng.integers(1, 6, (1000, 3)).astype(float)
    data[:550, 1] = np.nan
    moments = gather(data + 1e8)
    close(moments.pairwise.covariance, pd.DataFrame(data).cov().to_numpy())


def test_a_shift_is_used_only_where_digits_would_be_lost():
    answers = np.random.default_rng(6).integers(1, 6, (100, 2))
    assert not accumulate.first_shift(answers).any()
    assert accumulate.first_shift(answers + 10**6).tolist() == pytest.approx([10**6 + 3] * 2, abs=1)
