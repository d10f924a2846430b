"""What a new part looks like at first, in both languages, so that nobody begins with nothing."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from surveyapp.designer import scale_presets
from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit
from surveyapp.designer.scale_presets import AGREEMENT, SATISFACTION
from surveyapp.findings import N_, Finding, SurveyError

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

CES = {
    "title": {
        "zh-Hans": "这次我们解决您的问题，您觉得方便吗？",
        "en": "How easy was it to get your issue handled?",
    },
    "low": {"zh-Hans": "非常费力", "en": "Very difficult"},
    "high": {"zh-Hans": "非常轻松", "en": "Very easy"},
}
CSAT = {
    "title": {
        "zh-Hans": "总体而言，您对这次服务满意吗？",
        "en": "Overall, how satisfied were you with the service?",
    },
    "labels": SATISFACTION,
}
STARS = {
    "low": {"zh-Hans": "很差", "en": "Very poor"},
    "high": {"zh-Hans": "很好", "en": "Very good"},
}
CONSENT = {
    "title": {"zh-Hans": "同意声明", "en": "Your consent"},
    "statement": {
        "zh-Hans": "我已了解我的回答将如何使用，并同意参加。",
        "en": "I know how my answers will be used, and I agree to take part.",
    },
    "required": True,
}
PHOTO = {
    "title": {"zh-Hans": "请拍下意见卡上传", "en": "Please add a photo of the comment card"},
}

QUESTIONS: dict[str, dict[str, Any]] = {
    "single": {"options": OPTIONS},
    "multiple": {"options": OPTIONS},
    "ranking": {"options": OPTIONS},
    "likert": {"scale": {"points": 5, "labels": SATISFACTION}},
    "likert_grid": {"scale": {"points": 5, "labels": AGREEMENT}, "items": STATEMENTS},
    "nps": NPS,
    "ces": CES,
    "csat": CSAT,
    "stars": STARS,
    "consent": CONSENT,
    "photo": PHOTO,
}
"""Type → the fields that a new question of it has; none where it is not named."""


def question(kind: str, languages: Sequence[str] = ("zh-Hans", "en")) -> dict[str, Any]:
    """A new question of the type `kind`, without an id, with texts in `languages` only."""
    made: dict[str, Any] = {"type": kind, **copy.deepcopy(QUESTIONS.get(kind, {}))}
    return made if set(languages) >= {"zh-Hans", "en"} else _only(made, languages)


def _only(node: Any, languages: Sequence[str]) -> Any:
    """The node without texts in other languages."""
    if isinstance(node, list):
        return [_only(one, languages) for one in node]
    if not isinstance(node, dict):
        return node
    others = {"zh-Hans", "en"}.difference(languages)
    return {key: _only(value, languages) for key, value in node.items() if key not in others}


def contradiction(document: Document) -> dict[str, Any]:
    """A new contradiction: a condition on the first variable, to be changed."""
    first = next(iter(document.variables), None)
    if first is None:
        template = N_("Add a question first: a contradiction is between answers.")
        raise SurveyError(Finding("edit.refused", "document", template))
    return {"when": {"answered": [{"answer": first}]}}


def fill(edit: Edit, document: Document) -> Edit:
    """The edit with what a new part begins with; a given value stays as it is."""
    if edit.get("do") == "preset":
        place, preset = str(edit.get("at")), str(edit.get("preset"))
        return scale_presets.fill(place, preset, document.languages) or edit
    if edit.get("do") != "add" or edit.get("value"):
        return edit
    if edit.get("what") == "question":
        kind = str(edit.get("type", "single"))
        return {**edit, "value": question(kind, document.languages)}
    if edit.get("what") == "contradiction":
        return {**edit, "value": contradiction(document)}
    return edit
