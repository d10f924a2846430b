# ruff: noqa: E501 - a list of words reads better on few lines
"""Answers to choose from: told apart, and complete."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from surveyapp.designer.document import Document, Multiple, Question, Ranking, Single
from surveyapp.designer.wording.polarity import polarity
from surveyapp.designer.wording.ranges import range_of
from surveyapp.findings import N_, Finding

MIN_LIST = 5
"""From so many answers on, a list looks as if it named everything there is."""
_OPEN = re.compile(
    r"\b(?:other|another|else|none|nothing|not sure|don['’]t know|not applicable|no answer|prefer not)\b"
    r"|其他|其它|以上都|都没有|没有|不知道|不清楚|不记得|不适用|不愿",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    r"\b(?:always|never|often|sometimes|rarely|daily|weekly|monthly|yearly|times?|days?|weeks?|months?|years?)\b"
    r"|总是|从不|经常|有时|偶尔|很少|每天|每周|每月|每年|次|第一",
    re.IGNORECASE,
)


def check(document: Document) -> Iterator[Finding]:
    """Answers that read the same, and lists that leave no way out."""
    for question in document.questions():
        if isinstance(question, Single | Multiple | Ranking):
            yield from _same(question)
            yield from _complete(question, document.languages)


def _same(question: Single | Multiple | Ranking) -> Iterator[Finding]:
    labels = Counter(pair for option in question.options for pair in option.label.items())
    for (_, label), count in labels.items():
        if count > 1 and label.strip():
            template = N_("{count} answers read “{label}”; tell them apart.")
            params = {"count": count, "label": label[:40]}
            place = f"question:{question.id}"
            yield Finding("wording.same_label", place, template, params, "warning")


def _complete(question: Question, languages: tuple[str, ...]) -> Iterator[Finding]:
    """A list of kinds of things needs a way out; ranges, scales and rankings are complete."""
    options = question.options if isinstance(question, Single | Multiple) else ()
    carried = getattr(question, "carry", None)
    if len(options) < MIN_LIST or carried:
        return
    out = any(option.other or option.missing or option.exclusive for option in options)
    if out or any(
        _closed(option.label.get(code, ""), code) for option in options for code in languages
    ):
        return
    template = N_("Who finds no fitting answer here has no way out: offer “other” or “none”.")
    yield Finding("wording.no_other", f"question:{question.id}", template, {}, "info")


def _closed(label: str, language: str) -> bool:
    """Whether the label is a way out, or one of a set that is complete in itself."""
    return bool(
        _OPEN.search(label)
        or _FREQUENCY.search(label)
        or range_of(label)
        or polarity(label, language) is not None
    )
