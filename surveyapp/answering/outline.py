"""What the browser must know of a questionnaire to page, hide, check and pipe by itself.

Only structure: ids, rules and limits. The words are in the page, the answers in its state.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from surveyapp.answering.pictures import LARGEST_FILE
from surveyapp.designer.choices import all_options
from surveyapp.designer.computed import sound
from surveyapp.designer.document import (
    Choice,
    Date,
    Document,
    LikertGrid,
    LongText,
    Number,
    Page,
    Photo,
    Question,
    ShortText,
    missing_of,
    variables_of,
)
from surveyapp.designer.duration import expected_seconds, reading_seconds
from surveyapp.designer.endings import gives_more
from surveyapp.designer.parts import Check
from surveyapp.designer.path import Path, VisiblePage
from surveyapp.designer.piping import pipes
from surveyapp.designer.rule_places import rules_of
from surveyapp.designer.rules import sources


def outline(document: Document, language: str) -> list[dict[str, Any]]:
    """The pages in order, each with its questions, as JSON for the script."""
    seconds = _seconds(document, language)
    return [_page(document, page, language, seconds) for page in document.pages]


def computations_of(document: Document) -> dict[str, object]:
    """The rules of the computed values that can be evaluated, by id."""
    return dict(sound(document))


def endings_of(document: Document) -> list[dict[str, object]]:
    """The endings in order; `more`: something comes with it that only the server can give."""
    return [
        _filled(id=one.id, when=one.when, more=gives_more(one) or None) for one in document.endings
    ]


def facts_used(document: Document) -> frozenset[tuple[str, str]]:
    """(kind, attribute) of every fact that the page reads; no other one leaves the server."""
    hidden = ("contradiction:", "cell:", "veto:", "bonus:")
    rules = [one.rule for one in rules_of(document) if not one.place.startswith(hidden)]
    found = {source for rule in rules for source in sources(rule)}
    found |= {pipe.source for words in _words(document) for pipe in pipes(words)}
    return frozenset((s.kind, s.name) for s in found if s.kind not in ("answer", "computed"))


def moves(document: Document) -> bool:
    """Whether anything of the document depends on the response's seed or on the day."""
    for part in (*document.pages, *document.questions()):
        if getattr(part, "shuffle", False) or getattr(part, "block", None):
            return True
        if isinstance(part, Date) and "today" in (part.earliest, part.latest):
            return True
    return False


def _words(document: Document) -> Iterator[str]:
    """Every text of the questionnaire in every language."""
    waiting: list[object] = [document.model_dump(mode="json")]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


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
        block=page.block,
        shuffle=page.shuffle or None,
        checks=_checks(page.checks),
        outs=[{"id": f"{page.id}.{o.id}", "when": o.when} for o in page.screen_outs] or None,
        seconds=round(reading_seconds(document.text(page.title, language)), 1),
        questions=[_question(document, q, seconds[q.id]) for q in page.questions],
    )


def _question(document: Document, question: Question, seconds: float) -> dict[str, Any]:
    can_be_required = question.required or question.require is not None
    return _filled(
        id=question.id,
        type=question.type,
        vars=list(variables_of(question)),
        show=question.show,
        require=question.require,
        required=question.required or None,
        asks=asks(question) if can_be_required else None,
        missing=list(missing_of(question)) or None,
        shuffle=getattr(question, "shuffle", False) or None,
        checks=_checks(question.checks),
        seconds=seconds,
    ) | _limits(document, question)


def _checks(checks: tuple[Check, ...]) -> list[dict[str, Any]] | None:
    mild = {"error": None, "warning": "warning"}
    found = [_filled(id=c.id, must=c.must, severity=mild[c.severity]) for c in checks]
    return found or None


def asks(question: Question) -> str:
    """Key of the phrase that asks for the missing answer."""
    special = {
        "number": "enter",
        "date": "enter_date",
        "consent": "agree",
        "photo": "attach",
        "ranking": "order",
    }
    if isinstance(question, ShortText | LongText):
        return "write"
    return special.get(question.type, "choose")


def _limits(document: Document, question: Question) -> dict[str, Any]:
    if isinstance(question, Choice):
        return _options(document, question)
    if isinstance(question, LikertGrid):
        items = [_filled(id=i.id, show=i.show, fixed=i.fixed or None) for i in question.items]
        return {"items": items}
    if isinstance(question, Number):
        bounds = {"low": _whole(question.minimum), "high": _whole(question.maximum)}
        return {**bounds, "decimals": question.decimals}
    if isinstance(question, Date):
        return _filled(earliest=question.earliest, latest=question.latest)
    if isinstance(question, Photo):
        return {"bytes": LARGEST_FILE}
    if isinstance(question, ShortText | LongText):
        form = getattr(question, "format", "any")
        return _filled(length=question.max_length, format=None if form == "any" else form)
    return {}


def _options(document: Document, question: Choice) -> dict[str, Any]:
    """The options with their rules; carried ones have those of the question they come from."""
    own = {option.id for option in question.options}
    options = [
        _filled(
            id=option.id,
            show=option.show,
            fixed=option.fixed or None,
            carried=None if option.id in own else True,
        )
        for option in all_options(document, question)
    ]
    alone = [o.id for o in question.options if o.exclusive or o.missing]
    return _filled(
        options=options,
        carry=question.carry.model_dump() if question.carry else None,
        other=[option.id for option in question.options if option.other] or None,
        most=getattr(question, "at_most", None),
        alone=alone if alone and question.type == "multiple" else None,
    )


def _whole(bound: float | None) -> float | int | None:
    return int(bound) if bound is not None and bound.is_integer() else bound


def _filled(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
