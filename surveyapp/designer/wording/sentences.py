"""What is asked, sentence by sentence: the texts that the checks of style read.

A *statement* is what one agrees to (a Likert question, a line of a grid); a *rating* asks for a
judgement on a scale; a *question* is any other title. Introductions, options and help are not
sentences in this sense: other rules hold for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from surveyapp.designer.document import Document, Question, Text
from surveyapp.findings import Finding

_PIPED = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
_ASIDE = re.compile(r"\([^()]*\)|（[^（）]*）")
STATEMENT, RATING, QUESTION = "statement", "rating", "question"
_RATINGS = ("csat", "ces", "stars", "likert")
_AGREED = re.compile(r"\b(agree|true of you|applies)\b|同意|符合", re.IGNORECASE)


class Sentence(NamedTuple):
    """One text in one language. `text` has no piped answers in it and no asides in brackets."""

    place: str
    kind: str
    language: str
    text: str

    @property
    def chinese(self) -> bool:
        """Whether the Chinese rules are for it."""
        return self.language.startswith("zh")

    @property
    def english(self) -> bool:
        """Whether the English rules are for it."""
        return self.language.partition("-")[0] == "en"


def sentences(document: Document) -> Iterator[Sentence]:
    """Every statement, rating and question of the document, in its languages."""
    for question in document.questions():
        if question.type in ("information", "consent"):
            continue
        place = f"question:{question.id}"
        yield from _in_languages(document, place, _kind(question), question.title)
        for item in getattr(question, "items", ()):
            place = f"item:{question.id}.{item.id}"
            yield from _in_languages(document, place, STATEMENT, item.label)


def _kind(question: Question) -> str:
    """A Likert question whose ends speak of agreement is a statement."""
    if question.type == "likert":
        ends = question.scale.labels.get(question.scale.points, {}).values()
        return STATEMENT if any(_AGREED.search(label) for label in ends) else RATING
    return RATING if question.type in _RATINGS else QUESTION


def _in_languages(document: Document, place: str, kind: str, text: Text) -> Iterator[Sentence]:
    for language in document.languages:
        if written := text.get(language, "").strip():
            yield Sentence(place, kind, language, plain(written))


def plain(text: str) -> str:
    """The text without piped answers and asides."""
    return _ASIDE.sub("", _PIPED.sub("", text)).strip()


def once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The first finding of each code at a place: its translation says the same again."""
    seen: set[tuple[str, str]] = set()
    for finding in findings:
        if (finding.code, finding.place) not in seen:
            seen.add((finding.code, finding.place))
            yield finding
