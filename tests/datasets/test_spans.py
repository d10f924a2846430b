"""Periods by their labels."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.datasets import spans
from surveyapp.distribution.recurrence import label

lengths = st.sampled_from((spans.MONTH, spans.QUARTER, spans.WEEK))
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(lengths, days)
def test_labels_are_those_of_recurring_studies(length: str, day: date) -> None:
    name = label(length, day)
    assert spans.length(name) == length
    assert spans.label_of(length, spans.number(name)) == name


@given(lengths, days)
def test_the_next_period_begins_where_one_ends(length: str, day: date) -> None:
    name = label(length, day)
    after = spans.ends(name)
    assert after > day
    assert spans.following(name) == label(length, after)
    assert label(length, date.fromordinal(after.toordinal() - 1)) == name


@pytest.mark.parametrize(
    ("name", "by", "found"),
    [("2026-12", 1, "2027-01"), ("2026-Q4", 1, "2027-Q1"), ("2026-W53", 1, "2027-W01"),
     ("2026-11", -5, "2026-06")],
)  # fmt: skip
def test_years_turn(name: str, by: int, found: str) -> None:
    assert spans.following(name, by) == found


def test_a_period_without_answers_keeps_its_place() -> None:
    assert spans.newest(["2026-03", "2026-01"], 6) == ["2026-01", "2026-02", "2026-03"]
    assert spans.newest(["2025-01", "2026-03"], 3) == ["2026-01", "2026-02", "2026-03"]
    assert spans.newest([], 6) == []
