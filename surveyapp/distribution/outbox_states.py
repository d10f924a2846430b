"""The life of a message: which event may move it from which state to which. Pure.

    queued → sending → accepted → sent → delivered | undelivered | failed
                     ↘ unknown → (looked up at the provider) → accepted … or queued again,
                       or held, where the provider keeps no record
    queued → held | cancelled | expired

Everything that writes `Message.state` builds its `WHERE state IN (…)` from this table, so that a
late or doubled event can never move a message backwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    """Claimed, checked, its attempt written; the provider is being called."""
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The call's outcome is not known; it is looked up before anything else happens."""
    HELD = "held"
    """Waits for a person (a link that the provider refuses, a text that cannot be filled in)."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Event(StrEnum):
    """What happens to a message."""

    CLAIM = "claim"
    ACCEPT = "accept"
    REJECT = "reject"
    """The provider refused it for good."""
    RETURN = "return"
    """Certainly not sent: throttled, connection refused, or given back before the call."""
    LOSE = "lose"
    """The call's outcome never arrived."""
    MISS = "miss"
    """Looked up at the provider and not there."""
    GIVE_UP = "give_up"
    RECEIPT_SENT = "receipt_sent"
    RECEIPT_DELIVERED = "receipt_delivered"
    RECEIPT_UNDELIVERED = "receipt_undelivered"
    RECEIPT_FAILED = "receipt_failed"
    DEFER = "defer"
    """Not now; due again later."""
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    EXPIRE = "expire"


FINAL = frozenset(
    {State.DELIVERED, State.UNDELIVERED, State.FAILED, State.CANCELLED, State.EXPIRED}
)
"""States that nothing leaves."""

HANDED_OVER = frozenset(
    {State.ACCEPTED, State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED}
)
"""States that a provider's answer can lead to."""

_RECEIPTS: Mapping[Event, State] = {
    Event.RECEIPT_SENT: State.SENT,
    Event.RECEIPT_DELIVERED: State.DELIVERED,
    Event.RECEIPT_UNDELIVERED: State.UNDELIVERED,
    Event.RECEIPT_FAILED: State.FAILED,
}

TRANSITIONS: Mapping[State, Mapping[Event, State]] = {
    State.QUEUED: {
        Event.CLAIM: State.SENDING,
        Event.DEFER: State.QUEUED,
        Event.HOLD: State.HELD,
        Event.CANCEL: State.CANCELLED,
        Event.EXPIRE: State.EXPIRED,
        Event.ACCEPT: State.ACCEPTED,
        **_RECEIPTS,
    },
    State.SENDING: {
        Event.ACCEPT: State.ACCEPTED,
        Event.REJECT: State.FAILED,
        Event.GIVE_UP: State.FAILED,
        Event.RETURN: State.QUEUED,
        Event.LOSE: State.UNKNOWN,
        **_RECEIPTS,
    },
    State.UNKNOWN: {
        Event.ACCEPT: State.ACCEPTED,
        Event.MISS: State.QUEUED,
        Event.GIVE_UP: State.FAILED,
        Event.HOLD: State.HELD,
        **_RECEIPTS,
    },
    State.HELD: {
        Event.RELEASE: State.QUEUED,
        Event.CANCEL: State.CANCELLED,
        Event.EXPIRE: State.EXPIRED,
    },
    State.ACCEPTED: dict(_RECEIPTS),
    State.SENT: {event: to for event, to in _RECEIPTS.items() if event != Event.RECEIPT_SENT},
    **{state: {} for state in FINAL},
}
"""State → event → next state. A late receipt may also find its message queued again: then it was
sent after all, and the receipt takes it out of the queue."""


def after(state: State, event: Event) -> State | None:
    """The state that `event` leads to from `state`; None when it may not happen there."""
    return TRANSITIONS[state].get(event)


def sources(event: Event) -> tuple[str, ...]:
    """The states in which `event` may happen, for a `WHERE state IN (…)`."""
    return tuple(sorted(state.value for state, moves in TRANSITIONS.items() if event in moves))


def target(event: Event) -> str:
    """The one state that `event` leads to, wherever it happens."""
    return {moves[event].value for moves in TRANSITIONS.values() if event in moves}.pop()
