"""What the browser must know of a questionnaire to page, hide and check by itself.

Only structure: ids, rules and limits. The words are in the page, the answers in its state.
"""

from __future__ import annotations

from typing import Any

from surveyapp.designer.document import (
    Document,
    LongText,
    Multiple,
    Number,
    Page,
    Question,
    ShortText,
    variables_of,
)
from surveyapp.designer.duration import expected_seconds, reading_seconds
from surveyapp.designer.path import Path, VisiblePage
from surveyapp.designer.rules import sources


def outline(document: Document, language: str) -> list[dict[str, Any]]:
    """The pages in order, each with its questions, as JSON for the script."""
    seconds = _seconds(document, language)
    return [_page(document, page, language, seconds) for page in document.pages]


def facts_used(document: Document) -> frozenset[tuple[str, str]]:
    """(kind, attribute) of every fact that a show-rule reads; no other one leaves the server."""
    rules = [part.show for page in document.pages for part in (page, *page.questions)]
    found = {source for rule in rules if rule is not None for source in sources(rule)}
    return frozenset((s.kind, s.name) for s in found if s.kind != "answer")


def _seconds(document: Document, language: str) -> dict[str, float]:
    """What each question adds to the time of those before it (a scale is read only once)."""
    found: dict[str, float] = {}
    asked: list[Question] = []
    before = 0.0
    for question in document.questions():
        asked.append(question)
        step = VisiblePage(document.pages[0], tuple(asked))
        after = expected_seconds(document, Path((step,)), language)
        found[question.id], before = round(after - before, 1), after
    return found


def _page(
    document: Document, page: Page, language: str, seconds: dict[str, float]
) -> dict[str, Any]:
    return _filled(
        id=page.id,
        show=page.show,
        seconds=round(reading_seconds(document.text(page.title, language)), 1),
        questions=[_question(question, seconds[question.id]) for question in page.questions],
    )


def _question(question: Question, seconds: float) -> dict[str, Any]:
    return _filled(
        id=question.id,
        type=question.type,
        vars=list(variables_of(question)),
        show=question.show,
        required=question.required or None,
        asks=asks(question) if question.required else None,
        seconds=seconds,
    ) | _limits(question)


def asks(question: Question) -> str:
    """Key of the phrase that asks for the missing answer."""
    if isinstance(question, Number):
        return "enter"
    return "write" if isinstance(question, ShortText | LongText) else "choose"


def _limits(question: Question) -> dict[str, Any]:
    if isinstance(question, Multiple):
        alone = [option.id for option in question.options if option.exclusive]
        return _filled(most=question.at_most, alone=alone or None)
    if isinstance(question, Number):
        bounds = {"low": _whole(question.minimum), "high": _whole(question.maximum)}
        return {**bounds, "decimals": question.decimals}
    if isinstance(question, ShortText | LongText):
        return {"length": question.max_length}
    return {}


def _whole(bound: float | None) -> float | int | None:
    return int(bound) if bound is not None and bound.is_integer() else bound


def _filled(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
