"""The calendar: every text stands on one day, inside its window, and costs add up exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.calendar_plan import ABOUT, Day, Sending, days, weeks
from surveyapp.distribution.policy import Window

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
ZONE = "Asia/Shanghai"
SENDINGS = st.lists(
    st.builds(
        Sending,
        st.integers(1, 5),
        st.just("S"),
        st.sampled_from(["invitation", "reminder"]),
        st.integers(1, 3),
        st.just(""),
        st.integers(-50, 24 * 20).map(lambda h: NOW + timedelta(hours=h)),
        st.integers(0, 400),
        st.integers(1, 4),
        st.builds(Window, st.just(ZONE), st.integers(0, 600), st.integers(700, 1440)),
        st.just(ABOUT),
    ),
    max_size=8,
)


@given(SENDINGS)
def test_every_text_stands_on_exactly_one_day_inside_its_window(sendings: list[Sending]) -> None:
    found = days(sendings, NOW, 40, ZONE, 50.0)
    assert sum(day.n for day in found) == sum(it.n for it in sendings)
    assert [day.on for day in found] == [date(2026, 3, 2) + timedelta(days=k) for k in range(40)]
    for day in found:
        assert [e.at for e in day.entries] == sorted(e.at for e in day.entries)
        for entry in day.entries:
            assert entry.sending.window.is_open(entry.at)
            assert entry.at >= max(entry.sending.at, NOW)
            assert entry.at.astimezone(ZoneInfo(ZONE)).date() == day.on


@given(SENDINGS, st.decimals("0.001", "9", places=3))
def test_costs_add_up_to_the_cent(sendings: list[Sending], price: Decimal) -> None:
    found = days(sendings, NOW, 40, ZONE, 50.0)
    costs = [day.cost(price) or Decimal(0) for day in found]
    assert sum(costs) == price * sum(it.n * it.parts for it in sendings)
    assert all(day.cost(None) is None for day in found)


def test_what_is_pointless_later_is_not_shown_later() -> None:
    window = Window(ZONE, 9 * 60, 20 * 60)
    late = Sending(1, "S", "invitation", 1, "", NOW, 10, 1, window, ABOUT, until=NOW)
    assert sum(day.n for day in days([late], NOW, 9, ZONE, 50.0)) == 0


def test_what_leaves_after_the_last_day_is_not_shown() -> None:
    window = Window(ZONE, 9 * 60, 20 * 60)
    later = Sending(1, "S", "invitation", 1, "", NOW + timedelta(days=9), 10, 1, window, ABOUT)
    assert [day.n for day in days([later], NOW, 3, ZONE, 50.0)] == [0, 0, 0]


@given(st.dates(), st.integers(0, 60))
def test_weeks_begin_on_monday_and_hold_every_day_once(first: date, count: int) -> None:
    if first > date(9990, 1, 1):
        return
    given_days = [Day(first + timedelta(days=k)) for k in range(count)]
    rows = weeks(given_days)
    assert [day for row in rows for day in row if day] == given_days
    assert all(len(row) == 7 for row in rows)
    for row in rows:
        assert all(day is None or day.on.isoweekday() == k for k, day in enumerate(row, 1))
