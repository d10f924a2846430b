from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.distribution.forecast import LONGEST, slots
from surveyapp.distribution.policy import Window

DAY = Window("Asia/Shanghai", 9 * 60, 20 * 60)
EVENING = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai
moments = st.integers(0, 365 * 24 * 3600).map(lambda seconds: EVENING + timedelta(seconds=seconds))
windows = st.builds(
    Window,
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
    st.integers(0, 12 * 60),
    st.integers(13 * 60, 24 * 60 - 1),
)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60_000), st.sampled_from([0.5, 1.0, 50.0]), windows, moments)
def test_every_text_leaves_inside_the_hours_and_none_is_counted_twice(
    n: int, rate: float, window: Window, start: datetime
) -> None:
    found = slots(n, rate, window, start)
    assert sum(slot.n for slot in found) <= n
    if n / rate < LONGEST * 3600:
        assert sum(slot.n for slot in found) == n
    for slot in found:
        assert start <= slot.start < slot.end
        assert window.is_open(slot.start)
        assert window.is_open(slot.end - timedelta(milliseconds=1))
    for earlier, later in pairwise(found):
        assert earlier.end <= later.start


def test_what_is_queued_in_the_evening_leaves_next_morning() -> None:
    (slot,) = slots(100, 50, DAY, EVENING)
    assert slot.start.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%d %H:%M") == "21 09:00"
    assert slot.end - slot.start == timedelta(seconds=2)


def test_a_slow_provider_takes_several_days() -> None:
    found = slots(100_000, 1, DAY, EVENING)
    assert [slot.n for slot in found] == [39_600, 39_600, 20_800]


def test_nothing_leaves_after_the_study_closes_or_through_a_shut_window() -> None:
    closes = EVENING + timedelta(hours=13)
    assert sum(slot.n for slot in slots(100_000, 1, DAY, EVENING, closes)) == 30 * 60
    assert slots(10, 1, DAY, EVENING, EVENING) == []
    assert slots(10, 1, Window("UTC", 600, 600), EVENING) == []


def test_a_window_that_never_closes_is_taken_day_by_day() -> None:
    always = Window("UTC", 0, 24 * 60)
    assert [slot.n for slot in slots(100_000, 1, always, EVENING)] == [86_400, 13_600]
