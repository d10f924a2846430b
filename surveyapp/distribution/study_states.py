"""The life of a study: which event leads from which state to which. Pure.

draft → running ⇄ paused → closed. Nothing leaves `closed`: what was asked stays comparable.
"""

from __future__ import annotations

from collections.abc import Mapping

from surveyapp.findings import N_

STATES = ("draft", "running", "paused", "closed")
EVENTS = ("start", "pause", "resume", "close")

TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("draft", "start"): "running",
    ("running", "pause"): "paused",
    ("paused", "resume"): "running",
    ("draft", "close"): "closed",
    ("running", "close"): "closed",
    ("paused", "close"): "closed",
}

STATE_NAMES = {
    "draft": N_("Draft"),
    "running": N_("Running"),
    "paused": N_("Paused"),
    "closed": N_("Closed"),
}


def after(state: str, event: str) -> str | None:
    """The state that `event` leads to, or None where it is not allowed."""
    return TRANSITIONS.get((state, event))


def possible(state: str) -> tuple[str, ...]:
    """The events that are allowed in `state`, in their usual order."""
    return tuple(event for event in EVENTS if (state, event) in TRANSITIONS)
