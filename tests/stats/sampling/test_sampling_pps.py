from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.sampling.design import design_of, estimate
from surveyapp.stats.sampling.draw import random_number
from surveyapp.stats.sampling.pps import (
    draw_pps,
    horvitz_thompson,
    inclusion_probabilities,
    variance_brewer,
    variance_sen_yates_grundy,
    variance_with_replacement,
)
from surveyapp.stats.sampling.systematic import (
    joint_probabilities,
    random_start,
    systematic,
)

size_lists = st.lists(st.integers(0, 10**6).map(lambda cents: Fraction(cents, 100)), max_size=25)
LOHR = {"A": (100, 11.0), "B": (200, 20.0), "C": (300, 24.0), "D": (1000, 245.0)}
"""Lohr (2010), Sampling: Design and Analysis, 6.1: four supermarkets, their area and sales."""


def test_sizes_too_large_become_certain_and_the_rest_is_computed_anew() -> None:
    sizes = [Fraction(x) for x in (100, 200, 300, 1000)]
    assert inclusion_probabilities(sizes, 1) == [Fraction(x, 16) for x in (1, 2, 3, 10)]
    assert inclusion_probabilities(sizes, 2) == [
        Fraction(1, 6),
        Fraction(1, 3),
        Fraction(1, 2),
        Fraction(1),
    ]
    assert inclusion_probabilities(sizes, 4) == [Fraction(1)] * 4
    assert inclusion_probabilities(sizes, 0) == [Fraction(0)] * 4


def test_one_certain_unit_can_make_another() -> None:
    # 2 × 8 of 12 is over 1; of the other 4, one unit: 1 / 4 and 3 / 4.
    assert inclusion_probabilities([Fraction(1), Fraction(3), Fraction(8)], 2) == [
        Fraction(1, 4),
        Fraction(3, 4),
        Fraction(1),
    ]
    assert inclusion_probabilities([Fraction(x) for x in (1, 1, 10, 100)], 3)[2:] == [1, 1]


@given(size_lists, st.data())
def test_probabilities_sum_to_n_exactly_and_follow_size(
    sizes: list[Fraction], data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, sum(size > 0 for size in sizes)))
    found = inclusion_probabilities(sizes, n)
    assert sum(found) == n
    assert all(0 <= p <= 1 for p in found)
    rates = {p / size for p, size in zip(found, sizes, strict=True) if size and p < 1}
    assert len(rates) <= 1
    if rates and n:
        rate = rates.pop()
        assert all(size * rate >= 1 for p, size in zip(found, sizes, strict=True) if p == 1)


@given(size_lists, st.integers(0, 99), st.randoms(), st.data())
def test_a_draw_has_n_units_whatever_the_rows_order(
    sizes: list[Fraction], seed: int, chance: random.Random, data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, sum(size > 0 for size in sizes)))
    units = [f"u{k}" for k in range(len(sizes))]
    drawn = draw_pps(units, sizes, n, seed=seed, stratum=("x",))
    assert len({unit for unit, _p in drawn}) == n
    pairs = list(zip(units, sizes, strict=True))
    chance.shuffle(pairs)
    again = draw_pps([u for u, _ in pairs], [s for _, s in pairs], n, seed=seed, stratum=("x",))
    assert again == drawn


@given(size_lists, st.integers(0, 99), st.data())
def test_a_draw_is_the_systematic_one_of_its_probabilities(
    sizes: list[Fraction], seed: int, data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, sum(size > 0 for size in sizes)))
    units = [f"u{k}" for k in range(len(sizes))]
    chances = dict(zip(units, inclusion_probabilities(sizes, n), strict=True))
    order = sorted(units, key=lambda unit: random_number(seed, ("order", "x"), unit))
    uncertain = [unit for unit in order if chances[unit] < 1]
    places = systematic([chances[unit] for unit in uncertain], random_start(seed, ("x",)))
    wanted = {uncertain[place] for place in places} | {u for u in units if chances[u] == 1}
    drawn = draw_pps(units, sizes, n, seed=seed, stratum=("x",))
    assert dict(drawn) == {unit: chances[unit] for unit in wanted}
    assert [unit for unit, _p in drawn] == [unit for unit in order if unit in wanted]


