import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.stats.accumulate import gather
from surveyapp.stats.dimensionality import dimensionality
from surveyapp.stats.intervals import log10_chi2_sf

from .test_reliability import ATTITUDE, NAMES, names, scale


def dims(data, **options):
    return dimensionality(gather(data, pair_variances=True), names(data), **options)


def codes(result):
    return [finding.code for finding in result.findings]


def test_attitude_equals_psych():
    result = dimensionality(gather(ATTITUDE), NAMES)
    assert result.bartlett.chi_square == pytest.approx(98.7527786621811, abs=1e-10)
    assert result.bartlett.df == 21
    assert result.bartlett.p == pytest.approx(4.792539035528468e-12, rel=1e-9)
    assert result.bartlett.log10_p == pytest.approx(-11.319434341079932, abs=1e-10)
    assert result.kmo is not None
    assert list(result.msa) == NAMES
    assert result.findings == ()


@given(st.integers(0, 10**6), st.floats(0.1, 1e4), st.permutations(range(4)))
@settings(max_examples=50, deadline=None)
def test_units_directions_and_order_do_not_matter(seed, unit, order):
    data = scale(80, 4, seed)
    one = dims(data)
    other = dims(data[:, order] * [unit, -1, 1, 2])
    assert other.kmo == pytest.approx(one.kmo, abs=1e-9)
    assert other.bartlett.chi_square == pytest.approx(one.bartlett.chi_square, rel=1e-8)
    assert 0 < one.kmo < 1


def test_partial_correlations_are_those_of_regression_residuals():
    data = scale(300, 3)
    result = dims(data)
    design = np.column_stack([np.ones(len(data)), data[:, 2]])
    residuals = data[:, :2] - design @ np.linalg.lstsq(design, data[:, :2], rcond=None)[0]
    R = np.corrcoef(data, rowvar=False)
    partial = [np.corrcoef(residuals, rowvar=False)[0, 1]]
    for gone, pair in ((1, [0, 2]), (0, [1, 2])):
        design = np.column_stack([np.ones(len(data)), data[:, gone]])
        left = data[:, pair] - design @ np.linalg.lstsq(design, data[:, pair], rcond=None)[0]
        partial.append(np.corrcoef(left, rowvar=False)[0, 1])
    r2 = R[0, 1] ** 2 + R[0, 2] ** 2 + R[1, 2] ** 2
    assert result.kmo == pytest.approx(r2 / (r2 + np.square(partial).sum()), abs=1e-10)


def test_a_repeated_item_is_named_with_its_twin():
    data = scale()
    result = dims(np.column_stack([data, 10 - 2 * data[:, 1]]))
    assert result.kmo is result.bartlett is None
    assert codes(result) == ["dimensionality.singular"]
    assert result.findings[0].place == "item:q5"
    assert '"q2"' in result.findings[0].message


def test_a_sum_of_items_is_named_with_its_parts():
    data = scale()
    result = dims(np.column_stack([data, data[:, 0] + data[:, 2]]))
    assert result.kmo is None
    assert result.findings[0].params == {"item": "q5", "others": "q1, q3"}


@pytest.mark.parametrize("n", [0, 1, 4, 5])
def test_fewer_rows_than_items_is_refused(n):
    rng = np.random.default_rng(n)
    result = dims(rng.normal(size=(n, 5)))
    assert result.kmo is result.bartlett is None
    assert codes(result) == ["dimensionality.too_few_answers"]


def test_an_item_without_answers_is_named_where_nothing_is_complete():
    data = scale()
    data[:, 2] = np.nan
    assert codes(dims(data)) == ["items.no_answers", "dimensionality.too_few_answers"]


def test_constant_items_are_left_out_by_name():
    data = scale()
    result = dims(np.column_stack([data, np.full(len(data), 2.0)]))
    assert codes(result) == ["items.constant_item"]
    assert result.kmo == pytest.approx(dims(data).kmo)
    assert "q5" not in result.msa


def test_two_items_get_a_number_and_a_warning_about_it():
    result = dims(scale(k=2))
    assert result.kmo == pytest.approx(0.5)
    assert "dimensionality.two_items" in codes(result)


