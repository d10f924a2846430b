"""Pages of studies: list, settings, populations, sample, waves, touchpoints, messages, opt-outs."""

from __future__ import annotations

from surveyapp.distribution.views import (
    calendar,
    channel,
    contact_policy,
    labels,
    message,
    opting_out,
    panel,
    period,
    populations,
    receipts,
    response,
    sample,
    step,
    study,
    touchpoint,
    trigger,
    visit,
    wave,
)
from surveyapp.distribution.views.blueprint import distribution

__all__ = [
    "calendar",
    "channel",
    "contact_policy",
    "distribution",
    "labels",
    "message",
    "opting_out",
    "panel",
    "period",
    "populations",
    "receipts",
    "response",
    "sample",
    "step",
    "study",
    "touchpoint",
    "trigger",
    "visit",
    "wave",
]
