"""What a new part looks like at first, in both languages, so that nobody begins with nothing."""

from __future__ import annotations

import copy
from typing import Any

from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit
from surveyapp.findings import N_, Finding, SurveyError

AGREEMENT = {
    1: {"zh-Hans": "非常不同意", "en": "Strongly disagree"},
    2: {"zh-Hans": "不同意", "en": "Disagree"},
    3: {"zh-Hans": "一般", "en": "Neither agree nor disagree"},
    4: {"zh-Hans": "同意", "en": "Agree"},
    5: {"zh-Hans": "非常同意", "en": "Strongly agree"},
}
SATISFACTION = {
    1: {"zh-Hans": "非常不满意", "en": "Very dissatisfied"},
    2: {"zh-Hans": "不满意", "en": "Dissatisfied"},
    3: {"zh-Hans": "一般", "en": "Neither satisfied nor dissatisfied"},
    4: {"zh-Hans": "满意", "en": "Satisfied"},
    5: {"zh-Hans": "非常满意", "en": "Very satisfied"},
}
OPTIONS = [
    {"id": "option_1", "label": {"zh-Hans": "选项一", "en": "Option 1"}},
    {"id": "option_2", "label": {"zh-Hans": "选项二", "en": "Option 2"}},
]
STATEMENTS = [
    {"id": "item_1", "label": {"zh-Hans": "第一条陈述", "en": "First statement"}},
    {"id": "item_2", "label": {"zh-Hans": "第二条陈述", "en": "Second statement"}},
]
NPS = {
    "title": {
        "zh-Hans": "您有多大可能向亲友推荐我们？",
        "en": "How likely are you to recommend us to a friend or relative?",
    },
    "low": {"zh-Hans": "完全不可能", "en": "Not at all likely"},
    "high": {"zh-Hans": "极有可能", "en": "Extremely likely"},
}

QUESTIONS: dict[str, dict[str, Any]] = {
    "single": {"options": OPTIONS},
    "multiple": {"options": OPTIONS},
    "likert": {"scale": {"points": 5, "labels": SATISFACTION}},
    "likert_grid": {"scale": {"points": 5, "labels": AGREEMENT}, "items": STATEMENTS},
    "nps": NPS,
    "number": {},
    "short_text": {},
    "long_text": {},
    "information": {},
}
"""Type → the fields that a new question of it has."""


def question(kind: str) -> dict[str, Any]:
    """A new question of the type `kind`, without an id."""
    return {"type": kind, **copy.deepcopy(QUESTIONS.get(kind, {}))}


def contradiction(document: Document) -> dict[str, Any]:
    """A new contradiction: a condition on the first variable, to be changed."""
    first = next(iter(document.variables), None)
    if first is None:
        template = N_("Add a question first: a contradiction is between answers.")
        raise SurveyError(Finding("edit.refused", "document", template))
    return {"when": {"answered": [{"answer": first}]}}


def fill(edit: Edit, document: Document) -> Edit:
    """The edit with what a new part begins with; a given value stays as it is."""
    if edit.get("do") != "add" or edit.get("value"):
        return edit
    if edit.get("what") == "question":
        return {**edit, "value": question(str(edit.get("type", "single")))}
    if edit.get("what") == "contradiction":
        return {**edit, "value": contradiction(document)}
    return edit
