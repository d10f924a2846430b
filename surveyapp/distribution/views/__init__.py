"""Pages of studies: list, settings, populations, sample, waves, touchpoints, messages, opt-outs."""

from __future__ import annotations

from surveyapp.distribution.views import (
    channel,
    message,
    opting_out,
    panel,
    populations,
    response,
    sample,
    study,
    touchpoint,
    visit,
    wave,
)
from surveyapp.distribution.views.blueprint import distribution

__all__ = [
    "channel",
    "distribution",
    "message",
    "opting_out",
    "panel",
    "populations",
    "response",
    "sample",
    "study",
    "touchpoint",
    "visit",
    "wave",
]
