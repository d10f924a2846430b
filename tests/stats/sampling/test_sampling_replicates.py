from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.sampling.replicates import certain, release_order, released, released_size

chances = st.fractions(Fraction(1, 50), 1, max_denominator=50)


@st.composite
def draws(draw: st.DrawFn) -> list[tuple[str, Fraction]]:
    found = draw(st.lists(chances, min_size=1, max_size=30))
    return [(f"u{k}", p) for k, p in enumerate(found)]


@given(draws(), st.integers(0, 99), st.integers(1, 12), st.data())
def test_replicates_nest_and_together_are_the_draw(
    drawn: list[tuple[str, Fraction]], seed: int, parts: int, data: st.DataObject
) -> None:
    order = release_order(drawn, seed=seed, stratum=("x",))
    assert sorted(order) == sorted(drawn)
    sure = certain(order)
    sizes = [released_size(len(order), sure, parts, k) for k in range(1, parts + 1)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(order)
    steps = [b - a for a, b in zip([sure, *sizes], sizes, strict=False)]
    assert max(steps) - min(steps) <= 1
    before: set[str] = set()
    for size in sizes:
        now = {unit for unit, _p in released(order, size)}
        assert before <= now
        before = now
    assert before == {unit for unit, _p in drawn}


@given(draws(), st.integers(0, 99), st.data())
def test_a_release_keeps_the_expected_number_of_every_size(
    drawn: list[tuple[str, Fraction]], seed: int, data: st.DataObject
) -> None:
    order = release_order(drawn, seed=seed, stratum=("x",))
    sure, n = certain(order), len(order)
    m = data.draw(st.integers(sure, n))
    found = dict(released(order, m))
    whole = dict(drawn)
    assert all(found[unit] == 1 for unit in whole if whole[unit] == 1)
    for unit, p in found.items():
        if whole[unit] < 1:
            assert p == whole[unit] * Fraction(m - sure, n - sure)
    if m == n:
        assert found == whole


def test_a_simple_draws_release_weighs_as_a_draw_of_that_size() -> None:
    order = [(f"u{k}", Fraction(10, 40)) for k in range(10)]
    assert {p for _u, p in released(order, 4)} == {Fraction(4, 40)}
    assert sum(1 / p for _u, p in released(order, 4)) == 40


def test_every_subset_is_as_likely() -> None:
    drawn = [(unit, Fraction(1, 2)) for unit in "abcd"]
    first = [released(release_order(drawn, seed=s, stratum=()), 1)[0][0] for s in range(2000)]
    for unit in "abcd":
        assert abs(first.count(unit) - 500) < 4 * (2000 * 0.25 * 0.75) ** 0.5


def test_impossible_releases_are_refused() -> None:
    order = [("a", Fraction(1)), ("b", Fraction(1, 2))]
    for m in (0, 3):
        with pytest.raises(ValueError, match=f"cannot release {m} of 2 with 1 certain"):
            released(order, m)
    for replicates, k in ((2, 0), (2, 3), (0, 0)):
        with pytest.raises(ValueError, match="at least one"):
            released_size(5, 0, replicates, k)
