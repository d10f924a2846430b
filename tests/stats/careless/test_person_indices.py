from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from surveyapp.stats.careless.consistency import even_odd, person_total, synonyms
from surveyapp.stats.careless.correlation import pairwise, within_rows
from surveyapp.stats.careless.distance import BLOCK, far_out, mahalanobis
from surveyapp.stats.careless.patterns import isolation, standardised
from surveyapp.stats.careless.runs import average_string, longstring
from surveyapp.stats.careless.variability import intra_individual_variability

NAN = np.nan
Floats = NDArray[np.float64]


def genuine(n: int, k: int, seed: int = 1) -> Floats:
    source = np.random.default_rng(seed)
    level = source.normal(size=(n, 1))
    return level + source.normal(size=(n, k))


def test_runs_by_hand() -> None:
    X = [[3, 3, 3, 4, 4], [1, 2, 1, 2, 1], [5, 5, 5, 5, 5], [2, NAN, NAN, 2, 2], [NAN] * 5]
    assert longstring(X).tolist()[:4] == [3, 1, 5, 2]
    assert average_string(X).tolist()[:4] == [2.5, 1, 5, 1.25]
    assert np.isnan(longstring(X)[4])
    assert np.isnan(average_string(X)[4])


def slow_longest(row: list[float]) -> int:
    best = current = 1
    for a, b in itertools.pairwise(row):
        current = current + 1 if a == b else 1
        best = max(best, current)
    return best


@given(arrays(np.float64, (4, 9), elements=st.sampled_from([1.0, 2.0, 3.0, NAN])))
@settings(max_examples=60, deadline=None)
def test_runs_equal_a_plain_loop(X: Floats) -> None:
    X[:, 0] = 1
    assert longstring(X).tolist() == [slow_longest(row) for row in X.tolist()]
    assert (average_string(X) <= longstring(X)).all()


def test_irv_by_hand() -> None:
    irv = intra_individual_variability([[3, 3, 3], [1, NAN, 5], [2, NAN, NAN], [NAN] * 3])
    assert irv[:2].tolist() == [0, pytest.approx(np.sqrt(8))]
    assert np.isnan(irv[2:]).all()


@given(arrays(np.float64, (3, 6), elements=st.floats(-5, 5)), st.floats(-1e6, 1e6))
@settings(max_examples=40, deadline=None)
def test_irv_ignores_where_the_scale_starts(X: Floats, shift: float) -> None:
    np.testing.assert_allclose(
        intra_individual_variability(X + shift), intra_individual_variability(X), atol=1e-8
    )


def test_within_rows_needs_two_cells_and_variance() -> None:
    r = within_rows([[1, 2, 3], [1, 1, 1], [1, NAN, 3], [1, NAN, NAN]], [[2, 4, 6]] * 4)
    assert r[0] == pytest.approx(1)
    assert np.isnan(r[1])
    assert r[2] == pytest.approx(1)
    assert np.isnan(r[3])


def test_pairwise_equals_numpy_on_complete_data_and_pairs_on_holes() -> None:
    X = genuine(50, 4) + 1e6
    np.testing.assert_allclose(pairwise(X), np.corrcoef(X.T), atol=1e-9)
    X[::3, 0] = NAN
    rows = np.isfinite(X[:, 0])
    assert pairwise(X)[0, 1] == pytest.approx(np.corrcoef(X[rows, 0], X[rows, 1])[0, 1])
    X[:, 2] = 7
    X[:, 3] = NAN
    assert np.isnan(pairwise(X)[2:]).all()


def test_even_odd_finds_who_contradicts_himself() -> None:
    scales = [range(i, i + 4) for i in range(0, 20, 4)]
    levels = np.repeat([[1, 5, 2, 4, 3]], 4, axis=0).T.ravel()
    turned = [6 - v if j % 2 else v for j, v in enumerate(levels.tolist())]
    result = even_odd([levels, turned, [3] * 20, [NAN] * 20], scales)
    assert result[0] == pytest.approx(-1)
    assert result[1] == pytest.approx(1)
    assert np.isnan(result[2:]).all()
    assert np.isnan(even_odd([levels], scales[:2])).all()
    assert even_odd([levels], [*scales[:2], [0]], least=2)[0] == pytest.approx(-1)


def test_synonyms_need_three_answered_pairs() -> None:
    X = genuine(200, 6) * [1, 1, 1, 1, 1, 1]
    pairs = synonyms(X, 0.3)
    assert len(pairs.pairs) > 3
    assert all(later > earlier for later, earlier in pairs.pairs)
    X[0, 1:] = NAN
    lone = synonyms(X, 0.3)
    assert np.isnan(lone.r[0])
    assert lone.answered[0] == 0
    nothing = synonyms(X, 0.3, antonyms=True)
    assert nothing.pairs == ()
    assert np.isnan(nothing.r).all()


