"""Whether a questionnaire says what it asks: missing texts and translations, unclear wording.

Heuristics warn, they never block: a question of more than MAX_SECONDS of reading, and a statement
that joins two things with "and" or "or", to which one answer cannot be given (double-barrelled).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from surveyapp.designer.document import (
    Document,
    Likert,
    LikertGrid,
    Multiple,
    Nps,
    Question,
    Single,
    Text,
)
from surveyapp.designer.duration import reading_seconds
from surveyapp.findings import N_, Finding, Term

MAX_SECONDS = 12.0
_JOINED = re.compile(
    r"\b(and|or)\b|以及|并且|而且|或者|(?<![温缓平谐])和(?![气蔼谐平善睦解缓])|(?<!参)与(?!否|众)|、",
    re.IGNORECASE,
)


TITLE, LABEL, HELP = Term(N_("text")), Term(N_("label")), Term(N_("help text"))
INTRODUCTION, THANK_YOU = Term(N_("introduction")), Term(N_("thank-you text"))
LOW, HIGH = Term(N_("label of the low end")), Term(N_("label of the high end"))
LANGUAGES = {"zh-Hans": Term(N_("Chinese")), "en": Term(N_("English"))}


class Wording(NamedTuple):
    """A text of the document: which it is, and which point of a scale it labels.

    `needed`: the customer cannot do without it.
    """

    place: str
    what: Term
    text: Text
    needed: bool = True
    point: int | None = None


def check_wording(document: Document) -> list[Finding]:
    """Every finding about the texts of the document, in its order."""
    findings = [f for wording in wordings(document) for f in _presence(document, wording)]
    for question in document.questions():
        findings += [*_long(question), *_double_barrelled(question), *_same_labels(question)]
    return findings


def wordings(document: Document) -> Iterator[Wording]:
    """Every text that a person sees, in document order."""
    yield Wording("document", TITLE, document.title)
    yield Wording("document", INTRODUCTION, document.introduction, needed=False)
    yield Wording("document", THANK_YOU, document.thank_you, needed=False)
    for page in document.pages:
        yield Wording(f"page:{page.id}", TITLE, page.title, needed=False)
        for question in page.questions:
            yield from _of_question(question, f"question:{question.id}")
    for part in document.dimensions:
        yield Wording(f"dimension:{part.id}", TITLE, part.title)
    for contradiction in document.contradictions:
        yield Wording(f"contradiction:{contradiction.id}", TITLE, contradiction.title)


def _of_question(question: Question, place: str) -> Iterator[Wording]:
    yield Wording(place, TITLE, question.title)
    yield Wording(place, HELP, question.help, needed=False)
    if isinstance(question, Single | Multiple):
        for option in question.options:
            yield Wording(f"option:{question.id}.{option.id}", LABEL, option.label)
    elif isinstance(question, Nps):
        yield Wording(place, LOW, question.low)
        yield Wording(place, HIGH, question.high)
    elif isinstance(question, Likert | LikertGrid):
        ends = {1, question.scale.points}
        for point in sorted(ends | set(question.scale.labels)):
            label = question.scale.labels.get(point, {})
            yield Wording(place, LABEL, label, needed=point in ends, point=point)
        for item in question.items if isinstance(question, LikertGrid) else ():
            yield Wording(f"item:{question.id}.{item.id}", LABEL, item.label)


def _presence(document: Document, wording: Wording) -> Iterator[Finding]:
    written = [code for code in document.languages if wording.text.get(code, "").strip()]
    params = {"what": wording.what, "point": wording.point}
    if not written:
        if wording.needed:
            template = N_("The {what} is missing; write it.")
            if wording.point is not None:
                template = N_("Point {point} of the scale has no label; write it.")
            yield Finding("wording.missing", wording.place, template, params)
        return
    for code in document.languages:
        if code not in written:
            template = N_("The {what} is not in {language} yet.")
            if wording.point is not None:
                template = N_("The label of point {point} is not in {language} yet.")
            language = {**params, "language": LANGUAGES.get(code, code)}
            yield Finding("wording.untranslated", wording.place, template, language, "warning")


def _long(question: Question) -> Iterator[Finding]:
    seconds = max((reading_seconds(text) for text in question.title.values()), default=0)
    if seconds > MAX_SECONDS:
        template = N_("It takes {seconds} seconds to read this question; make it shorter.")
        params = {"seconds": round(seconds)}
        place = f"question:{question.id}"
        yield Finding("wording.long", place, template, params, "warning")


def _double_barrelled(question: Question) -> Iterator[Finding]:
    statements: list[tuple[str, Text]] = []
    if isinstance(question, Likert):
        statements = [(f"question:{question.id}", question.title)]
    elif isinstance(question, LikertGrid):
        statements = [(f"item:{question.id}.{i.id}", i.label) for i in question.items]
    for place, text in statements:
        found = next((m for label in text.values() if (m := _JOINED.search(label))), None)
        if found:
            template = N_("“{word}” may join two questions in one; ask them separately.")
            params = {"word": found.group()}
            yield Finding("wording.double_barrelled", place, template, params, "warning")


def _same_labels(question: Question) -> Iterator[Finding]:
    if not isinstance(question, Single | Multiple):
        return
    labels = Counter(pair for option in question.options for pair in option.label.items())
    for (_, label), count in labels.items():
        if count > 1 and label.strip():
            template = N_("{count} answers read “{label}”; tell them apart.")
            params = {"count": count, "label": label[:40]}
            place = f"question:{question.id}"
            yield Finding("wording.same_label", place, template, params, "warning")