def test_impossible_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        inclusion_probabilities([Fraction(-1)], 0)
    with pytest.raises(ValueError, match="cannot draw 2 of 1"):
        inclusion_probabilities([Fraction(0), Fraction(3)], 2)


def test_over_many_seeds_units_come_as_often_as_they_should() -> None:
    sizes = [Fraction(x) for x, _sales in LOHR.values()]
    times = dict.fromkeys(LOHR, 0)
    for seed in range(4000):
        for unit, _p in draw_pps(list(LOHR), sizes, 1, seed=seed, stratum=()):
            times[unit] += 1
    for unit, (area, _sales) in LOHR.items():
        p = area / 1600
        assert abs(times[unit] - 4000 * p) < 4 * (4000 * p * (1 - p)) ** 0.5


def test_one_store_of_four_estimates_as_published() -> None:
    # Lohr (2010), table 6.2: estimates 176, 160, 128, 392; mean 300, variance 14 248.
    chances = {unit: area / 1600 for unit, (area, _sales) in LOHR.items()}
    estimates = {
        unit: horvitz_thompson([sales], [chances[unit]]) for unit, (_area, sales) in LOHR.items()
    }
    assert estimates == pytest.approx({"A": 176, "B": 160, "C": 128, "D": 392})
    mean = sum(chances[u] * estimates[u] for u in LOHR)
    assert mean == pytest.approx(300)
    assert sum(chances[u] * (estimates[u] - 300) ** 2 for u in LOHR) == pytest.approx(14248)


def test_with_equal_chances_all_variances_are_those_of_a_simple_draw() -> None:
    y, n, size = [3.0, 8.0, 5.0, 9.0], 4, 10
    chances = [n / size] * n
    pair = n * (n - 1) / (size * (size - 1))
    joint = [[chances[0] if k == m else pair for m in range(n)] for k in range(n)]
    simple = size**2 * float(np.var(y, ddof=1)) / n
    assert variance_with_replacement(y, chances) == pytest.approx(simple)
    assert variance_brewer(y, chances) == pytest.approx(simple * (1 - n / size))
    assert variance_sen_yates_grundy(y, chances, joint) == pytest.approx(simple * (1 - n / size))


def test_the_with_replacement_variance_is_that_of_svytotal() -> None:
    y, chances = [3.0, 8.0, 5.0, 9.0], [0.2, 0.4, 0.25, 0.8]
    found = estimate(y, design_of(4, weights=[1 / p for p in chances]), total=True)
    assert found.se is not None
    assert variance_with_replacement(y, chances) == pytest.approx(found.se**2, rel=1e-12)
    assert horvitz_thompson(y, chances) == pytest.approx(found.value, rel=1e-12)


def test_sen_yates_grundy_is_unbiased_over_every_possible_draw() -> None:
    chances = [Fraction(x, 6) for x in (3, 4, 5)]
    y = [2.0, 7.0, 4.0]
    joint = joint_probabilities(chances)
    pairs = [(0, 1), (0, 2), (1, 2)]
    total = {p: horvitz_thompson([y[k] for k in p], [float(chances[k]) for k in p]) for p in pairs}
    often = {p: float(joint[p[0]][p[1]]) for p in pairs}
    assert sum(often[p] * total[p] for p in pairs) == pytest.approx(sum(y))
    true = sum(often[p] * (total[p] - sum(y)) ** 2 for p in pairs)
    estimates = {
        p: variance_sen_yates_grundy(
            [y[k] for k in p],
            [float(chances[k]) for k in p],
            [[float(joint[k][m]) for m in p] for k in p],
        )
        for p in pairs
    }
    assert sum(often[p] * (estimates[p] or 0) for p in pairs) == pytest.approx(true)


def test_variances_that_cannot_be_known_are_none() -> None:
    assert variance_with_replacement([1.0], [0.5]) is None
    assert variance_brewer([1.0, 5.0], [0.5, 1.0]) is None
    assert variance_brewer([1.0, 5.0], [1.0, 1.0]) == 0
    assert variance_sen_yates_grundy([1.0, 2.0], [0.5, 0.5], [[0.5, 0], [0, 0.5]]) is None


def test_the_random_order_is_not_that_of_a_simple_draw() -> None:
    assert random_number(1, ("order", "a"), "u") != random_number(1, ("a",), "u")
