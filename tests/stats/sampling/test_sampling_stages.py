from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.sampling.stages import draw_two_stages, selfweighting


def stores(*sizes: int) -> dict[str, list[str]]:
    return {f"s{k}": [f"{k}-{i}" for i in range(size)] for k, size in enumerate(sizes)}


def test_stores_by_size_and_equal_takes_weigh_themselves() -> None:
    frame = stores(30, 50, 20, 40, 60)
    drawn = draw_two_stages(frame, 2, 10, seed=3)
    assert {p for _unit, p in drawn} == {Fraction(2 * 10, 200)}
    assert selfweighting(p for _unit, p in drawn) == 1
    per_store = Counter(unit.split("-")[0] for unit, _p in drawn)
    assert sorted(per_store.values()) == [10, 10]


def test_a_certain_store_gives_its_share_at_the_common_rate() -> None:
    frame = stores(1000, 50, 50, 50, 50)
    drawn = draw_two_stages(frame, 3, 10, seed=3)
    chances = dict(drawn)
    rate = Fraction(2 * 10, 200)
    assert {p for unit, p in drawn if unit.startswith("0-")} == {rate}
    assert selfweighting(chances.values()) == 1
    assert sum(unit.startswith("0-") for unit in chances) == 100


def test_small_stores_and_all_stores() -> None:
    small = draw_two_stages(stores(3, 100), 1, 10, seed=1)
    assert all(p <= Fraction(100, 103) for _unit, p in small)
    every = draw_two_stages(stores(3, 20), 2, 10, seed=1)
    assert Counter(p for _unit, p in every) == {Fraction(1): 3, Fraction(1, 2): 10}
    assert selfweighting(p for _unit, p in every) == 2
    assert selfweighting([]) is None
    assert draw_two_stages(stores(3, 4), 0, 2, seed=1) == []


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 12), st.data())
def test_a_stage_takes_what_it_should_and_weights_stand_for_everybody(
    sizes: list[int], take: int, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(sizes)))
    frame = stores(*sizes)
    drawn = draw_two_stages(frame, n, take, seed=data.draw(st.integers(0, 50)), stratum=("x",))
    assert len({unit for unit, _p in drawn}) == len(drawn)
    per_store = Counter(unit.split("-")[0] for unit, _p in drawn)
    assert len(per_store) == n
    assert all(0 < p <= 1 for _unit, p in drawn)
    if n == len(sizes):
        assert sum(1 / p for _unit, p in drawn) == sum(sizes)


def test_over_many_seeds_the_weights_estimate_the_number_of_customers() -> None:
    sizes = (30, 5, 20, 40, 60, 9)
    totals = [
        float(sum(1 / p for _u, p in draw_two_stages(stores(*sizes), 3, 8, seed=s)))
        for s in range(1500)
    ]
    assert sum(totals) / len(totals) == pytest.approx(sum(sizes), rel=0.02)
