"""Periods: contiguous, called by their month, drawn from seeds of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.recurrence import (
    EVERY,
    LAST_DAY,
    Recurrence,
    due,
    findings,
    label,
    seed_of,
    spans,
    upcoming,
)

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
MONTHLY = Recurrence("month", 1, 9 * 60, "Asia/Shanghai", date(2026, 1, 15))


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    every = draw(st.sampled_from(sorted(EVERY)))
    return Recurrence(
        every,
        draw(st.integers(1, LAST_DAY[every])),
        draw(st.integers(0, 1439)),
        draw(st.sampled_from(ZONES)),
        draw(st.dates(date(2020, 1, 1), date(2035, 1, 1))),
    )


@given(recurrences())
def test_periods_follow_each_other_without_gap_or_overlap(it: Recurrence) -> None:
    found = list(islice(spans(it), 30))
    assert [span.number for span in found] == list(range(1, 31))
    assert all(one.ends_at == other.starts_at for one, other in pairwise(found))
    assert all(span.starts_at < span.ends_at for span in found)
    assert len({span.label for span in found}) == 30
    local = [span.starts_at.astimezone(ZoneInfo(it.zone)).date() for span in found]
    assert local[0] >= it.first
    on = [day.isoweekday() if it.every == "week" else day.day for day in local]
    assert set(on) == {it.day}


@given(recurrences(), st.integers(0, 40), st.integers(0, 5))
def test_what_is_due_and_what_is_to_come_share_all_periods(
    it: Recurrence, weeks: int, after: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(weeks=weeks)
    begun, coming = due(it, now), upcoming(it, now, 4)
    assert all(span.starts_at <= now for span in begun)
    assert all(span.starts_at > now for span in coming)
    assert [s.number for s in begun + coming] == list(range(1, len(begun) + 5))
    assert due(it, now, after) == begun[after:]


def test_a_monthly_study_begins_at_nine_of_its_own_zone() -> None:
    first, second = islice(spans(MONTHLY), 2)
    assert (first.label, second.label) == ("2026-02", "2026-03")
    assert first.starts_at == datetime(2026, 2, 1, 1, tzinfo=UTC)
    assert first.ends_at == datetime(2026, 3, 1, 1, tzinfo=UTC)


def test_a_last_day_ends_the_study() -> None:
    it = Recurrence("quarter", 5, 0, "Asia/Shanghai", date(2026, 1, 1), date(2026, 8, 1))
    assert [span.label for span in spans(it)] == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert upcoming(it, datetime(2027, 1, 1, tzinfo=UTC), 3) == []
    assert len(due(it, datetime(2030, 1, 1, tzinfo=UTC))) == 3


def test_a_week_is_called_by_the_year_it_belongs_to() -> None:
    assert label("week", date(2027, 1, 1)) == "2026-W53"


@given(st.integers(0, 2**31 - 2))
def test_every_period_has_a_seed_of_its_own(base: int) -> None:
    seeds = [seed_of(base, number) for number in range(1, 61)]
    assert len(set(seeds)) == 60
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert seeds == [seed_of(base, number) for number in range(1, 61)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"every": "year"}, "recurrence.unknown_length"),
        ({"day": 29}, "recurrence.bad_day"),
        ({"minute": 1440}, "recurrence.bad_time"),
        ({"first": date(9999, 12, 15)}, "recurrence.bad_first"),
        ({"first": date(1900, 1, 1)}, "recurrence.bad_first"),
        ({"last": date(2025, 1, 1)}, "recurrence.ends_first"),
    ],
)
def test_a_wrong_recurrence_is_refused_with_its_reason(change: dict, code: str) -> None:
    assert list(findings(MONTHLY)) == []
    assert [f.code for f in findings(Recurrence(**{**vars(MONTHLY), **change}))] == [code]
