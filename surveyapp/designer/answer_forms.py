"""Answers as a form or a program sent them, read into canonical values.

Reading never fails and loses nothing: what cannot be read stays as it was sent, so that
`answers.check` can say how to mend it and the page can show it again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from surveyapp.designer.document import (
    LongText,
    Multiple,
    Question,
    ShortText,
    Single,
    variables_of,
)

LARGEST = 1e15
"""Numbers beyond it are refused: a JSON reader elsewhere would round them."""

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def parse(question: Question, raw: Mapping[str, Any]) -> dict[str, object]:
    """The answers to `question` in `raw`, by variable, in canonical form.

    `raw` maps variables to strings or lists of strings (`request.form.to_dict(flat=False)`) or
    to JSON values. Blank values are unanswered, hence absent.
    """
    read = _READERS.get(type(question), _number)
    values = {v: read(question, raw[v]) for v in variables_of(question) if v in raw}
    return {v: value for v, value in values.items() if value not in ("", None, [])}


def _one(raw: Any) -> Any:
    return (raw[0] if raw else None) if isinstance(raw, list | tuple) else raw


def _choice(question: Question, raw: Any) -> object:
    value = _one(raw)
    return value.strip() if isinstance(value, str) else value


def _choices(question: Question, raw: Any) -> object:
    """The chosen ids, once each, known ones in document order, unknown ones after them."""
    given = list(raw) if isinstance(raw, list | tuple) else [raw]
    known = [option.id for option in getattr(question, "options", ()) if option.id in given]
    unknown = [value for value in given if value not in (*known, "", None)]
    return known + unknown


def _number(question: Question, raw: Any) -> object:
    """A number as int where it is whole; full-width digits and 1,234 are understood."""
    value = _one(raw)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= LARGEST else value
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFKC", value).strip().replace("\u2212", "-")
    plain = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return value.strip()
    if not number.is_finite() or abs(number) > Decimal(LARGEST) or "_" in plain:
        return value.strip()
    return int(number) if number == number.to_integral_value() else float(number)


def _text(question: Question, raw: Any) -> object:
    """Text as one trims it, without characters that are not writable."""
    value = _one(raw)
    if not isinstance(value, str):
        return value
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(question, ShortText):
        lines = lines.replace("\n", " ")
    return "".join(c for c in lines if is_writable(c)).strip()


def is_writable(character: str) -> bool:
    """Whether a store and a file can carry the character: no control and no half characters."""
    return character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")


_READERS: dict[type[Any], Callable[[Question, Any], object]] = {
    Single: _choice,
    Multiple: _choices,
    ShortText: _text,
    LongText: _text,
}
