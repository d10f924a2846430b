from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.sampling.systematic import (
    equal_probabilities,
    joint_probabilities,
    random_start,
    systematic,
)

TILLE = [Fraction(x, 10) for x in (2, 7, 8, 5, 4, 4)]
"""Tillé (2006), Sampling Algorithms, 7.2, and the example of sampling::UPsystematicpi2 of R."""

starts = st.fractions(0, 1, max_denominator=1000).filter(lambda u: u < 1)


@st.composite
def chances(draw: st.DrawFn) -> list[Fraction]:
    """Probabilities with a whole sum, some of them 0 or 1."""
    parts = draw(st.lists(st.integers(0, 30), min_size=1, max_size=12))
    below = [Fraction(part, 30) for part in parts]
    gap = -sum(below) % 1
    return [*below, gap] if gap else below


def test_the_published_draw_and_its_joint_probabilities() -> None:
    assert [k + 1 for k in systematic(TILLE, Fraction(3658, 10_000))] == [2, 3, 5]
    tenths = [[int(10 * p) for p in row] for row in joint_probabilities(TILLE)]
    assert tenths == [
        [2, 0, 2, 2, 0, 0],
        [0, 7, 5, 2, 4, 3],
        [2, 5, 8, 3, 4, 2],
        [2, 2, 3, 5, 0, 3],
        [0, 4, 4, 0, 4, 0],
        [0, 3, 2, 3, 0, 4],
    ]


def test_a_fractional_interval_takes_exactly_n() -> None:
    # N = 10, n = 4: interval 2.5; from a start of half an interval 1.25, 3.75, 6.25, 8.75.
    assert systematic(equal_probabilities(10, 4), Fraction(1, 2)) == [1, 3, 6, 8]
    assert systematic(equal_probabilities(10, 0), Fraction(1, 2)) == []
    assert systematic(equal_probabilities(3, 3), Fraction(999, 1000)) == [0, 1, 2]


@given(chances(), starts)
def test_every_start_takes_n_different_units_and_the_certain_ones(
    found: list[Fraction], start: Fraction
) -> None:
    taken = systematic(found, start)
    assert len(set(taken)) == len(taken) == sum(found)
    assert {k for k, p in enumerate(found) if p == 1} <= set(taken)
    assert all(found[k] > 0 for k in taken)


@given(chances())
def test_over_all_starts_units_and_pairs_come_as_often_as_their_probabilities_say(
    found: list[Fraction],
) -> None:
    joint = joint_probabilities(found)
    n = sum(found)
    for k, row in enumerate(joint):
        assert row[k] == found[k]
        assert sum(row) == n * found[k]
        assert row == [other[k] for other in joint]


@given(chances())
def test_starts_of_one_piece_take_the_same_units(found: list[Fraction]) -> None:
    ends = sorted({Fraction(0), Fraction(1), *(end % 1 for end in accumulate(found))})
    for low, high in pairwise(ends):
        middle = (low + high) / 2
        assert systematic(found, low) == systematic(found, middle)


def test_a_random_start_belongs_to_seed_and_stratum() -> None:
    starts = {random_start(seed, (name,)) for seed in (1, 2) for name in "ab"}
    assert len(starts) == 4
    assert all(0 <= start < 1 for start in starts)
    assert random_start(1, ("a",)) == random_start(1, ("a",))


def test_probabilities_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        systematic([Fraction(3, 2), Fraction(1, 2)], Fraction(0))
    with pytest.raises(ValueError, match="whole sum"):
        systematic([Fraction(1, 2)], Fraction(0))
    with pytest.raises(ValueError, match="cannot draw 4 of 3"):
        equal_probabilities(3, 4)
