"""The circuit breaker of a channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.sms import breaker
from surveyapp.distribution.sms.breaker import Health, State, after, probe
from surveyapp.distribution.sms.provider import Ending

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
GOOD, BAD = Ending.ACCEPTED, Ending.UNKNOWN
SECOND = timedelta(seconds=1)


def tripped(times=1):
    health = Health()
    for _ in range(times):
        health = after(health, [Ending.BLOCKED], NOW)
        health = probe(health, health.open_until) if times > 1 else health
    return health


def test_five_failures_in_a_row_open_it_and_four_do_not():
    assert after(Health(), [BAD] * 4, NOW).state == State.CLOSED
    assert after(Health(), [BAD] * 4 + [GOOD] + [BAD] * 4, NOW).state == State.CLOSED
    health = after(Health(), [BAD] * 5, NOW)
    assert (health.state, health.open_until) == (State.OPEN, NOW + breaker.OPEN_FOR)


def test_refused_credentials_open_it_at_once():
    assert after(Health(), [GOOD, Ending.BLOCKED], NOW).state == State.OPEN


def test_half_of_twenty_calls_in_a_minute_open_it():
    mixed = [BAD, GOOD] * 9
    assert after(Health(), mixed, NOW).state == State.CLOSED
    assert after(Health(), [*mixed, GOOD, BAD], NOW).state == State.OPEN
    later = after(after(Health(), mixed, NOW), [GOOD, BAD], NOW + breaker.WINDOW)
    assert (later.state, later.calls, later.failed) == (State.CLOSED, 2, 1)


def test_refused_numbers_and_throttling_say_nothing_against_a_channel():
    health = after(Health(), [Ending.REJECTED, Ending.THROTTLED] * 30, NOW)
    assert (health.state, health.failures, health.calls) == (State.CLOSED, 0, 30)


def test_a_probe_leaves_when_its_time_has_come_and_its_answer_decides():
    health = tripped()
    assert probe(Health(), NOW) is None
    assert probe(health, health.open_until - SECOND) is None
    probing = probe(health, health.open_until)
    assert (probing.state, probe(probing, probing.open_until - SECOND)) == (State.HALF_OPEN, None)
    assert probe(probing, probing.open_until) is not None
    mended = after(probing, [GOOD], NOW)
    assert (mended.state, mended.trips, mended.open_until) == (State.CLOSED, 0, None)
    again = after(probing, [Ending.TRANSIENT], NOW)
    assert (again.state, again.open_until) == (State.OPEN, NOW + 2 * breaker.OPEN_FOR)


def test_the_rest_doubles_up_to_ten_minutes():
    health = tripped(12)
    assert after(health, [BAD], NOW).open_until == NOW + breaker.LONGEST


def test_late_answers_of_calls_that_were_out_change_nothing_while_it_is_open():
    health = tripped()
    late = after(health, [GOOD, BAD, Ending.BLOCKED], NOW)
    assert (late.state, late.open_until, late.trips) == (State.OPEN, health.open_until, 1)


@given(st.lists(st.sampled_from(list(Ending)), max_size=60))
def test_in_any_weather_an_open_one_names_its_next_probe_and_a_closed_one_none(endings):
    health = Health()
    for ending in endings:
        health = after(health, [ending], NOW)
        assert (health.open_until is None) == (health.state == State.CLOSED)
        assert 0 <= health.failed <= health.calls
