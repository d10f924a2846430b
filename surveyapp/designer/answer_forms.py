"""Answers as a form or a program sent them, read into canonical values.

Reading never fails and loses nothing: what cannot be read stays as it was sent, so that
`answers.check` can say how to mend it and the page can show it again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from surveyapp.designer.document import (
    Consent,
    Date,
    LikertGrid,
    LongText,
    Multiple,
    Option,
    Photo,
    Question,
    Ranking,
    ShortText,
    Single,
    variables_of,
)

LARGEST = 1e15
"""Numbers beyond it are refused: a JSON reader elsewhere would round them."""

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def parse(
    question: Question, raw: Mapping[str, Any], options: Iterable[Option] = ()
) -> dict[str, object]:
    """The answers to `question` in `raw`, by variable, in canonical form.

    `raw` maps variables to strings or lists of strings (`request.form.to_dict(flat=False)`) or
    to JSON values. Blank values are unanswered, hence absent. `options`: what a choice offers,
    where it carries options along; several choices are put in that order.
    """
    values = {
        variable: parse_one(question, variable, raw[variable], options)
        for variable in variables_of(question)
        if variable in raw
    }
    return {variable: value for variable, value in values.items() if value is not None}


def parse_one(
    question: Question, variable: str, raw: Any, options: Iterable[Option] = ()
) -> object | None:
    """The answer that one of the question's variables was sent; None for a blank one."""
    value = _read(question, variable, raw, options)
    return None if value in ("", None, []) else value


def _read(question: Question, variable: str, raw: Any, options: Iterable[Option]) -> object:
    if isinstance(question, Multiple) and variable == question.id:
        return _choices(tuple(options) or question.options, raw)
    if variable != question.id and not isinstance(question, LikertGrid):
        return _line(raw)
    read: Callable[[Any, Any], object] = _READERS.get(type(question), _number)
    return read(question, raw)


def _one(raw: Any) -> Any:
    return (raw[0] if raw else None) if isinstance(raw, list | tuple) else raw


def _choice(question: Question, raw: Any) -> object:
    value = _one(raw)
    return value.strip() if isinstance(value, str) else value


def _choices(options: Iterable[Option], raw: Any) -> object:
    """The chosen ids, once each, known ones in the order of the options, unknown ones after."""
    given = list(raw) if isinstance(raw, list | tuple) else [raw]
    known = [option.id for option in options if option.id in given]
    unknown = [value for value in given if value not in (*known, "", None)]
    return known + unknown


def _ranks(question: Question, raw: Any) -> object:
    """The ids in the order given, once each."""
    given = list(raw) if isinstance(raw, list | tuple) else [raw]
    found: list[object] = []
    for value in given:
        if value not in (*found, "", None):
            found.append(value)
    return found


def _consent(question: Question, raw: Any) -> object:
    """True where agreed; what means "no" is no answer."""
    value = _one(raw)
    word = value.strip().lower() if isinstance(value, str) else value
    if word in ("true", "on", "yes", "1"):
        return True
    return None if word in ("false", "off", "no", "0") or word is False else word


_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def _day(question: Question, raw: Any) -> object:
    """A date in ISO form; 2026/11/3, 2026.11.3 and 2026年11月3日 are understood."""
    value = _one(raw)
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFKC", value).strip()
    match = _DAY.fullmatch(text)
    try:
        return date(*map(int, match.groups())).isoformat() if match else text
    except ValueError:
        return text


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
    return "".join(c for c in lines if is_writable(c)).strip()


def _line(raw: Any) -> object:
    value = _one(raw)
    if not isinstance(value, str):
        return value
    line = value.replace("\r\n", " ").replace("\r", " ").replace("\n", " ")
    return "".join(c for c in line if is_writable(c)).strip()


def _short(question: ShortText, raw: Any) -> object:
    """One line; what must have a form is written in plain characters (full-width ones are not)."""
    line = _line(raw)
    if question.format == "any" or not isinstance(line, str):
        return line
    return unicodedata.normalize("NFKC", line).strip()


def is_writable(character: str) -> bool:
    """Whether a store and a file can carry the character: no control and no half characters."""
    return character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")


_READERS: dict[type[Any], Callable[[Any, Any], object]] = {
    Single: _choice,
    Ranking: _ranks,
    Date: _day,
    Consent: _consent,
    Photo: _choice,
    ShortText: _short,
    LongText: _text,
}
