"""Whether what texts pipe in is there, and is known before the text is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from surveyapp.designer.choices import CHOICES
from surveyapp.designer.computed import with_computed
from surveyapp.designer.document import (
    Consent,
    Document,
    LikertGrid,
    Question,
    Text,
    question_of,
    variables_of,
)
from surveyapp.designer.facts import attributes
from surveyapp.designer.piping import Pipe, is_known, pipes
from surveyapp.designer.rule_types import closest
from surveyapp.findings import N_, Finding


def check_pipes(document: Document) -> Iterator[Finding]:
    """Every finding about a pipe, once for each text."""
    seen: set[str] = set()
    for page in document.pages:
        yield from _piped(document, f"page:{page.id}", page.title, seen)
        for question in page.questions:
            place = f"question:{question.id}"
            for where, text in _before(question, place):
                yield from _piped(document, where, text, seen)
            seen.update(variables_of(question))
            for check in question.checks:
                yield from _piped(document, f"check:{question.id}.{check.id}", check.message, seen)
        for check in page.checks:
            yield from _piped(document, f"check:{page.id}.{check.id}", check.message, seen)
        for out in page.screen_outs:
            yield from _piped(document, f"screen_out:{page.id}.{out.id}", out.message, seen)
    yield from _piped(document, "document", document.thank_you, seen)
    for ending in document.endings:
        yield from _piped(document, f"ending:{ending.id}", ending.message, seen)


def _before(question: Question, place: str) -> Iterator[tuple[str, Text]]:
    """The texts that are read before the question is answered."""
    yield place, question.title
    yield place, question.help
    if isinstance(question, Consent):
        yield place, question.statement
    for option in question.options if isinstance(question, CHOICES) else ():
        yield f"option:{question.id}.{option.id}", option.label
    for item in question.items if isinstance(question, LikertGrid) else ():
        yield f"item:{question.id}.{item.id}", item.label


def _piped(document: Document, place: str, text: Text, seen: set[str]) -> Iterator[Finding]:
    found = dict.fromkeys(pipe.source for words in text.values() for pipe in pipes(words))
    for source in found:
        written = Pipe(source).written[1:-1]
        if not is_known(document, source):
            yield _unknown(document, place, Pipe(source), written)
            continue
        read = with_computed(document, {source.kind: source.name})
        if any(kind == "answer" and name not in seen for kind, name in read):
            template = N_("“{name}” is put into this text before it is asked: move it up.")
            yield Finding("pipe.later_question", place, template, {"name": written})


def _unknown(document: Document, place: str, pipe: Pipe, written: str) -> Finding:
    kind, name = pipe.source
    hint = closest(name, _names(document, kind))
    if kind == "answer" and not hint:
        hint = closest(question_of(name), _names(document, kind))
    params = {"name": written, "hint": hint if kind == "answer" or not hint else f"{kind}.{hint}"}
    template = N_("There is no “{name}” to put in here. For braces as such, write them twice.")
    if hint:
        template = N_("There is no “{name}” to put in here. Did you mean “{hint}”?")
    return Finding("pipe.unknown", place, template, params)


def _names(document: Document, kind: str) -> Iterable[str]:
    if kind == "answer":
        return document.variables
    if kind == "computed":
        return [computed.id for computed in document.computed]
    return attributes(document).get(kind, {})
