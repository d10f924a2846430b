"""How each kind of question is answered with a pen."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from surveyapp.designer.document import (
    Ces,
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
    Option,
    Photo,
    Question,
    Ranking,
    ShortText,
    Single,
    Stars,
    Text,
    missing_of,
    scale_ends,
)
from surveyapp.designer.paper.layout import (
    Agreement,
    Answer,
    Attachment,
    Box,
    Day,
    Grid,
    Lines,
    Nothing,
    Points,
    Ticks,
    letter,
)
from surveyapp.designer.paper.words import Words
from surveyapp.findings import N_

MISSING = {
    "dont_know": N_("I do not know"),
    "not_applicable": N_("Does not apply"),
    "refused": N_("I would rather not say"),
}
MARKS: dict[type[object], str] = {Single: "circle", Multiple: "box", Ranking: "place"}
Only = Callable[[object], str]


def answer_of(question: Question, document: Document, words: Words, only: Only) -> Answer:
    """The way to answer; `only` puts a rule into words."""
    if isinstance(question, Single | Multiple | Ranking):
        boxes = tuple(
            Box(words.text(option.label), option.other, only(option.show))
            for option in _options(question, document)
        )
        return Ticks(MARKS[type(question)], boxes)
    if isinstance(question, LikertGrid):
        return _grid(question, words, only)
    if isinstance(question, Likert | Nps | Ces | Csat | Stars):
        return _points(question, words)
    return _written(question, words)


def _written(question: Question, words: Words) -> Answer:
    missing = _missing(question)
    if isinstance(question, Number):
        return Lines(1, words.text(question.unit), missing)
    if isinstance(question, ShortText | LongText):
        return Lines(1 if isinstance(question, ShortText) else 5, "", missing)
    if isinstance(question, Date):
        return Day(missing)
    if isinstance(question, Consent):
        return Agreement(words.text(question.statement))
    return Attachment() if isinstance(question, Photo) else Nothing()


def _options(question: Single | Multiple | Ranking, document: Document) -> tuple[Option, ...]:
    """Everything that may be offered: what is carried along first, then its own options."""
    seen: set[str] = set()
    found: tuple[Option, ...] = question.options
    asked: object = question
    while isinstance(asked, Single | Multiple | Ranking) and asked.carry:
        seen.add(asked.id)
        asked = document.question_by_id.get(asked.carry.question)
        if not isinstance(asked, Single | Multiple | Ranking) or asked.id in seen:
            break
        found = (*asked.options, *found)
    return found


def _grid(question: LikertGrid, words: Words, only: Only) -> Grid:
    items = tuple(
        (letter(index), words.text(item.label), only(item.show))
        for index, item in enumerate(question.items)
    )
    labels = question.scale.labels
    return Grid(_labelled(1, question.scale.points, labels, words), items, _missing(question))


def _points(question: Likert | Nps | Ces | Csat | Stars, words: Words) -> Points:
    low, high = scale_ends(question) or (1, 5)
    missing = _missing(question)
    if isinstance(question, Nps | Ces | Stars):
        ends = words.text(question.low), words.text(question.high)
        return Points(_labelled(low, high, {}, words), *ends, missing)
    labels = question.scale.labels if isinstance(question, Likert) else question.labels
    return Points(_labelled(low, high, labels, words), missing=missing)


def _labelled(
    low: int, high: int, labels: dict[int, Text], words: Words
) -> tuple[tuple[int, str], ...]:
    return tuple((point, words.text(labels.get(point, {}))) for point in range(low, high + 1))


def _missing(question: Question) -> tuple[Box, ...]:
    return tuple(Box(_(MISSING[name])) for name in missing_of(question))
