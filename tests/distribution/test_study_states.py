from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution import study_states
from surveyapp.distribution.study_states import EVENTS, STATES


@given(st.lists(st.sampled_from(EVENTS), max_size=12))
def test_no_sequence_of_events_leaves_the_known_states_or_a_closed_study(events: list[str]) -> None:
    state, closed = "draft", False
    for event in events:
        target = study_states.after(state, event)
        assert (target is not None) == (event in study_states.possible(state))
        assert not (closed and target)
        state = target or state
        closed = closed or state == "closed"
        assert state in STATES


def test_a_study_never_returns_to_draft() -> None:
    assert "draft" not in study_states.TRANSITIONS.values()
    assert study_states.possible("closed") == ()


@pytest.mark.parametrize(
    ("state", "events"),
    [
        ("draft", ("start", "close")),
        ("running", ("pause", "close")),
        ("paused", ("resume", "close")),
    ],
)
def test_each_state_offers_its_events(state: str, events: tuple[str, ...]) -> None:
    assert study_states.possible(state) == events


def test_every_state_has_a_name() -> None:
    assert tuple(study_states.STATE_NAMES) == STATES
