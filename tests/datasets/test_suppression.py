"""Which groups may stand beside their total."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.datasets.suppression import shown

groups = st.dictionaries(st.text("abcdefgh", min_size=1), st.integers(0, 60))


@given(groups, st.integers(2, 30), st.integers(0, 40))
def test_what_is_left_out_is_nobody_or_enough(
    sizes: dict[str, int], minimum: int, others: int
) -> None:
    kept = shown(sizes, minimum, others)
    left = sum(n for name, n in sizes.items() if name not in kept)
    assert all(sizes[name] >= minimum for name in kept)
    assert left == 0 or left + others >= minimum or not kept
    assert kept == [name for name in sizes if name in kept]


@given(groups, st.integers(2, 30))
def test_no_more_is_left_out_than_must_be(sizes: dict[str, int], minimum: int) -> None:
    kept = shown(sizes, minimum)
    beside = [name for name in sizes if name not in kept and sizes[name] >= minimum]
    assert len(beside) <= 1, "one group that is large enough hides all that are not"


def test_the_next_smallest_goes_with_a_single_small_group() -> None:
    assert shown({"a": 50, "b": 12, "c": 3}, 10) == ["a"]
    assert shown({"a": 50, "b": 12, "c": 3}, 10, others=7) == ["a", "b"]
    assert shown({"a": 50, "b": 12, "c": 9, "d": 2}, 10) == ["a", "b"]
    assert shown({"a": 50, "b": 0}, 10) == ["a"]
    assert shown({"a": 5}, 10) == []
