"""The legal-transition table, alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.outbox_states import (
    FINAL,
    HANDED_OVER,
    TRANSITIONS,
    Event,
    State,
    after,
    sources,
    target,
)

RANK = {"sending": 0, "unknown": 0, "accepted": 1, "sent": 2}
RECEIPTS = [event for event in Event if event.value.startswith("receipt")]


def test_every_state_has_a_row_and_every_event_has_one_target():
    assert set(TRANSITIONS) == set(State)
    for event in Event:
        assert sources(event), event
        assert target(event) in set(State)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nothing_leaves_a_final_state(state):
    assert [event for event in Event if after(state, event)] == []


@given(st.lists(st.sampled_from(RECEIPTS), max_size=12))
def test_receipts_in_any_order_only_move_forward(events):
    state, rank = State.ACCEPTED, 1
    for event in events:
        state = after(state, event) or state
        now = RANK.get(state, 3)
        assert now >= rank
        rank = now
    told = {target(e) for e in events}
    if told & FINAL:
        assert state in FINAL


@given(st.lists(st.sampled_from(list(Event)), max_size=30))
def test_a_lost_call_is_never_claimed_again_without_a_look_at_the_provider(events):
    state, looked_up = State.QUEUED, True
    for event in events:
        new = after(state, event)
        if new is None:
            continue
        if event == Event.LOSE:
            looked_up = False
        if event in {Event.MISS, Event.RETURN}:
            looked_up = True
        if event == Event.CLAIM:
            assert looked_up
        state = new


def test_a_message_of_the_provider_is_never_claimed_again():
    for state in HANDED_OVER:
        assert after(state, Event.CLAIM) is None
        assert not any(after(state, event) == State.QUEUED for event in Event)
