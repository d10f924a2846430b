from __future__ import annotations

import random
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.stats.sampling.draw import draw, random_number

IDS = [f"C{i:05d}" for i in range(1000)]
KNOWN = ["C00627", "C00159", "C00263", "C00482", "C00154"]


def test_the_random_number_is_the_documented_hash() -> None:
    text = "1:7" + "1:2" + "6:上海" + "3:VIP" + "6:000123"
    assert random_number(7, ("上海", "VIP"), "000123") == sha256(text.encode()).digest()


def test_a_known_draw_never_changes() -> None:
    assert draw(IDS, 5, seed=7, stratum=("Shanghai", "gold")) == KNOWN


def test_no_two_keys_share_a_number_by_concatenation() -> None:
    assert random_number(1, ("ab", "c"), "d") != random_number(1, ("a", "bc"), "d")
    assert random_number(1, ("a",), "bc") != random_number(1, ("a", "b"), "c")
    assert random_number(12, (), "3") != random_number(1, (), "23")


@given(st.integers(), st.integers(0, 40), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_order_of_rows_is_irrelevant_and_larger_samples_contain_smaller(
    seed: int, n: int, shuffler: random.Random
) -> None:
    ids = IDS[:40]
    drawn = draw(ids, n, seed=seed)
    assert len(set(drawn)) == n
    shuffled = ids[:]
    shuffler.shuffle(shuffled)
    assert draw(shuffled, n, seed=seed) == drawn
    assert draw(ids, 40, seed=seed)[:n] == drawn


def test_every_unit_and_every_pair_is_equally_likely() -> None:
    ids, rounds = IDS[:6], 6000
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, ...]] = Counter()
    for seed in range(rounds):
        drawn = draw(ids, 2, seed=seed)
        single.update(drawn)
        pairs[tuple(sorted(drawn))] += 1
    assert all(abs(c / rounds - 2 / 6) < 0.03 for c in single.values())
    assert len(pairs) == 15
    assert all(abs(c / rounds - 1 / 15) < 0.015 for c in pairs.values())


def test_strata_are_drawn_independently() -> None:
    assert draw(IDS, 5, seed=3, stratum=("a",)) != draw(IDS, 5, seed=3, stratum=("b",))


def test_bad_requests_are_refused() -> None:
    with pytest.raises(ValueError, match="distinct"):
        draw(["a", "a"], 1, seed=1)
    with pytest.raises(ValueError, match="3 of 2"):
        draw(["a", "b"], 3, seed=1)
    with pytest.raises(ValueError, match="-1 of 2"):
        draw(["a", "b"], -1, seed=1)
