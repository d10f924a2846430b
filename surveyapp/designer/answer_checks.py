"""What each kind of question accepts as an answer, in sentences that tell how to mend it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from surveyapp.designer.answer_forms import LARGEST, is_writable
from surveyapp.designer.document import (
    Ces,
    Consent,
    Csat,
    Date,
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
    missing_of,
    scale_ends,
)
from surveyapp.designer.rules import is_date
from surveyapp.findings import N_, Finding

LONGEST_WORDS = 200
"""Characters of the words behind an option."""


@dataclass(frozen=True)
class Asked:
    """How a question is asked: the options offered, whether it must be complete, what day it is."""

    options: tuple[Option, ...] = ()
    complete: bool = True
    today: str | None = None


def check_value(question: Question, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    """Findings of one answer; the names of missing answers are answers like others."""
    if isinstance(value, str) and value in missing_of(question):
        return
    yield from _CHECKERS[type(question)](question, place, value, asked)


def check_words(place: str, value: object) -> Iterator[Finding]:
    """Findings of the words behind an option."""
    yield from _written(place, value, LONGEST_WORDS)


def _check_single(question: Single, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    if value not in [option.id for option in asked.options]:
        yield Finding("answer.option", place, N_("Please choose one of the answers listed."))


def _check_multiple(
    question: Multiple, place: str, value: object, asked: Asked
) -> Iterator[Finding]:
    yield from _check_chosen(question, place, value, asked)
    alone = [option.id for option in asked.options if option.exclusive or option.missing]
    if isinstance(value, list) and len(value) > 1 and any(name in value for name in alone):
        template = N_("The answer that excludes all others cannot be chosen together with them.")
        yield Finding("answer.exclusive", place, template)


def _check_ranking(question: Ranking, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    wrong = list(_check_chosen(question, place, value, asked))
    yield from wrong
    count = min(question.at_most or len(asked.options), len(asked.options))
    if asked.complete and not wrong and isinstance(value, list) and len(value) < count:
        template = N_("Please put {count} answers in order; {given} are in order so far.")
        params = {"count": count, "given": len(value)}
        yield Finding("answer.incomplete", place, template, params)


def _check_chosen(
    question: Multiple | Ranking, place: str, value: object, asked: Asked
) -> Iterator[Finding]:
    known = [option.id for option in asked.options]
    if not isinstance(value, list) or not all(v in known for v in value) or not value:
        yield Finding("answer.option", place, N_("Please choose from the answers listed."))
        return
    if len(value) != len(set(value)):
        yield Finding("answer.repeated", place, N_("Please choose each answer once."))
    if question.at_most and len(value) > question.at_most:
        template = N_("Please choose at most {at_most} answers.")
        yield Finding("answer.too_many", place, template, {"at_most": question.at_most})


def _check_points(question: Question, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    low, high = scale_ends(question) or (0, 0)
    if not _is_whole(value) or not low <= value <= high:  # type: ignore[operator]
        template = N_("Please choose a value from {low} to {high}.")
        yield Finding("answer.range", place, template, {"low": low, "high": high})


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_number(question: Number, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        yield Finding("answer.number", place, N_("Please enter a number, such as 3."))
        return
    if finding := _outside(question, place, value):
        yield finding
    if _decimals(value) > question.decimals:
        if question.decimals:
            template = N_("Please enter at most {decimals} decimal places.")
        else:
            template = N_("Please enter a whole number.")
        yield Finding("answer.decimals", place, template, {"decimals": question.decimals})


def _outside(question: Number, place: str, value: float) -> Finding | None:
    low, high = question.minimum, question.maximum
    params: dict[str, object] = {"low": _plain(low), "high": _plain(high)}
    below, above = low is not None and value < low, high is not None and value > high
    if (below or above) and low is not None and high is not None:
        template = N_("Please enter a number from {low} to {high}.")
    elif below:
        template = N_("Please enter a number of at least {low}.")
    elif above:
        template = N_("Please enter a number of at most {high}.")
    elif abs(value) > LARGEST / 10**question.decimals:  # more digits than a number keeps
        template = N_("This number is too large; please check it.")
    else:
        return None
    return Finding("answer.range", place, template, params)


def _plain(bound: float | None) -> object:
    return int(bound) if bound is not None and bound.is_integer() else bound


def _decimals(value: float) -> int:
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _check_date(question: Date, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    if not is_day(value):
        yield Finding("answer.date", place, N_("Please enter a date, such as 2026-11-23."))
        return
    days = [asked.today if day == "today" else day for day in (question.earliest, question.latest)]
    low, high = days
    params: dict[str, object] = {"low": low, "high": high}
    below, above = low is not None and str(value) < low, high is not None and str(value) > high
    if (below or above) and low is not None and high is not None:
        template = N_("Please choose a day from {low} to {high}.")
    elif below:
        template = N_("Please choose a day not before {low}.")
    elif above:
        template = N_("Please choose a day not after {high}.")
    else:
        return
    yield Finding("answer.range", place, template, params)


def is_day(value: object) -> bool:
    """Whether the value is an ISO date that the calendar has."""
    if not is_date(value):
        return False
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


_FORMATS = {
    "email": (
        re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}"),
        N_("Please enter an e-mail address, such as name@example.com."),
    ),
    "phone": (
        re.compile(r"\+?(?:[ ()/.-]{0,2}[0-9]){6,15}"),
        N_("Please enter a telephone number, such as 138 0000 0000."),
    ),
    "digits": (re.compile(r"[0-9]+"), N_("Please enter digits only.")),
}


def _check_short(question: ShortText, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    wrong = list(_written(place, value, question.max_length))
    yield from wrong
    if not wrong and question.format != "any":
        form, template = _FORMATS[question.format]
        if not form.fullmatch(str(value)):
            yield Finding("answer.format", place, template)


def _check_long(question: LongText, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    yield from _written(place, value, question.max_length)


def _written(place: str, value: object, most: int) -> Iterator[Finding]:
    if not isinstance(value, str) or not all(map(is_writable, value)) or not value.strip():
        yield Finding("answer.text", place, N_("Please write an answer in words."))
    elif len(value) > most:
        template = N_("Please shorten this to {most} characters; it has {length} now.")
        params = {"most": most, "length": len(value)}
        yield Finding("answer.too_long", place, template, params)


def _check_consent(question: Consent, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    if value is not True:
        yield Finding("answer.consent", place, N_("Please tick the box where you agree."))


def _check_photo(question: Photo, place: str, value: object, asked: Asked) -> Iterator[Finding]:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_.:-]{1,200}", value):
        yield Finding("answer.photo", place, N_("Please choose the photo again."))


Checker = Callable[[Any, str, object, Asked], Iterator[Finding]]
_CHECKERS: dict[type[Any], Checker] = {
    Single: _check_single,
    Multiple: _check_multiple,
    Ranking: _check_ranking,
    **dict.fromkeys((Likert, LikertGrid, Nps, Ces, Csat, Stars), _check_points),
    Number: _check_number,
    Date: _check_date,
    ShortText: _check_short,
    LongText: _check_long,
    Consent: _check_consent,
    Photo: _check_photo,
}

_ASKS: Sequence[tuple[tuple[type[Any], ...], str]] = (
    ((Number,), N_("Please enter a number.")),
    ((Date,), N_("Please enter a date.")),
    ((ShortText, LongText), N_("Please write an answer.")),
    ((Ranking,), N_("Please put the answers in order.")),
    ((Consent,), N_("Please agree before you go on.")),
    ((Photo,), N_("Please add a photo.")),
)


def asks_for(question: Question, variable: str) -> str:
    """The sentence that asks for a missing answer."""
    if variable != question.id and not isinstance(question, LikertGrid):
        return N_("Please write what you mean.")
    found = (sentence for kinds, sentence in _ASKS if isinstance(question, kinds))
    return next(found, N_("Please choose an answer."))