def test_a_correlation_of_exactly_the_limit_makes_no_pair() -> None:
    """It is computed as 0.5000000000000001 here; R has 0.5."""
    x = np.array([[2.0, 2], [4, 2], [4, 4]])
    assert synonyms(x, 0.5).pairs == ()
    assert synonyms(x * [1, -1], 0.5, antonyms=True).pairs == ()
    assert synonyms(x, 0.49).pairs == ((1, 0),)


def test_person_total_of_one_respondent_has_nobody_to_compare_with() -> None:
    assert np.isnan(person_total([[1, 2, 3]])).all()
    three = person_total([[1, 2, 3], [2, 4, 6], [3, 2, 1]])
    assert three[0] == pytest.approx(1)
    assert three[2] == pytest.approx(-1)


def test_distance_equals_the_textbook_over_several_blocks() -> None:
    X = genuine(BLOCK + 100, 3) + 100
    X[5, 1] = NAN
    distances = mahalanobis(X)
    rows = np.isfinite(X).all(axis=1)
    centred = X[rows] - X[rows].mean(axis=0)
    direct = np.einsum("ij,jk,ik->i", centred, np.linalg.inv(np.cov(X[rows].T)), centred)
    np.testing.assert_allclose(distances.d2[rows], direct, rtol=1e-9)
    assert np.isnan(distances.d2[5])
    assert not distances.beyond(0.5)[5]
    assert (distances.beyond(0.01)[rows] == (distances.p_values()[rows] < 0.01)).all()
    assert (distances.df, distances.n) == (3, BLOCK + 99)


def test_mean_distance_of_complete_rows_is_df() -> None:
    X = genuine(40, 5)
    assert mahalanobis(X).d2.sum() == pytest.approx(5 * 39)


@given(st.integers(0, 10**6), st.floats(1e-4, 0.5), st.booleans())
@settings(max_examples=25, deadline=None)
def test_the_fast_flags_are_exactly_the_slow_ones(seed: int, p: float, whole: bool) -> None:
    X = np.clip(np.rint(3 + genuine(BLOCK + 50, 4, seed)), 1, 5)
    data = X.astype(np.int8) if whole else np.where(X == 5, X, X + 1e-3)
    if not whole:
        data[7, 2] = NAN
    assert (far_out(data, p) == mahalanobis(data).beyond(p)).all()


def test_the_fast_flags_of_singular_answers_are_none() -> None:
    X = genuine(40, 2)
    assert not far_out(np.column_stack([X, X.sum(axis=1)])).any()


def test_constant_items_are_left_out_by_name() -> None:
    X = np.column_stack([genuine(40, 2), np.full(40, 3)])
    distances = mahalanobis(X, ["speed", "price", "logo"])
    assert distances.df == 2
    assert [f.place for f in distances.findings] == ["item:logo"]


def test_singular_answers_name_the_culprit() -> None:
    X = genuine(40, 2)
    distances = mahalanobis(np.column_stack([X, X.sum(axis=1)]), ["a", "b", "total"])
    assert distances.df == 0
    assert np.isnan(distances.d2).all()
    assert not distances.beyond().any()
    assert distances.findings[-1].code == "careless.singular"


@pytest.mark.parametrize(
    "X", [np.empty((0, 3)), np.ones((9, 0)), genuine(3, 5), np.ones((9, 2)), np.full((9, 2), NAN)]
)
def test_too_few_answers_have_no_distance(X: Floats) -> None:
    distances = mahalanobis(X)
    assert distances.df == 0
    assert distances.findings[-1].code == "careless.too_few"


def test_isolation_sets_the_extremes_apart_and_repeats_itself() -> None:
    ordinary = np.random.default_rng(3).normal(size=(200, 3))
    indices = np.vstack([ordinary, [[9, -9, 9]], [[NAN, NAN, NAN]]])
    scores = isolation(indices, seed=5, trees=50)
    assert scores.argmax() == 200
    assert scores[201] < 0.5
    assert (scores == isolation(indices, seed=5, trees=50)).all()


def test_isolation_of_few_or_of_nothing_varying_is_undefined() -> None:
    assert np.isnan(isolation(np.ones((5, 2)), seed=1)).all()
    assert np.isnan(isolation(np.ones((50, 2)), seed=1)).all()


def test_standardising_survives_columns_that_hardly_vary() -> None:
    column = np.zeros(10)
    column[0] = 5
    z = standardised(np.column_stack([column, np.full(10, NAN), np.ones(10)]))
    assert z.shape == (10, 1)
    assert z[0, 0] == pytest.approx(5 / 1.5)
