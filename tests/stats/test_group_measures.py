"""Equality of alphas, congruence of loadings, agreement of readers, detection by a screen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa as by_statsmodels

from surveyapp.stats.agreement import Agreement, cohens_kappa
from surveyapp.stats.alpha_equality import congruence, equal_alphas
from surveyapp.stats.detection import detection


def test_the_published_example_of_three_alphas() -> None:
    """Feldt, Woodruff and Salih (1987), as in R cocron's own tests."""
    found = equal_alphas([0.784, 0.875, 0.936], [5, 5, 5], [51, 101, 151])
    assert round(found.chi_square, 3) == 22.926
    assert found.df == 2
    assert found.p == pytest.approx(1.05e-5, rel=0.01)


def test_equal_alphas_keep_the_level_where_nothing_differs() -> None:
    """1 - α̂ is (1 - α) / F(n - 1, (n - 1)(k - 1)) (Feldt 1965); the test stays below 5 %."""
    random = np.random.default_rng(5)
    n, k, rounds = (80, 140), 5, 2000
    false = 0
    for _ in range(rounds):
        found = [1 - 0.2 / random.f(m - 1, (m - 1) * (k - 1)) for m in n]
        false += equal_alphas(found, [k, k], n).p < 0.05
    assert 0.02 < false / rounds < 0.055


@pytest.mark.parametrize(
    ("alphas", "items", "n"),
    [([0.7], [4], [50]), ([0.7, 0.8], [4], [50, 50]), ([0.7, 1.0], [4, 4], [50, 50]),
     ([0.7, 0.8], [1, 4], [50, 50]), ([0.7, 0.8], [4, 4], [3, 50])],
)  # fmt: skip
def test_alphas_that_cannot_be_compared_are_refused(
    alphas: list[float], items: list[int], n: list[int]
) -> None:
    with pytest.raises(ValueError, match=r"two groups|alpha below"):
        equal_alphas(alphas, items, n)


def test_congruence_is_one_for_proportional_loadings_and_none_without_any() -> None:
    assert congruence([0.8, 0.4], [0.4, 0.2]) == pytest.approx(1)
    assert congruence([0.8, 0.4], [-0.8, -0.4]) == pytest.approx(-1)
    assert congruence([1.0, 0], [0.0, 1]) == 0
    assert congruence([0.0, 0], [1.0, 1]) is None
    with pytest.raises(ValueError, match="same items"):
        congruence([1.0], [1.0, 2.0])


@given(st.integers(5, 80), st.integers(2, 4), st.integers(0, 10_000))
def test_kappa_equals_statsmodels(n: int, k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    a = random.integers(0, k, n)
    b = np.where(random.random(n) < 0.6, a, random.integers(0, k, n))
    a[0], b[0], a[1], b[1] = 0, 0, 1, 1
    table = np.zeros((k, k))
    np.add.at(table, (a, b), 1)
    with np.errstate(invalid="ignore"):  # its variance can come out a hair below 0
        expected, found = by_statsmodels(table), cohens_kappa(a.tolist(), b.tolist())
        ends = np.nan_to_num([expected.kappa_low, expected.kappa_upp], nan=expected.kappa)
    if (a == b).all():  # its variance is 0, which statsmodels' rounding may miss on either side
        ends = np.array([1.0, 1.0])
    assert found.kappa == pytest.approx(expected.kappa)
    assert found.low == pytest.approx(max(ends[0], -1), abs=1e-9)
    assert found.high == pytest.approx(min(ends[1], 1), abs=1e-9)


def test_kappa_needs_verdicts_that_differ() -> None:
    assert cohens_kappa([], []) == Agreement(0, None, None, None, None)
    assert cohens_kappa(["keep"] * 4, ["keep"] * 4) == Agreement(4, 1.0, None, None, None)
    with pytest.raises(ValueError, match="same cases"):
        cohens_kappa(["keep"], [])


def test_recall_counts_the_kept_at_their_weight() -> None:
    """10 of 100 excluded and 90 of 900 kept were read: 8 of 10 rightly, 9 of 90 overlooked."""
    flagged = [True] * 10 + [False] * 90
    bad = [True] * 8 + [False] * 2 + [True] * 9 + [False] * 81
    strata = ["out"] * 10 + ["in"] * 90
    found = detection(flagged, bad, strata, {"out": 100, "in": 900})
    assert found.precision.value == pytest.approx(0.8)
    assert found.recall.value == pytest.approx(80 / 170)
    assert found.recall.low is not None
    assert found.recall.low < 80 / 170 < (found.recall.high or 0)
    assert (found.precision.n, found.recall.n) == (10, 17)


def test_where_all_were_right_the_interval_is_wilsons() -> None:
    found = detection([True] * 6, [True] * 6, ["out"] * 6, {"out": 60})
    assert found.precision.value == 1
    assert found.precision.low == pytest.approx(0.6097, abs=1e-4)
    assert found.precision.high == 1


def test_without_anything_read_there_is_no_rate() -> None:
    assert detection([], [], [], {}).recall.value is None
    none = detection([False, False], [False, False], ["in", "in"], {"in": 20})
    assert (none.precision.value, none.recall.value) == (None, None)
    with pytest.raises(ValueError, match="one stratum"):
        detection([True], [], [], {})


def test_the_intervals_cover_the_truth() -> None:
    random = np.random.default_rng(2)
    out, kept = random.random(400) < 0.8, random.random(3600) < 0.05
    truth = out.sum() / (out.sum() + kept.sum())
    inside = 0
    for _ in range(300):
        a, b = random.permutation(400)[:40], random.permutation(3600)[:360]
        found = detection(
            [True] * 40 + [False] * 360, [*out[a], *kept[b]], ["out"] * 40 + ["in"] * 360,
            {"out": 400, "in": 3600},
        ).recall  # fmt: skip
        inside += found.low <= truth <= found.high
    assert 0.91 < inside / 300 <= 0.99
