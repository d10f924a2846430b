"""How long a path takes: reading at a usual pace, then answering.

Reading: 255 Chinese characters a minute (Trauzettel-Klosinski and Dietz 2012, IReST) and 238
English words a minute (Brysbaert 2019); the label of an option or scale point is scanned at twice
that pace, and those of a scale once for the whole path. Answering: a tap for a choice, more where
one must recall or type; an optional text counts half, since about half leave it empty. Screening
takes its speed threshold from this, the customer's page its "about 2 minutes left".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from surveyapp.designer.choices import CHOICES, all_options
from surveyapp.designer.document import (
    Ces,
    Choice,
    Consent,
    Csat,
    Date,
    Document,
    Likert,
    LikertGrid,
    LongText,
    Multiple,
    Nps,
    Number,
    Photo,
    Question,
    Ranking,
    ShortText,
    Stars,
    Text,
    variables_of,
)
from surveyapp.designer.path import Path

CJK_PER_SECOND = 255 / 60
WORDS_PER_SECOND = 238 / 60
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W_]+")

SECONDS_PER_TAP = 1.5
SECONDS_PER_STATEMENT = 2.0
SECONDS_PER_NUMBER = 4.0
SECONDS_PER_SHORT_TEXT = 8.0
SECONDS_PER_LONG_TEXT = 15.0
SECONDS_PER_DATE = 6.0
SECONDS_PER_PHOTO = 20.0


def reading_seconds(text: str) -> float:
    """Seconds to read `text` once."""
    characters = len(_CJK.findall(text))
    words = len(_WORD.findall(_CJK.sub(" ", text)))
    return characters / CJK_PER_SECOND + words / WORDS_PER_SECOND


def expected_seconds(document: Document, path: Path, language: str | None = None) -> float:
    """Seconds that an attentive person needs for the path, in `language` or the default one."""
    table = _table(document, language or document.default_language)
    costs = [table[question.id] for question in path.questions]
    scales = {cost.scale: cost.scale_seconds for cost in costs}
    pages = sum(table[f"page:{page.page.id}"].seconds for page in path.pages)
    return pages + sum(cost.seconds for cost in costs) + sum(scales.values())


class _Cost(NamedTuple):
    """Seconds of a page title or a question; a scale, told by its labels, costs only once."""

    seconds: float
    scale: str = ""
    scale_seconds: float = 0.0


def _table(document: Document, language: str) -> dict[str, _Cost]:
    """The cost of every page title and question, kept with the (frozen) document itself."""
    name = f"_seconds_{language}"
    table: dict[str, _Cost] | None = document.__dict__.get(name)
    if table is None:

        def read(text: Text) -> float:
            return reading_seconds(document.text(text, language))

        table = document.__dict__[name] = {
            f"page:{page.id}": _Cost(read(page.title)) for page in document.pages
        } | {question.id: _cost(document, question, read) for question in document.questions()}
    return table


def _cost(document: Document, question: Question, read: Callable[[Text], float]) -> _Cost:
    seconds = read(question.title) + read(question.help) + _answering(document, question, read)
    if isinstance(question, Likert | LikertGrid | Csat):
        labels = question.labels if isinstance(question, Csat) else question.scale.labels
        return _Cost(seconds, repr(sorted(labels.items())), sum(map(read, labels.values())) / 2)
    return _Cost(seconds)


def _answering(document: Document, question: Question, read: Callable[[Text], float]) -> float:
    if isinstance(question, CHOICES):
        options = all_options(document, question)
        return _choosing(question, len(options)) + sum(read(o.label) for o in options) / 2
    if isinstance(question, Likert | LikertGrid):
        items = question.items if isinstance(question, LikertGrid) else ()
        statements = sum(read(item.label) for item in items)
        return statements + SECONDS_PER_STATEMENT * len(variables_of(question))
    if isinstance(question, Consent):
        return read(question.statement) + SECONDS_PER_TAP
    fixed = _FIXED.get(type(question), 0.0)
    optional = isinstance(question, ShortText | LongText | Photo) and not question.required
    return fixed / 2 if optional else fixed


def _choosing(question: Choice, options: int) -> float:
    """One tap, two where several may be chosen; a ranking takes a decision for each place."""
    if isinstance(question, Ranking):
        return SECONDS_PER_STATEMENT * min(question.at_most or options, options)
    return SECONDS_PER_TAP * (2 if isinstance(question, Multiple) else 1)


_FIXED: dict[type[Any], float] = {
    **dict.fromkeys((Nps, Ces, Csat, Stars), SECONDS_PER_STATEMENT),
    Number: SECONDS_PER_NUMBER,
    Date: SECONDS_PER_DATE,
    ShortText: SECONDS_PER_SHORT_TEXT,
    LongText: SECONDS_PER_LONG_TEXT,
    Photo: SECONDS_PER_PHOTO,
}
