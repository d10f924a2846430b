"""Pages of studies: list, settings, sample, waves, touchpoints, messages, and opting out."""

from __future__ import annotations

from surveyapp.distribution.views import (
    opting_out,
    sample,
    study,
    touchpoint,
)
from surveyapp.distribution.views.blueprint import distribution

__all__ = ["distribution", "opting_out", "sample", "study", "touchpoint"]
