"""The tabs of a study: its pages in all packages, as far as they exist and the reader may."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import gettext

from surveyapp.accounts.guard import allowed
from surveyapp.distribution.models import Study
from surveyapp.findings import N_

TABS = (
    ("reports.study", N_("Overview")),
    ("analysis.ranking", N_("Analysis")),
    ("papers.page", N_("Reports")),
    ("distribution.sample", N_("Sample")),
    ("distribution.periods", N_("Periods")),
    ("distribution.triggers", N_("Events")),
    ("distribution.waves", N_("Waves")),
    ("distribution.messages", N_("Messages")),
    ("calling.study", N_("Telephone")),
    ("distribution.response", N_("Response rates")),
    ("distribution.touchpoints", N_("Touchpoints")),
    ("endings.page", N_("Endings")),
    ("datasets.screening", N_("Screening")),
    ("datasets.review", N_("Review")),
    ("datasets.exports", N_("Exports")),
    ("distribution.settings", N_("Settings")),
)
"""Endpoint (taking `study_id`) and label, in order."""


@dataclass(frozen=True)
class Tab:
    """One tab; `current` marks the page that is open."""

    url: str
    label: str
    current: bool


def study_tabs(study: Study) -> list[Tab]:
    """The tabs that open for the signed-in user."""
    home = f"/studies/{study.id}"
    tabs = []
    for endpoint, label in TABS:
        if endpoint not in current_app.view_functions or not allowed(endpoint):
            continue
        url = url_for(endpoint, study_id=study.id)
        current = request.path == url or (url != home and request.path.startswith(f"{url}/"))
        tabs.append(Tab(url, gettext(label), current))
    return tabs
