"""What the text of a part may pipe, to be chosen from a list."""

from __future__ import annotations

from surveyapp.designer.document import Document
from surveyapp.designer.places import split
from surveyapp.designer.rule_sources import choices

PIPED = frozenset({"answer", "customer", "touchpoint", "computed"})
"""Kinds of sources that stand in texts."""


def pipe_sources(document: Document, place: str, language: str) -> list[tuple[str, str, str]]:
    """Each source as it is written in a text, its label, and where it is from."""
    field = "must" if split(place)[0] == "check" else "show"
    known = choices(document, place, language, field).values()
    return [(_written(one.id), one.label, one.group) for one in known if split(one.id)[0] in PIPED]


def _written(source: str) -> str:
    kind, name = split(source)
    return name if kind == "answer" else f"{kind}.{name}"
