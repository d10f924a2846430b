"""The kinds of questions as a person chooses among them: groups, names, icons, one-line hints."""

from __future__ import annotations

from typing import NamedTuple

from surveyapp.findings import N_


class Kind(NamedTuple):
    """How a type of question is offered. hint says in one line what it is good for."""

    name: str
    icon: str
    hint: str


TYPES: dict[str, Kind] = {
    "single": Kind(N_("One choice"), "circle-dot", N_("One answer of a list.")),
    "multiple": Kind(N_("Several choices"), "square-check-big", N_("All answers that apply.")),
    "ranking": Kind(N_("Ranking"), "list-ordered", N_("Put answers in order, best first.")),
    "likert": Kind(N_("Rating scale"), "sliders-horizontal", N_("One statement, labelled points.")),
    "likert_grid": Kind(N_("Rating grid"), "rows-3", N_("Several statements on one scale.")),
    "nps": Kind(N_("Recommendation (NPS)"), "gauge", N_("How likely to recommend, 0 to 10.")),
    "ces": Kind(N_("Effort (CES)"), "thumbs-up", N_("How easy it was, 1 to 7.")),
    "csat": Kind(N_("Satisfaction (CSAT)"), "smile", N_("How satisfied, 1 to 5.")),
    "stars": Kind(N_("Stars"), "star", N_("One to five stars, or up to ten.")),
    "number": Kind(N_("Number"), "hash", N_("An amount, a count, minutes.")),
    "date": Kind(N_("Date"), "calendar", N_("A day, within limits.")),
    "short_text": Kind(N_("Short text"), "text-cursor-input", N_("A name, an e-mail address.")),
    "long_text": Kind(N_("Long text"), "align-left", N_("A comment in their own words.")),
    "consent": Kind(N_("Consent"), "file-check", N_("A statement to agree to.")),
    "photo": Kind(N_("Photo"), "camera", N_("A picture, such as a comment card.")),
    "information": Kind(N_("Information"), "info", N_("Text to read; no answer.")),
}
"""Type of question → how it is offered."""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Choose"), ("single", "multiple", "ranking")),
    (N_("Rate"), ("likert", "likert_grid", "csat", "ces", "nps", "stars")),
    (N_("Measure"), ("number", "date")),
    (N_("Write"), ("short_text", "long_text")),
    (N_("Other"), ("consent", "photo", "information")),
)
"""Heading → the types under it, in the order in which they are offered."""

KIN: tuple[tuple[str, ...], ...] = (
    ("single", "multiple", "ranking"),
    ("likert", "csat", "ces", "stars", "nps", "likert_grid"),
    ("short_text", "long_text"),
    ("number", "date"),
)
"""Types that can take each other's place: what both have stays."""


def kin_of(kind: str) -> tuple[str, ...]:
    """The types that a question of this one may become, itself among them; empty when none."""
    return next((family for family in KIN if kind in family), ())
