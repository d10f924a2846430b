"""Factors, omega, split halves, polychoric correlations and parallel analysis on made data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from surveyapp.stats import coefficients, factors
from surveyapp.stats import polychoric as ordinal
from surveyapp.stats.parallel import parallel
from surveyapp.stats.polychoric import polychoric


def of_loadings(loadings, phi=None):
    """The correlations that a factor model implies exactly."""
    common = loadings @ (np.eye(loadings.shape[1]) if phi is None else phi) @ loadings.T
    np.fill_diagonal(common, 1.0)
    return common


ONE = np.array([[0.9], [0.8], [0.7], [0.6], [0.5]])
TWO = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.9], [0, 0.7], [0, 0.5]])
THREE = np.kron(np.eye(3), [[0.8], [0.7], [0.6]])
PHI = np.array([[1, 0.5], [0.5, 1]])


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_an_exact_model_is_found_again(method):
    found = factors.extract(of_loadings(ONE), 1, method)
    assert np.abs(found.loadings - ONE).max() < 1e-5
    assert np.abs(found.uniqueness - (1 - ONE[:, 0] ** 2)).max() < 1e-5
    assert not found.heywood
    assert found.explained == pytest.approx([(ONE**2).sum()], abs=1e-4)


def test_oblimin_finds_correlated_simple_structure():
    found = factors.oblimin(factors.extract(of_loadings(TWO, PHI), 2))
    order = np.argsort(-np.abs(found.loadings[0]))
    assert np.abs(found.loadings[:, order] - TWO).max() < 1e-3
    assert found.phi[0, 1] == pytest.approx(0.5, abs=1e-3)


def test_rotation_ends_where_it_may_not_go_on():
    first = factors.extract(of_loadings(TWO, PHI), 2)
    assert np.isfinite(factors.oblimin(first, rounds=1).loadings).all()
    assert np.isfinite(factors.oblimin(first, close=0.0).loadings).all()


def test_varimax_equals_r():
    A = np.array(
        [0.8, 0.7, 0.6, 0.1, 0.2, 0.05, 0.1, -0.2, 0.15, 0.75, 0.65, 0.55, 0.3, 0.25, -0.1]
    )
    A = np.append(A, [-0.2, 0.3, 0.1]).reshape(3, 6).T
    first = [0.83546103746, 0.2041596646, 0.01799128249]  # varimax(A, eps = 1e-14), R 4.2.2
    last = [0.01436122377, 0.5583526432, -0.05510064480]
    turned = A @ factors.varimax(A)
    for expected, row in ((first, turned[0]), (last, turned[5])):
        assert sorted(np.abs(row)) == pytest.approx(sorted(np.abs(expected)), abs=1e-6)
    once = factors.varimax(np.vstack([A, np.zeros(3)]), rounds=1)
    assert once @ once.T == pytest.approx(np.eye(3))


def criterion(A, T):
    rows = A / np.sqrt((A**2).sum(axis=1))[:, None]
    return ((rows @ T) ** 2).var(axis=0).sum()


def test_varimax_reaches_the_top_of_a_flat_criterion():
    """Of two factors the second is next to nothing, as behind a scale that measures one thing."""
    A = np.array([[0.7, 0.02], [0.71, 0.01], [0.69, 0.03], [0.7, -0.02], [0.72, -0.04]])
    angles = np.linspace(0, np.pi / 2, 20001)
    turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in angles]
    highest = max(criterion(A, T) for T in turns)
    assert criterion(A, factors.varimax(A, rounds=3)) == pytest.approx(highest, rel=1e-6)
    around = np.arange(3) * 2 * np.pi / 3  # every turn is as good
    assert factors.varimax(np.column_stack([np.cos(around), np.sin(around)])) == pytest.approx(
        np.eye(2)
    )


def test_varimax_of_four_factors_finds_their_items():
    A = np.kron(np.eye(4), [[0.8], [0.7], [0.6]])
    mixed = A @ np.linalg.qr(np.random.default_rng(2).standard_normal((4, 4)))[0]
    assert criterion(A, np.eye(4)) == pytest.approx(criterion(mixed, factors.varimax(mixed)))
    once = factors.varimax(mixed, rounds=1)
    assert once @ once.T == pytest.approx(np.eye(4))


def test_halves_of_which_one_does_not_vary_or_that_cancel_out_have_no_spearman_brown():
    R = np.array([[1, 0.2, -1, 0.1], [0.2, 1, -0.2, 0.3], [-1, -0.2, 1, -0.1], [0.1, 0.3, -0.1, 1]])
    assert coefficients.spearman_brown(R) is None
    assert coefficients.spearman_brown(np.array([[1.0, -1.0], [-1.0, 1.0]])) is None


def test_impossible_numbers_of_factors_are_refused():
    for wrong in (0, 5):
        with pytest.raises(ValueError, match="fewer factors"):
            factors.extract(of_loadings(ONE), wrong)
    assert not factors.identified(5, 3)
    assert factors.identified(7, 3)


def test_an_item_without_error_of_its_own_is_called_heywood():
    R = of_loadings(np.array([[0.6], [0.6], [0.3]]))
    R[0, 1] = R[1, 0] = 0.2
    R[0, 2] = R[2, 0] = R[1, 2] = R[2, 1] = 0.6
    assert factors.extract(R, 1).heywood


def test_a_general_factor_stands_behind_three():
    phi = np.full((3, 3), 0.49) + 0.51 * np.eye(3)
    found = coefficients.omega(of_loadings(THREE, phi), 3)
    general = THREE.sum(axis=1) * 0.7
    variance = of_loadings(THREE, phi).sum()
    assert found.hierarchical == pytest.approx(general.sum() ** 2 / variance, abs=1e-4)
    assert found.total == pytest.approx(1 - (1 - (THREE**2).sum(axis=1)).sum() / variance, abs=1e-4)
    assert found.identified


def test_two_groups_share_their_general_factor_equally():
    found = factors.schmid_leiman(of_loadings(TWO, PHI), 2)
    assert found.general[0] == pytest.approx(0.8 * np.sqrt(0.5), abs=1e-3)


def test_turned_items_are_turned_back_for_omega():
    signs = np.array([1, 1, -1, 1, -1])
    R = of_loadings(ONE)
    turned = coefficients.omega(R * np.outer(signs, signs), 1)
    assert turned.total == pytest.approx(coefficients.omega(R, 1).total, abs=1e-6)


def test_tau_equivalent_items_have_one_reliability_by_every_formula():
    R = of_loadings(np.full((6, 1), 0.7))
    alpha = coefficients.standardised_alpha(R)
    assert coefficients.omega(R, 1).total == pytest.approx(alpha, abs=1e-6)
    assert coefficients.omega_one_factor(9 * R) == pytest.approx(alpha, abs=1e-6)
    halves = coefficients.split_halves(R)
    assert halves.worst == pytest.approx(halves.best)
    assert halves.average == pytest.approx(alpha)
    composite, extracted = coefficients.composite_reliability(np.full(6, 0.7))
    assert composite == pytest.approx(alpha)
    assert extracted == pytest.approx(0.49)


def test_halves_are_counted_once_and_long_scales_only_by_odd_and_even():
    assert len(list(coefficients._halves(4))) == 3
    assert len(list(coefficients._halves(5))) == 10
    long = coefficients.split_halves(of_loadings(np.full((17, 1), 0.5)))
    assert long.best is None
    assert 0 < long.odd_even < 1


@settings(max_examples=40, deadline=None)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-0.95, 0.95))
def test_cells_have_the_probabilities_of_scipy(h, k, rho):
    expected = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([h, k])
    cells = ordinal._cells(np.array([h]), np.array([k]), rho)
    assert cells[0, 0] == pytest.approx(expected, abs=1e-6)
    assert cells.sum() == pytest.approx(1, abs=1e-12)


NEARLY_THE_SAME = [
    (
        "432 4 0 0 0 0|10 257 2 15 0 1|0 0 56 0 0 0|0 0 0 191 0 0|0 0 0 0 14 0|0 0 0 0 0 18",
        0.9885665113,
    ),
    (
        "189 2 5 1 2 0|0 72 1 0 0 0|0 0 349 2 0 1|2 0 4 231 0 0|0 1 3 4 68 0|0 0 0 0 0 63",
        0.9671176651,
    ),
    ("32 0 1|2 6 0|0 0 5", 0.9512330039),
]


@pytest.mark.parametrize(("counts", "expected"), NEARLY_THE_SAME)
@pytest.mark.parametrize("sign", [1, -1])
def test_items_that_nearly_repeat_each_other_have_their_likeliest_correlation(
    counts, expected, sign
):
    """Expected: the likelihood maximised with cells integrated in 8,000 steps. By differences of
    cumulative probabilities the first came out as 0.98097; psych says 0.99647, polycor 0.96713.
    """
    R = polychoric(pairs_of(counts) * [1, sign])
    assert R[0, 1] == pytest.approx(sign * expected, abs=1e-7)


def test_a_correlation_at_the_end_of_the_range_is_searched(monkeypatch):
    assert in_table("5 0 0|0 5 0|0 0 5")[0, 1] == pytest.approx(ordinal.LIMIT, abs=1e-6)
    monkeypatch.setattr(ordinal, "STEPS", 1)
    counts, expected = NEARLY_THE_SAME[0]
    assert in_table(counts)[0, 1] == pytest.approx(expected, abs=1e-6)


def pairs_of(counts):
    rows = [[int(n) for n in row.split()] for row in counts.split("|")]
    return np.array(
        [(i, j) for i, row in enumerate(rows) for j, n in enumerate(row) for _ in range(n)], float
    )


def in_table(counts):
    return polychoric(pairs_of(counts))


def test_polychoric_correlation_sees_behind_the_categories():
    random = np.random.default_rng(3)
    z = random.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 4000)
    codes = np.digitize(z, [-0.5, 0.2, 1.1]).astype(float)
    codes[0, 0] = np.nan
    R = polychoric(codes)
    assert R[0, 1] == pytest.approx(0.6, abs=0.03)
    assert np.corrcoef(codes[1:].T)[0, 1] < R[0, 1]
    assert np.isnan(polychoric(np.column_stack([codes[1:, 0], np.ones(3999)]))[0, 1])


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((4, 2, 0, 1, 5, 3, 0, 2, 6), 0.8322450655),  # polychoric(y)$rho of psych 2.2.9
        ((10, 0, 5, 10), 0.8720225651),  # tetrachoric(x)$rho: 1 without half an answer
    ],
)
def test_empty_cells_do_not_pull_a_polychoric_correlation_to_nothing(counts, expected):
    size = 3 if len(counts) == 9 else 2
    cells = [divmod(cell, size) for cell, n in enumerate(counts) for _ in range(n)]
    assert polychoric(np.array(cells, float))[0, 1] == pytest.approx(expected, abs=5e-6)


def test_all_halves_of_an_odd_number_of_items_are_tried():
    """psych 2.2.9 tries two of the three splits here and misses the worst."""
    R = np.array([[1, 0.46, 0.39], [0.46, 1, 0.36], [0.39, 0.36, 1]])
    found = coefficients.split_halves(R)
    each = [4 * (R[i].sum() - 1) / R.sum() for i in range(3)]
    assert (found.worst, found.best) == (pytest.approx(min(each)), pytest.approx(max(each)))


def test_parallel_analysis_counts_what_stands_out():
    random = np.random.default_rng(5)
    scores = random.standard_normal((400, 2))
    x = scores @ (0.8 * np.kron(np.eye(2), np.ones(4))) + 0.6 * random.standard_normal((400, 8))
    found = parallel(np.corrcoef(x.T), 400, rounds=20)
    assert (found.components, found.factors) == (2, 2)
    assert found.random.mean() == pytest.approx(1)
    with pytest.raises(ValueError, match="more rows"):
        parallel(np.eye(3), 3)


def test_everything_stands_out_of_nothing():
    from surveyapp.stats.parallel import _standing_out

    assert _standing_out(np.array([2.0, 1.5]), np.zeros((3, 2))) == 2
