"""Two shares: against scipy and statsmodels, and against what must hold for all."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from surveyapp.stats import intervals
from surveyapp.stats.proportions import compare, holm, wilson


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n1, n2 = draw(st.integers(1, 400)), draw(st.integers(1, 400))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n2)), n2


@given(tables())
def test_p_is_that_of_scipy(table: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = table
    found = compare(*table)
    assert found is not None
    counts = [[x1, n1 - x1], [x2, n2 - x2]]
    if found.test == "fisher":
        assert found.p == pytest.approx(stats.fisher_exact(counts).pvalue, rel=1e-6)
    else:
        expected = stats.chi2_contingency(counts, correction=False).pvalue
        assert found.p == pytest.approx(expected, rel=1e-9)


@given(tables())
def test_the_interval_is_newcombes(table: tuple[int, int, int, int]) -> None:
    found = compare(*table)
    assert found is not None
    low, high = confint_proportions_2indep(*table, method="newcomb", compare="diff")
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert found.low <= found.value <= found.high


@given(tables())
def test_swapping_the_two_only_turns_the_sign(table: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = table
    one, other = compare(*table), compare(x2, n2, x1, n1)
    assert one is not None
    assert other is not None
    assert one.value == pytest.approx(-other.value)
    assert one.low == pytest.approx(-other.high)
    assert one.p == pytest.approx(other.p)


def test_newcombes_own_example() -> None:
    """Newcombe 1998, table II, (a): 56/70 against 48/80, method 10."""
    found = compare(56, 70, 48, 80)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_nobody_on_one_side_is_no_comparison() -> None:
    assert compare(0, 0, 3, 9) is None
    assert compare(1, 5, 0, 0) is None


@pytest.mark.parametrize("table", [(5, 4, 0, 1), (-1, 4, 0, 1), (1, 4, 3, 2), (1, 4, -1, 2)])
def test_impossible_counts_are_refused(table: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="between 0 and their base"):
        compare(*table)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_is_the_one_of_the_other_module(of: tuple[int, int]) -> None:
    x, n = of
    expected = intervals.wilson(x / n, n)
    assert wilson(x, n) == (pytest.approx(expected.low), pytest.approx(expected.high))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_is_that_of_statsmodels(ps: list[float]) -> None:
    expected = multipletests(ps, method="holm")[1]
    assert all(math.isclose(a, b, abs_tol=1e-12) for a, b in zip(holm(ps), expected, strict=True))
