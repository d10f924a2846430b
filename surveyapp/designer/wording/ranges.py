# ruff: noqa: E501 - a list of words reads better on few lines
"""Ranges of numbers among the answers: none may be in two of them, and none in none.

Read are "18–25", "18 to 25", "under 18", "65 or over", "18岁以下", "65岁及以上"; in Chinese 以上 has its
number in it and 以下 has not, unless 及 says so. Ranges are compared where they count the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from surveyapp.designer.document import Document, Multiple, Question, Single
from surveyapp.findings import N_, Finding

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_CLOCK = re.compile(r"\d[:：]\d\d")
_UNIT = r"[^\d\W]*[ ]?(?:[^\d\W]+)?"
_BETWEEN = re.compile(rf"^\D{{0,12}}?{_NUMBER}\s*{_UNIT}\s*(?:-|–|—|~|～|至|到|\bto\b)\s*{_NUMBER}")
_BELOW = re.compile(
    rf"(?:\b(?:under|below|less than|fewer than|younger than)\s*|不到|不足|少于|低于|小于){_NUMBER}"
    rf"|{_NUMBER}\s*[^\d\W]{{0,4}}?(?<!及)(?<!或)以下",
    re.IGNORECASE,
)
_UP_TO = re.compile(
    rf"(?:\b(?:up to|at most)\s*|不超过|最多){_NUMBER}"
    rf"|{_NUMBER}\s*[^\d\W]{{0,12}}?\s*(?:or (?:less|under|below|fewer|younger)|及以下|或以下|以内)",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    rf"(?:\b(?:over|above|more than|older than)\s*|超过|多于|高于|大于){_NUMBER}", re.IGNORECASE
)
_FROM = re.compile(
    rf"(?:\b(?:at least|from)\s*|至少|不少于|不低于){_NUMBER}"
    rf"|{_NUMBER}\s*[^\d\W]{{0,12}}?\s*(?:\+|or (?:more|over|above|older)|及以上|或以上|以上)",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"\b(?:under|below|less|fewer|younger|than|up|to|at|most|or|over|above|more|older|least|from|about|and)\b"
    r"|不到|不足|少于|低于|小于|不超过|最多|及|或|以下|以上|以内|超过|多于|高于|大于|至少|不少于|不低于|至|到|大约"
    r"|[\d.,\s\-–—~～+（）()]",
    re.IGNORECASE,
)


class Range(NamedTuple):
    """Numbers from `low` to `high` (None: without bound), the bounds in it or not."""

    low: Fraction | None
    high: Fraction | None
    with_low: bool
    with_high: bool
    unit: str
    step: Fraction


def check(document: Document) -> Iterator[Finding]:
    """Choices whose ranges overlap or leave something out."""
    for question in document.questions():
        if isinstance(question, Single | Multiple):
            yield from _question(question, document.languages)


def _question(question: Question, languages: tuple[str, ...]) -> Iterator[Finding]:
    place = f"question:{question.id}"
    for language in languages:
        labels = [option.label.get(language, "") for option in getattr(question, "options", ())]
        found = [(span, label) for label in labels if (span := range_of(label))]
        found.sort(key=lambda pair: (pair[0].low is not None, pair[0].low or 0))
        for (first, one), (second, other) in pairwise(found):
            params = {"one": one, "other": other}
            if _overlap(first, second):
                template = N_("Some numbers are in “{one}” and in “{other}”; give each one place.")
                yield Finding("wording.overlapping_ranges", place, template, params, "warning")
            elif _gap(first, second):
                template = N_("Between “{one}” and “{other}” numbers are left out; close the gap.")
                yield Finding("wording.range_gap", place, template, params, "warning")


def range_of(label: str) -> Range | None:
    """The range that a label names, or None."""
    if _CLOCK.search(label):
        return None
    unit = _WORDS.sub("", label).lower().rstrip("s")
    step = Fraction(1, 10) if re.search(r"\d[.]\d", label) else Fraction(1)
    if found := _BETWEEN.search(label):
        low, high = map(_fraction, found.groups())
        return Range(low, high, True, True, unit, step) if low < high else None
    for pattern, above, within in (
        (_UP_TO, False, True),
        (_BELOW, False, False),
        (_FROM, True, True),
        (_ABOVE, True, False),
    ):
        if found := pattern.search(label):
            bound = _fraction(next(one for one in found.groups() if one))
            if above:
                return Range(bound, None, within, False, unit, step)
            return Range(None, bound, False, within, unit, step)
    return None


def _fraction(digits: str) -> Fraction:
    return Fraction(
        digits.replace(",", "") if re.fullmatch(r"\d+,\d{3}", digits) else digits.replace(",", ".")
    )


def _overlap(first: Range, second: Range) -> bool:
    if first.unit != second.unit:
        return False
    if first.high is None or second.low is None:
        return True
    touching = first.high == second.low and first.with_high and second.with_low
    return first.high > second.low or touching


def _gap(first: Range, second: Range) -> bool:
    if first.unit != second.unit or first.high is None or second.low is None:
        return False
    if first.high == second.low:
        return not (first.with_high or second.with_low)
    return second.low - first.high > max(first.step, second.step)
