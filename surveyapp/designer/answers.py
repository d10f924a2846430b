"""Answers: what is wrong with them, in sentences that tell a customer how to mend it.

Canonical values are those of `document`; an unanswered variable is absent. `parse` (from
`answer_forms`) makes them from what was sent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from surveyapp.designer.answer_forms import LARGEST, is_writable, parse
from surveyapp.designer.document import (
    Document,
    Likert,
    LikertGrid,
    LongText,
    Multiple,
    Nps,
    Number,
    Question,
    ShortText,
    Single,
    variables_of,
)
from surveyapp.designer.path import Path
from surveyapp.designer.rules import Answers
from surveyapp.findings import N_, Finding

__all__ = ["check", "check_page", "check_question", "parse"]


def check(document: Document, path: Path, answers: Answers) -> list[Finding]:
    """Everything that keeps these answers from being accepted; only the path counts."""
    return [f for page in path.pages for q in page.questions for f in check_question(q, answers)]


def check_page(path: Path, page_id: str, answers: Answers) -> list[Finding]:
    """The same for one page of the path; a page off the path has nothing to mend."""
    page = path.page(page_id)
    return [f for q in (page.questions if page else ()) for f in check_question(q, answers)]


def check_question(question: Question, answers: Answers, *, complete: bool = True) -> list[Finding]:
    """Findings of one question; `complete=False` (autosave) lets required variables be absent.

    The place of a finding is `question:VARIABLE`.
    """
    checker = _CHECKERS.get(type(question))
    findings: list[Finding] = []
    for variable in variables_of(question):
        if variable in answers and checker:
            findings.extend(checker(question, f"question:{variable}", answers[variable]))
        elif variable not in answers and question.required and complete:
            findings.append(Finding("answer.required", f"question:{variable}", _asks(question)))
    return findings


def _asks(question: Question) -> str:
    if isinstance(question, Number):
        return N_("Please enter a number.")
    if isinstance(question, ShortText | LongText):
        return N_("Please write an answer.")
    return N_("Please choose an answer.")


def _check_single(question: Single, place: str, value: object) -> Iterator[Finding]:
    if value not in [option.id for option in question.options]:
        yield Finding("answer.option", place, N_("Please choose one of the answers listed."))


def _check_multiple(question: Multiple, place: str, value: object) -> Iterator[Finding]:
    known = [option.id for option in question.options]
    if not isinstance(value, list) or not all(v in known for v in value) or not value:
        yield Finding("answer.option", place, N_("Please choose from the answers listed."))
        return
    if len(value) != len(set(value)):
        yield Finding("answer.repeated", place, N_("Please choose each answer once."))
    if question.at_most and len(value) > question.at_most:
        template = N_("Please choose at most {at_most} answers.")
        yield Finding("answer.too_many", place, template, {"at_most": question.at_most})
    if len(value) > 1 and any(
        option.exclusive and option.id in value for option in question.options
    ):
        template = N_("The answer that excludes all others cannot be chosen together with them.")
        yield Finding("answer.exclusive", place, template)


def _check_scale(question: Likert | LikertGrid, place: str, value: object) -> Iterator[Finding]:
    yield from _check_points(place, value, 1, question.scale.points)


def _check_nps(question: Nps, place: str, value: object) -> Iterator[Finding]:
    yield from _check_points(place, value, 0, 10)


def _check_points(place: str, value: object, low: int, high: int) -> Iterator[Finding]:
    if not _is_whole(value) or not low <= value <= high:  # type: ignore[operator]
        template = N_("Please choose a value from {low} to {high}.")
        yield Finding("answer.range", place, template, {"low": low, "high": high})


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_number(question: Number, place: str, value: object) -> Iterator[Finding]:
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


def _check_text(question: ShortText | LongText, place: str, value: object) -> Iterator[Finding]:
    if not isinstance(value, str) or not all(map(is_writable, value)) or not value.strip():
        yield Finding("answer.text", place, N_("Please write an answer in words."))
    elif len(value) > question.max_length:
        template = N_("Please shorten this to {most} characters; it has {length} now.")
        params = {"most": question.max_length, "length": len(value)}
        yield Finding("answer.too_long", place, template, params)


_CHECKERS: dict[type[Any], Callable[[Any, str, object], Iterator[Finding]]] = {
    Single: _check_single,
    Multiple: _check_multiple,
    Likert: _check_scale,
    LikertGrid: _check_scale,
    Nps: _check_nps,
    Number: _check_number,
    ShortText: _check_text,
    LongText: _check_text,
}