def test_uncorrelated_items_have_a_kmo_near_chance_and_a_large_p():
    result = dims(np.random.default_rng(1).normal(size=(400, 4)))
    assert result.bartlett.p > 0.01


def test_listwise_says_how_many_rows_were_used_and_pairwise_uses_all():
    data = scale()
    data[:20, 0] = np.nan
    listwise, pairwise = dims(data), dims(data, missing="pairwise")
    assert (listwise.n, pairwise.n) == (180, 200)
    assert "180 rows of 200" in listwise.findings[-1].message
    assert pairwise.findings == ()
    assert listwise.kmo == pytest.approx(dims(data[20:]).kmo, abs=1e-12)


def test_pairwise_correlations_that_contradict_each_other_are_refused():
    nan = np.nan
    x = np.arange(10.0)
    blocks = [
        np.column_stack([x, x, np.full(10, nan)]),
        np.column_stack([x, np.full(10, nan), x]),
        np.column_stack([np.full(10, nan), x, -x]),
    ]
    result = dims(np.concatenate(blocks), missing="pairwise")
    assert result.kmo is None
    assert codes(result) == ["dimensionality.not_positive_definite"]


def test_a_pair_that_is_never_answered_together_is_named():
    nan = np.nan
    data = np.array([[1, nan], [2, nan], [nan, 1], [nan, 3], [nan, 4.0]])
    result = dims(data, missing="pairwise")
    assert codes(result) == ["dimensionality.undefined_correlation"]


def test_a_p_value_below_every_double_is_said_so():
    result = dims(scale(20_000, 5))
    assert result.bartlett.p == 0
    assert result.bartlett.log10_p < -300
    assert "dimensionality.p_underflow" in codes(result)
    assert "1e-300" in result.findings[0].message


@pytest.mark.parametrize(
    ("x", "df", "log10"),
    [  # R 4.2: pchisq(x, df, lower.tail = FALSE, log.p = TRUE) / log(10)
        (18146.065577235015, 300, -3611.236566291827),
        (4718.482375120569, 10, -1012.4938144708688),
        (1908.2938720509233, 1, -416.1193590923291),
        (98.7527786621811, 21, -11.319434341079932),
    ],
)
def test_the_tail_beyond_doubles_equals_r(x, df, log10):
    assert log10_chi2_sf(x, df) == pytest.approx(log10, rel=1e-10)


@given(st.floats(1, 400), st.floats(0.5, 60))
@settings(max_examples=50, deadline=None)
def test_the_tail_decreases(x, df):
    assert log10_chi2_sf(x * 1.1, df) < log10_chi2_sf(x, df) + 1e-12 <= 1e-12


def test_items_without_any_correlation_have_no_kmo():
    """R psych: KMO(diag(2))$MSA is NaN, as 0/0; cortest.bartlett(diag(2), n = 3)$chisq is 0."""
    found = dimensionality(gather(np.array([[1.0, 5], [5, 5], [3, 3], [3, 7]])), ["a", "b"])
    assert found.kmo is None
    assert found.msa == {"a": None, "b": None}
    assert found.bartlett is not None
    assert (found.bartlett.chi_square, found.bartlett.p) == (0, 1)
    codes = [finding.code for finding in found.findings]
    assert codes == ["dimensionality.uncorrelated"] * 2 + ["dimensionality.two_items"]


def test_one_item_without_correlation_leaves_the_others_their_measure():
    """R psych: KMO(matrix(c(1, .5, 0, .5, 1, 0, 0, 0, 1), 3))$MSAi is 0.5, 0.5, NaN."""
    a = np.array([1.0, 1, -1, -1, 1, 1, -1, -1])
    b = np.array([1.0, 0, -1, 0, 1, 0, -1, 0])
    c = np.array([1.0, 1, 1, 1, -1, -1, -1, -1])
    found = dimensionality(gather(np.column_stack([a, b, c])), ["a", "b", "c"])
    assert found.kmo == pytest.approx(0.5)
    assert found.msa == {"a": pytest.approx(0.5), "b": pytest.approx(0.5), "c": None}
    assert [finding.place for finding in found.findings] == ["item:c"]
