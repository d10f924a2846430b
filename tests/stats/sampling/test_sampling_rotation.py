from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.sampling.rotation import (
    Pattern,
    block,
    group_members,
    groups,
    overlap,
    schedule,
)

patterns = st.builds(Pattern, st.integers(1, 6), st.integers(0, 8), st.integers(0, 4))


def test_a_third_is_new_in_each_wave() -> None:
    planned = schedule(Pattern(3), 4)
    assert planned == [(1, 2, 3), (2, 3, 4), (3, 4, 5), (4, 5, 6)]
    assert groups(planned) == 6
    assert overlap(planned)[0] == [1, Fraction(2, 3), Fraction(1, 3), 0]


def test_the_4_8_4_pattern_overlaps_as_published() -> None:
    # Current Population Survey: 75 % from month to month, 50 % after a year.
    shares = overlap(schedule(Pattern(4, 8, 4), 16))[0]
    assert shares[1] == Fraction(3, 4)
    assert shares[12] == Fraction(1, 2)
    assert shares[4:9] == [0] * 5


@given(patterns, st.integers(1, 14))
def test_every_wave_is_as_large_and_overlap_depends_on_distance(
    pattern: Pattern, waves: int
) -> None:
    planned = schedule(pattern, waves)
    assert {len(wave) for wave in planned} == {pattern.stay + pattern.again}
    assert {g for wave in planned for g in wave} == set(range(1, groups(planned) + 1))
    shares = overlap(planned)
    for s in range(waves):
        assert shares[s][s] == 1
        for t in range(waves):
            assert shares[s][t] == shares[0][abs(s - t)]
    for group in range(1, groups(planned) + 1):
        times = [wave for wave, found in enumerate(planned) if group in found]
        assert len(times) <= len(pattern.ages)


@given(st.integers(0, 40), st.integers(1, 12), st.data())
def test_groups_are_parts_of_the_draw(n: int, parts: int, data: st.DataObject) -> None:
    order = [(f"u{k}", Fraction(1, 3)) for k in range(n)]
    sizes = [len(block(n, parts, group)) for group in range(1, parts + 1)]
    assert sum(sizes) == n
    assert max(sizes) - min(sizes) <= 1
    whole = group_members(order, parts, range(1, parts + 1))
    assert whole == order
    some = data.draw(st.lists(st.integers(1, parts), unique=True))
    found = group_members(order, parts, some)
    assert len(found) == sum(sizes[group - 1] for group in some)
    if found:
        assert sum(1 / p for _u, p in found) == 3 * n


def test_what_makes_no_panel_is_refused() -> None:
    for stay, away, again in ((0, 0, 0), (1, -1, 0), (1, 0, -1)):
        with pytest.raises(ValueError, match="at least one wave"):
            Pattern(stay, away, again)
    with pytest.raises(ValueError, match="at least one wave"):
        schedule(Pattern(1), 0)
    with pytest.raises(ValueError, match="group 4 of 3"):
        block(9, 3, 4)
