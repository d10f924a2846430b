"""The life of a case, alone: every outcome, every limit, and what holds for every history."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.calling import outcomes as o
from surveyapp.calling.states import OPEN, State, after
from surveyapp.calling.timing import (
    AHEAD,
    GRACE,
    SOON,
    Rules,
    is_missed,
    next_try,
    part_of_day,
)
from surveyapp.distribution import dispositions
from surveyapp.distribution.policy import Window
from surveyapp.findings import SurveyError

MINUTE = timedelta(minutes=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 3, 4, tzinfo=UTC)  # 12:00 in Shanghai
WINDOW = Window("Asia/Shanghai", 9 * 60, 20 * 60)
RULES = Rules(3, timedelta(hours=4), WINDOW)


def local(moment):
    return moment.astimezone(SHANGHAI).strftime("%d %H:%M")


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize("outcome", [one for one in o.ALL if one.then == o.Then.END])
def test_what_ends_a_case_leaves_nothing_to_do(outcome):
    found = after(outcome, [NOON], NOON, RULES)
    assert (found.state, found.due, found.appointment) == (State.DONE, None, None)


@pytest.mark.parametrize("outcome", [o.NO_ANSWER, o.MACHINE, o.UNAVAILABLE])
def test_the_next_try_is_in_another_part_of_the_day(outcome):
    found = after(outcome, [NOON], NOON, RULES)
    assert (found.state, local(found.due)) == (State.WAITING, "03 17:00")
    again = after(outcome, [NOON, at(3, 17)], at(3, 17), RULES)
    assert local(again.due) == "04 09:00"


def test_a_busy_line_is_tried_soon_within_the_hours():
    assert after(o.BUSY, [NOON], NOON, RULES).due == NOON + SOON
    late = at(3, 19, 50)
    assert local(after(o.BUSY, [late], late, RULES).due) == "04 09:00"
    hasty = Rules(3, timedelta(minutes=5), WINDOW)
    assert after(o.BUSY, [NOON], NOON, hasty).due == NOON + hasty.gap


def test_after_the_last_attempt_nobody_is_called():
    found = after(o.NO_ANSWER, [NOON] * 3, NOON, RULES)
    assert (found.state, found.reason) == (State.DONE, o.EXHAUSTED)


def test_a_promise_is_kept_even_after_the_last_attempt():
    promised = at(5, 10, 30)
    found = after(o.APPOINTMENT, [NOON] * 9, NOON, RULES, promised)
    assert (found.state, found.due, found.appointment) == (State.APPOINTED, promised, promised)


def test_a_morning_that_was_never_tried_is_waited_for():
    tried = [at(3, 13), at(3, 18)]
    assert local(next_try(tried, at(4, 13), WINDOW)) == "05 09:00"


@pytest.mark.parametrize(
    ("promised", "code"),
    [
        (None, "call.appointment_missing"),
        (NOON, "call.appointment_past"),
        (NOON + AHEAD + timedelta(minutes=1), "call.appointment_far"),
        (at(4, 20), "call.appointment_hours"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused(promised, code):
    with pytest.raises(SurveyError) as refusal:
        after(o.APPOINTMENT, [NOON], NOON, RULES, promised)
    assert refusal.value.findings[0].code == code


def test_parts_of_the_day_follow_the_wall_clock():
    assert [part_of_day(at(3, hour), "Asia/Shanghai") for hour in (0, 11, 12, 16, 17, 23)] == [
        *(0, 0),
        *(1, 1),
        *(2, 2),
    ]


def test_an_appointment_is_missed_after_some_grace():
    assert not is_missed(NOON, NOON + GRACE)
    assert is_missed(NOON, NOON + GRACE + timedelta(seconds=1))


def test_hours_that_never_open_are_no_rules():
    never = Window("Asia/Shanghai", 600, 600)
    with pytest.raises(ValueError, match="never opens"):
        Rules(3, timedelta(hours=4), never)
    with pytest.raises(ValueError, match="never opens"):
        next_try([], NOON, never)


def test_outcomes_are_named_once_and_reach_the_rates():
    assert len(o.BY_KEY) == len(o.ALL)
    for outcome in o.ALL:
        assert outcome.disposition in dispositions.ALL
        assert dispositions.furthest([outcome.disposition.code]) == outcome.disposition.code


moments = st.integers(0, 363 * 24 * 60).map(lambda m: at(1, 0) - timedelta(days=59) + m * MINUTE)
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"])
windows = st.builds(Window, zones, st.integers(0, 719), st.integers(720, 1440))
rules = st.builds(
    Rules, st.integers(1, 9), st.integers(5, 2880).map(lambda m: timedelta(minutes=m)), windows
)


@given(st.sampled_from(o.ALL), st.lists(moments, max_size=6), moments, rules)
def test_whoever_is_called_again_is_called_in_time_and_in_the_hours(outcome, tried, now, rules):
    tried = [*tried, now]
    if outcome.then == o.Then.APPOINTMENT:
        return
    found = after(outcome, tried, now, rules)
    assert (found.due is None) == (found.state not in OPEN)
    if found.due:
        assert found.due >= now + (min(SOON, rules.gap) if outcome.soon else rules.gap)
        assert found.due <= now + rules.gap + timedelta(days=4)
        assert rules.window.is_open(found.due)
    if len(tried) >= rules.most:
        assert found.state == State.DONE


@given(st.lists(moments, max_size=8), moments, windows)
def test_the_part_of_the_day_that_was_tried_least_comes_first(tried, earliest, window):
    found = next_try(tried, earliest, window)
    counts = [0, 0, 0]
    for moment in tried:
        counts[part_of_day(moment, window.zone)] += 1
    first = window.next_opening(earliest)
    assert counts[part_of_day(found, window.zone)] <= counts[part_of_day(first, window.zone)]


@given(st.lists(st.sampled_from(o.ALL), max_size=12), moments, rules)
def test_every_case_ends_after_the_attempts_that_its_rules_allow(told, now, rules):
    state, tried = State.WAITING, []
    for outcome in told:
        if outcome.then == o.Then.APPOINTMENT:
            continue
        tried.append(now)
        found = after(outcome, tried, now, rules)
        state = found.state
        if state == State.DONE:
            break
        now = found.due
    assert len(tried) <= rules.most
