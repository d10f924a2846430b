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

from surveyapp.designer.answers import parse
from surveyapp.designer.choices import all_options
from surveyapp.designer.document import Document, question_of, variables_of
from surveyapp.designer.path import VisiblePage

STEP = 1 << 20
LARGEST_SEQUENCE = (1 << 53) - 1
LONGEST = 20_000
"""Characters of one stored text; the questionnaire's own limit is checked at submit."""
LARGEST_NUMBER = 1 << 53
LONGEST_CLAIM = 7 * 24 * 3600 * 1000


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

    @property
    def saved(self) -> dict[str, int]:
        """What is acknowledged: the sequence number of each variable."""
        return {variable: sequence for variable, (_, sequence) in self.changes.items()}


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
    known = {v: answers[v] for v in document.variables if v in answers}
    return Batch(
        changes={v: _change(document, v, entry) for v, entry in known.items()},
        pages=pages_of(document, known),
        claims=_claims(document, sent.get("claims")),
        language=_language(document, sent.get("language")),
        opened=sent["opened"] if isinstance(sent.get("opened"), str) else "",
    )


def read_form(
    page: VisiblePage,
    form: Mapping[str, list[str]],
    answers: Mapping[str, Any],
    sequences: Mapping[str, int],
) -> Batch:
    """The changes that a plain form of `page` makes; a field that is empty clears its answer."""
    counter = max(sequences.values(), default=0) // STEP + 1
    sequence = counter * STEP + secrets.randbelow(STEP)
    changes: dict[str, tuple[object, int]] = {}
    for question in page.questions:
        values = parse(question, form, page.options_of(question))
        for variable in variables_of(question):
            value = values.get(variable)
            if answers.get(variable) != value and storable(value):
                changes[variable] = value, sequence
    return Batch(changes=changes, pages=(page.page.id,))


def pages_of(document: Document, variables: Mapping[str, object]) -> tuple[str, ...]:
    """The pages that ask for `variables`, in order."""
    asked = {question_of(variable) for variable in variables}
    return tuple(p.id for p in document.pages if any(q.id in asked for q in p.questions))


def storable(value: object) -> bool:
    """Whether a value may be kept until submit: any scalar or list of texts of a sane size."""
    if value is None:
        return True
    if isinstance(value, bool):
        return False
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
    question = document.question_by_id[question_of(variable)]
    read = parse(question, {variable: value}, all_options(document, question)).get(variable)
    return read if storable(read) else None, sequence


def _claims(document: Document, sent: object) -> dict[str, int]:
    """Milliseconds per page as the page says; a claim, kept apart from what the server measured."""
    if not isinstance(sent, dict):
        return {}
    return {
        page.id: value
        for page in document.pages
        if isinstance(value := sent.get(page.id), int) and 0 <= value <= LONGEST_CLAIM
    }


def _language(document: Document, sent: object) -> str | None:
    return sent if isinstance(sent, str) and sent in document.languages else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
