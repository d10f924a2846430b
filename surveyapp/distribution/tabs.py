"""The pages of a study in all packages, in groups by job: those that are there for the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import gettext

from surveyapp.accounts.guard import allowed
from surveyapp.distribution.models import Study
from surveyapp.findings import N_

GROUPS = (
    (N_("Overview"), (("reports.study", N_("Overview")),)),
    (
        N_("Plan"),
        (
            ("distribution.sample", N_("Sample")),
            ("distribution.periods", N_("Periods")),
            ("distribution.triggers", N_("Events")),
        ),
    ),
    (
        N_("Fieldwork"),
        (
            ("distribution.waves", N_("Waves")),
            ("distribution.messages", N_("Messages")),
            ("calling.study", N_("Telephone")),
            ("distribution.touchpoints", N_("Touchpoints")),
            ("distribution.response", N_("Response rates")),
        ),
    ),
    (
        N_("Quality"),
        (
            ("datasets.screening", N_("Screening")),
            ("datasets.review", N_("Review")),
        ),
    ),
    (
        N_("Analysis"),
        (
            ("analysis.ranking", N_("Standings")),
            ("analysis.scales", N_("Scales")),
            ("analysis.change", N_("Previous period")),
            ("analysis.trend", N_("Trend")),
            ("analysis.compare", N_("Compare")),
            ("analysis.tables_page", N_("Tables")),
            ("analysis.data", N_("Data and sample")),
            ("analysis.weights", N_("Sampling weights")),
        ),
    ),
    (
        N_("Reports and exports"),
        (
            ("papers.page", N_("Reports")),
            ("datasets.exports", N_("Exports")),
        ),
    ),
    (
        N_("Settings"),
        (
            ("distribution.settings", N_("Settings")),
            ("endings.page", N_("Endings")),
        ),
    ),
)
"""Label of each group, with endpoint (taking `study_id`) and label of its pages, in order."""


@dataclass(frozen=True)
class Tab:
    """One page; `current` marks the one that is open."""

    url: str
    label: str
    current: bool


@dataclass(frozen=True)
class Group:
    """Pages for one job; the label of a single page stands for its group."""

    label: str
    pages: tuple[Tab, ...]

    @property
    def url(self) -> str:
        """Its first page."""
        return self.pages[0].url

    @property
    def current(self) -> bool:
        """Whether one of its pages is open."""
        return any(page.current for page in self.pages)


def study_tabs(study: Study) -> list[Group]:
    """The groups with the pages that open for the signed-in user."""
    open_ = {
        endpoint: url_for(endpoint, study_id=study.id)
        for _label, pages in GROUPS
        for endpoint, _page in pages
        if endpoint in current_app.view_functions and allowed(endpoint)
    }
    here = _nearest(request.path, open_.values())
    groups = []
    for label, pages in GROUPS:
        tabs = [
            Tab(open_[endpoint], gettext(page), open_[endpoint] == here)
            for endpoint, page in pages
            if endpoint in open_
        ]
        if tabs:
            groups.append(Group(gettext(label) if len(tabs) > 1 else tabs[0].label, tuple(tabs)))
    return groups


def _nearest(path: str, urls: Iterable[str]) -> str:
    """The page that a path is or lies under; the study's own address has all of them under it."""
    home = min(urls := list(urls), key=len, default="")
    above = [url for url in urls if path == url or (url != home and path.startswith(f"{url}/"))]
    return max(above, key=len, default="")
