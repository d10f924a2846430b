"""Months, quarters and weeks by their labels: which follows which, and which were left out. Pure.

Labels are those of recurring studies (`2026-11`, `2026-Q4`, `2026-W48`); a month of a study that
asks once is called the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

MONTH, QUARTER, WEEK = "month", "quarter", "week"
_FIRST_MONDAY = date(1, 1, 1)


def length(label: str) -> str:
    """What a label names: month, quarter or week."""
    return {"Q": QUARTER, "W": WEEK}.get(label[5:6], MONTH)


def number(label: str) -> int:
    """The place of a period among those of its length."""
    year, rest = int(label[:4]), label[5:]
    if rest.startswith("Q"):
        return year * 4 + int(rest[1:]) - 1
    if rest.startswith("W"):
        return (date.fromisocalendar(year, int(rest[1:]), 1) - _FIRST_MONDAY).days // 7
    return year * 12 + int(rest) - 1


def label_of(length: str, number: int) -> str:
    """The label of a place."""
    if length == QUARTER:
        return f"{number // 4}-Q{number % 4 + 1}"
    if length == WEEK:
        year, week, _ = (_FIRST_MONDAY + timedelta(weeks=number)).isocalendar()
        return f"{year}-W{week:02d}"
    return f"{number // 12}-{number % 12 + 1:02d}"


def following(label: str, by: int = 1) -> str:
    """The label `by` periods later."""
    return label_of(length(label), number(label) + by)


def newest(labels: Iterable[str], most: int) -> list[str]:
    """The newest label and those before it without a gap, at most so many, none before the first
    of all; oldest first. All labels are of one length.
    """
    numbers = {number(label): label for label in labels}
    if not numbers:
        return []
    last = max(numbers)
    first = max(min(numbers), last - most + 1)
    return [label_of(length(numbers[last]), place) for place in range(first, last + 1)]


def ends(label: str) -> date:
    """The first day after a month, quarter or week."""
    after = number(label) + 1
    if length(label) == WEEK:
        return _FIRST_MONDAY + timedelta(weeks=after)
    months = after * 3 if length(label) == QUARTER else after
    return date(months // 12, months % 12 + 1, 1)
