"""Which columns of a table may be shown: nobody is to be counted back from the others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.datasets.crosstab import MOST, shown_of
from surveyapp.datasets.previous import before_of


@given(st.dictionaries(st.text("abcdefgh", min_size=1), st.integers(1, 60)), st.integers(2, 30))
def test_what_is_left_out_is_nobody_or_enough(sizes: dict[str, int], minimum: int) -> None:
    shown = shown_of(sizes, minimum)
    left = sum(n for name, n in sizes.items() if name not in shown)
    assert all(sizes[name] >= minimum for name in shown)
    assert left == 0 or left >= minimum or not shown
    assert len(shown) <= MOST
    assert shown == [name for name in sizes if name in shown]


def test_the_next_smallest_goes_with_a_single_small_column() -> None:
    assert shown_of({"a": 50, "b": 12, "c": 3}, 10) == ["a"]
    assert shown_of({"a": 50, "b": 12, "c": 10}, 10) == ["a", "b", "c"]


@given(st.dates(), st.integers(0, 400))
def test_the_days_before_are_as_many_and_end_where_these_begin(first, length) -> None:  # type: ignore[no-untyped-def]
    from datetime import date, timedelta

    first = max(first, date(2, 1, 1) + timedelta(days=length))
    last = min(first + timedelta(days=length), date.max)
    earlier, ends = before_of(first, last)
    assert ends + timedelta(days=1) == first
    assert last - first == ends - earlier
