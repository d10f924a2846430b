"""What a page sends: answers with sequence numbers, read strictly, nothing of it trusted. Pure.

A sequence number is a counter in the high bits and the page's random tag in the low 20, so that
two pages never give the same one. Times that a page reports are claims.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from surveyapp import clock
from surveyapp.answering import marks, positions
from surveyapp.answering.plain_fields import asked, raw_values
from surveyapp.answering.positions import Position
from surveyapp.designer.answer_forms import parse, parse_one
from surveyapp.designer.choices import all_options
from surveyapp.designer.document import Document, Photo, question_of
from surveyapp.designer.path import VisiblePage

LARGEST_BODY = 512 * 1024
"""Bytes of one batch or form; the longest possible answers of a wide questionnaire fit in it."""
STEP = 1 << 20
LARGEST_SEQUENCE = (1 << 53) - 1
LONGEST = 20_000
"""Characters of one stored text; the questionnaire's own limit is checked at submit."""
LARGEST_NUMBER = 1 << 53
LONGEST_CLAIM = 7 * 24 * 3600 * 1000


_NOTHING: Mapping[str, bytes] = {}


class UnreadableError(Exception):
    """A message that no page of ours sends."""


@dataclass(frozen=True)
class Batch:
    """Changes by variable, (value or None for a cleared answer, sequence), and what goes along."""

    changes: Mapping[str, tuple[object, int]] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
    claims: Mapping[str, int] = field(default_factory=dict)
    language: str | None = None
    opened: str = ""
    pictures: Mapping[str, tuple[bytes, int]] = field(default_factory=dict)
    """Variable → JPEG and sequence; the key under which it is stored becomes the answer."""
    photos: tuple[str, ...] = ()
    """The variables of photos that the batch changes."""
    place: Position | None = None
    """Where the person is, of which only a distance is kept, and only by a study that asks."""
    marks: Mapping[str, object] = field(default_factory=dict)
    """What screening is to know of the response (`marks`)."""

    @property
    def saved(self) -> dict[str, int]:
        """What is acknowledged: the sequence number of each variable."""
        told = {**self.changes, **self.pictures}
        return {variable: sequence for variable, (_, sequence) in told.items()}


def read_json(document: Document, body: bytes) -> Batch:
    """The batch that the script sent; UnreadableError for anything that it cannot have sent.

    Answers of variables that the document does not have are left out, hence not acknowledged.
    """
    try:
        sent = json.loads(body or b"{}", parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnreadableError from None
    if not isinstance(sent, dict):
        raise UnreadableError
    answers = sent.get("answers", {})
    if not isinstance(answers, dict):
        raise UnreadableError
    asked = document.question_by_variable
    changes = {v: _change(document, v, entry) for v, entry in answers.items() if v in asked}
    photos = tuple(v for v in changes if isinstance(asked[v], Photo))
    return Batch(
        changes={v: c for v, c in changes.items() if v not in photos or c[0] is None},
        photos=photos,
        pages=pages_of(document, changes),
        claims=_claims(document, sent.get("claims")),
        language=_language(document, sent.get("language")),
        opened=sent["opened"] if isinstance(sent.get("opened"), str) else "",
        place=positions.read(sent.get("place")),
        marks=marks.trapped(sent),
    )


def read_form(
    document: Document,
    page: VisiblePage,
    form: Mapping[str, list[str]],
    answers: Mapping[str, Any],
    sequences: Mapping[str, int],
    pictures: Mapping[str, bytes] = _NOTHING,
) -> Batch:
    """The changes that a plain form of `page` makes; a field that is empty clears its answer.

    `pictures`: the JPEGs that came with it, by variable.
    """
    second = int(clock.now().timestamp())
    counter = max(max(sequences.values(), default=0) // STEP + 1, second)
    sequence = counter * STEP + secrets.randbelow(STEP)
    changes: dict[str, tuple[object, int]] = {}
    for question in page.questions:
        values = parse(question, raw_values(question, form), all_options(document, question))
        for variable in asked(question, form, page.variables):
            value = values.get(variable)
            if variable not in pictures and answers.get(variable) != value and storable(value):
                changes[variable] = value, sequence
    sent = {v: (jpeg, sequence) for v, jpeg in pictures.items() if v in page.variables}
    dropped = [q.id for q in page.questions if isinstance(q, Photo) and q.id in changes]
    return Batch(changes, (page.page.id,), pictures=sent, photos=(*sent, *dropped))


def photo_variables(document: Document) -> tuple[str, ...]:
    """The variables that photos answer."""
    return tuple(q.id for q in document.questions() if isinstance(q, Photo))


def pages_of(document: Document, variables: Mapping[str, object]) -> tuple[str, ...]:
    """The pages that ask for `variables`, once each."""
    asked = (document.page_by_question[question_of(variable)] for variable in variables)
    return tuple(dict.fromkeys(asked))


def storable(value: object) -> bool:
    """Whether a value may be kept until submit: true, a number, text or texts of a sane size."""
    if value is None:
        return True
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return abs(value) <= LARGEST_NUMBER
    if isinstance(value, list):
        return len(value) <= 500 and all(isinstance(v, str) and len(v) <= 200 for v in value)
    return isinstance(value, str) and len(value) <= LONGEST


def _change(document: Document, variable: str, entry: object) -> tuple[object, int]:
    if not isinstance(entry, dict):
        raise UnreadableError
    value, sequence = entry.get("v"), entry.get("s")
    if not isinstance(sequence, int) or not 0 < sequence <= LARGEST_SEQUENCE:
        raise UnreadableError
    if not storable(value):
        raise UnreadableError
    question = document.question_by_variable[variable]
    read = parse_one(question, variable, value, all_options(document, question))
    return read if storable(read) else None, sequence


def _claims(document: Document, sent: object) -> dict[str, int]:
    """Milliseconds per page, and how often and how long the page was hidden, as the page says:
    claims, kept apart from what the server measured.
    """
    if not isinstance(sent, dict):
        return {}
    return {
        page: value
        for page, value in sent.items()
        if (page in document.page_ids or page in (marks.AWAY, marks.AWAY_MS))
        and isinstance(value, int)
        and 0 <= value <= LONGEST_CLAIM
    }


def _language(document: Document, sent: object) -> str | None:
    return sent if isinstance(sent, str) and sent in document.languages else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
