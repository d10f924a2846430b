"""Quiet hours, caps and the decision at the moment of sending."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surveyapp.distribution.policy import (
    BACK_OFF_CAP,
    MARGIN,
    Go,
    Situation,
    Stop,
    Wait,
    Window,
    back_off,
    decide,
)

ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Africa/Casablanca",
]
zones = st.sampled_from(ZONES)
minutes = st.integers(0, 1440)
moments = st.integers(1_704_067_200, 1_830_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
NINE_TO_EIGHT = Window("Asia/Shanghai", 9 * 60, 20 * 60)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

READY = Situation(
    kind="invitation",
    study_state="running",
    wave_state="running",
    closes_at=None,
    not_after=None,
    completed=False,
    opted_out=False,
    erased=False,
    lacks="",
    contacts=0,
    cap=3,
    window=NINE_TO_EIGHT,
)


def local_minute(window, moment):
    local = moment.astimezone(ZoneInfo(window.zone))
    return local.hour * 60 + local.minute


@settings(max_examples=80, deadline=None)
@given(zones, minutes, minutes, moments)
@example("America/New_York", 150, 195, datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC))
@example("Australia/Lord_Howe", 120, 140, datetime(2026, 10, 3, 15, 25, tzinfo=UTC))
def test_next_opening_is_open_and_nothing_before_it_is(zone, start, end, moment):
    window = Window(zone, start, end)
    opening = window.next_opening(moment)
    if opening is None:
        assert start == end or (start, end) == (1440, 0)
        return
    assert opening >= moment
    minute = local_minute(window, opening)
    assert start <= minute < end if start <= end else minute >= start or minute < end
    probe = moment
    while probe < opening:
        assert not window.is_open(probe)
        probe += timedelta(minutes=7)


@settings(max_examples=80, deadline=None)
@given(zones, minutes, minutes, moments)
def test_an_open_window_is_open_until_it_closes(zone, start, end, moment):
    window = Window(zone, start, end)
    if not window.is_open(moment):
        return
    closing = window.closing(moment)
    if closing is None:
        assert (start, end) == (0, 1440)
        return
    assert not window.is_open(closing)
    assert window.is_open(closing - timedelta(seconds=1))


@settings(max_examples=80, deadline=None)
@given(zones, minutes, minutes, moments)
def test_whatever_may_go_leaves_inside_the_window(zone, start, end, moment):
    window = Window(zone, start, end)
    answer = decide(replace(READY, window=window), moment)
    if isinstance(answer, Go):
        assert window.is_open(moment)
        assert window.is_open(answer.leave_before - timedelta(microseconds=1))
    elif isinstance(answer, Wait):
        assert answer.until > moment
        assert window.is_open(answer.until)
    else:
        assert start % 1440 == end % 1440  # midnight is the end of a day and the begin of the next


def test_a_day_with_23_hours_keeps_wall_clock_hours():
    window = Window("Europe/Berlin", 9 * 60, 20 * 60)
    night = datetime(2026, 3, 28, 22, tzinfo=UTC)  # the clocks go forward at 01:00 UTC
    assert window.next_opening(night) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    evening = datetime(2026, 3, 29, 18, tzinfo=UTC)
    assert window.closing(datetime(2026, 3, 29, 10, tzinfo=UTC)) == evening


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"erased": True}, "erased"),
        ({"merged": True}, "merged"),
        ({"opted_out": True}, "opted_out"),
        ({"lacks": "no_phone"}, "no_phone"),
        ({"lacks": "no_email"}, "no_email"),
        ({"completed": True}, "answered"),
        ({"completed": True, "kind": "reminder"}, "answered"),
        ({"study_state": "closed"}, "study_closed"),
        ({"contacts": 3}, "contact_cap"),
        ({"group_cap": True}, "group_cap"),
        ({"closes_at": NOON}, "study_ended"),
        ({"not_after": NOON - timedelta(days=1)}, "too_late"),
    ],
)
def test_what_changed_since_queueing_stops_a_message(change, reason):
    answer = decide(replace(READY, **change), NOON)
    assert answer == Stop(reason, expired=reason in {"study_ended", "too_late"})


def test_a_thank_you_goes_to_those_who_answered():
    assert isinstance(decide(replace(READY, kind="thank_you", completed=True), NOON), Go)


@pytest.mark.parametrize("change", [{"study_state": "paused"}, {"wave_state": "paused"}])
def test_a_pause_makes_messages_wait(change):
    answer = decide(replace(READY, **change), NOON)
    assert isinstance(answer, Wait)
    assert answer.reason == "paused"


def test_the_last_seconds_of_the_window_belong_to_tomorrow():
    closing = datetime(2026, 3, 2, 12, tzinfo=UTC)
    go = decide(READY, closing - MARGIN - timedelta(seconds=1))
    assert go == Go(closing - MARGIN)
    assert decide(READY, closing - MARGIN) == Wait("quiet_hours", closing + timedelta(hours=13))


def test_a_message_that_cannot_wait_for_the_morning_expires():
    night = datetime(2026, 3, 2, 13, tzinfo=UTC)
    answer = decide(replace(READY, not_after=night + timedelta(hours=2)), night)
    assert answer == Stop("too_late", expired=True)


def test_a_window_opens_after_a_run_of_closed_days_at_its_own_hour():
    days = frozenset(date(2026, 3, day) for day in range(2, 12))
    window = replace(NINE_TO_EIGHT, also=(10 * 60, 22 * 60), closed=days)
    assert window.next_opening(NOON) == datetime(2026, 3, 12, 2, tzinfo=UTC)
    assert window.closing(datetime(2026, 3, 12, 2, tzinfo=UTC)) == datetime(
        2026, 3, 12, 12, tzinfo=UTC
    )


def test_a_window_of_no_minutes_never_sends():
    answer = decide(replace(READY, window=Window("Asia/Shanghai", 600, 600)), NOON)
    assert answer == Stop("never_allowed_hours", expired=True)


@given(st.integers(1, 40), st.randoms())
def test_back_off_doubles_with_jitter_up_to_its_cap(attempt, chance):
    wait = back_off(attempt, chance)
    assert timedelta(seconds=7) < wait <= BACK_OFF_CAP
    spread = {back_off(attempt, random.Random(seed)) for seed in range(20)}
    assert len(spread) > 10
    if attempt > 1:
        assert wait >= back_off(attempt - 1, chance) / 2
