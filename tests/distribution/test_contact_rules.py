"""Caps by group: counted over all kinds or invitations only, never exceeded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.contact_rules import Cap, applying, broken, longest
from surveyapp.distribution.rest_days import closed

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
VIP = Cap("high", "invitations", 1, 7)
OTHERS = Cap("", "invitations", 1, 30)
ALL = Cap("", "texts", 4, 30)
KINDS = st.sampled_from(["invitation", "reminder", "thank_you"])


def test_vips_weekly_others_monthly_at_most() -> None:
    caps = [VIP, OTHERS, ALL]
    assert applying(caps, "high") == [VIP, ALL]
    assert applying(caps, "low") == [OTHERS, ALL]
    eight_days_ago = [(NOW - timedelta(days=8), "invitation")]
    assert broken(applying(caps, "high"), eight_days_ago, "invitation", NOW) is None
    assert broken(applying(caps, "low"), eight_days_ago, "invitation", NOW) == OTHERS
    assert broken(applying(caps, "low"), eight_days_ago, "reminder", NOW) is None
    assert longest(caps) == 30
    assert longest([]) == 0
    assert applying([], "high") == []


@given(
    st.lists(st.tuples(st.integers(0, 24 * 60), KINDS), max_size=60),
    st.integers(1, 5),
    st.integers(1, 20),
)
def test_whoever_asks_first_no_cap_is_ever_exceeded(
    asked: list[tuple[int, str]], most: int, days: int
) -> None:
    caps = [Cap("", "texts", most, days), Cap("", "invitations", 1, days)]
    sent: list[tuple[datetime, str]] = []
    for hours, kind in sorted(asked):
        now = NOW + timedelta(hours=hours)
        if broken(caps, sent, kind, now) is None:
            sent.append((now, kind))
    for end, _ in sent:
        inside = [kind for at, kind in sent if end - timedelta(days=days) < at <= end]
        assert len(inside) <= most
        assert inside.count("invitation") <= 1


def test_the_golden_week_is_off_and_its_exchanged_weekend_days_are_worked() -> None:
    holidays = closed("holidays", "CN", date(2026, 9, 29), 15)
    assert holidays == {date(2026, 10, day) for day in range(1, 8)}
    working = closed("weekends", "CN", date(2026, 9, 15), 30)
    assert {date(2026, 10, day) for day in range(1, 8)} <= working
    assert {date(2026, 9, 20), date(2026, 10, 10)}.isdisjoint(working)
    assert date(2026, 10, 11) in working


def test_the_year_2026_is_the_notice_of_the_state_council() -> None:
    runs = [("01-01", 3), ("02-15", 9), ("04-04", 3), ("05-01", 5), ("06-19", 3), ("09-25", 3)]
    notice = {
        date.fromisoformat(f"2026-{first}") + timedelta(days=k)
        for first, days in [*runs, ("10-01", 7)]
        for k in range(days)
    }
    assert closed("holidays", "CN", date(2026, 1, 1), 360) == notice


@pytest.mark.parametrize(("rest", "expected"), [("", 0), ("holidays", 0), ("weekends", 2)])
def test_a_country_without_a_known_calendar_has_weekends_only(rest: str, expected: int) -> None:
    assert len(closed(rest, "XX", date(2026, 6, 1), 7)) == expected
