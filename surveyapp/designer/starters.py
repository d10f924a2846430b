"""What a new part looks like at first, in both languages, so that nobody begins with nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from surveyapp.designer import scale_presets
from surveyapp.designer.document import Document, Question, variables_of
from surveyapp.designer.edits import Edit
from surveyapp.designer.places import split
from surveyapp.designer.scale_presets import AGREEMENT, SATISFACTION
from surveyapp.designer.starter_rules import condition, demand, value
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


def _owned(document: Document, place: str) -> list[Question]:
    """The question at `place`, or those of the page there."""
    kind, name = split(place)
    if kind == "question":
        return [q for q in document.questions() if q.id == name]
    return [q for page in document.pages if page.id == name for q in page.questions]


def _check(document: Document, into: str) -> dict[str, Any]:
    asked = [q for q in _owned(document, into) if variables_of(q)]
    if not asked:
        template = N_("Add a question first: a condition is about its answer.")
        raise SurveyError(Finding("edit.refused", into, template))
    message = {"zh-Hans": "请检查这个回答。", "en": "Please check this answer."}
    return {"must": demand(asked[-1], document), "message": message}


def _screen_out(document: Document, into: str) -> dict[str, Any]:
    message = {
        "zh-Hans": "感谢您的参与。本次调查面向其他顾客。",
        "en": "Thank you. This survey is meant for other customers.",
    }
    title = {"zh-Hans": "不符合条件", "en": "Not eligible"}
    return {"when": condition(document, _owned(document, into)), "message": message, "title": title}


def _computed(document: Document, into: str) -> dict[str, Any]:
    return {"title": {"zh-Hans": "计算值", "en": "Computed value"}, "value": value(document)}


def _arm(document: Document, into: str) -> dict[str, Any]:
    return {"label": {"zh-Hans": "新的组", "en": "Another group"}}


def _experiment(document: Document, into: str) -> dict[str, Any]:
    arms = [
        {"id": "a", "label": {"zh-Hans": "甲组", "en": "Group A"}},
        {"id": "b", "label": {"zh-Hans": "乙组", "en": "Group B"}},
    ]
    return {"title": {"zh-Hans": "对比实验", "en": "Experiment"}, "arms": arms}


def _cell(document: Document, into: str) -> dict[str, Any]:
    when = condition(document, document.questions())
    return {"label": {"zh-Hans": "配额格", "en": "Cell"}, "when": when, "limit": 100}


def _quota(document: Document, into: str) -> dict[str, Any]:
    cell = {"id": "cell_1", **_cell(document, into)}
    return {"title": {"zh-Hans": "配额", "en": "Quota"}, "cells": [cell]}


def _profile(document: Document, into: str) -> dict[str, Any]:
    weights = {one.id: float(one.weight) for one in document.dimensions}
    return {"title": {"zh-Hans": "岗位", "en": "Role"}, "weights": weights}


def _veto(document: Document, into: str) -> dict[str, Any]:
    when = condition(document, document.questions())
    return {"title": {"zh-Hans": "一票否决", "en": "Veto"}, "when": when}


def _bonus(document: Document, into: str) -> dict[str, Any]:
    when = condition(document, document.questions(), best=True)
    return {"title": {"zh-Hans": "加分项", "en": "Bonus"}, "when": when}


def _ending(document: Document, into: str) -> dict[str, Any]:
    message = {"zh-Hans": "非常感谢您的反馈！", "en": "Thank you very much for telling us!"}
    title = {"zh-Hans": "结束页", "en": "Ending"}
    return {"when": condition(document, document.questions()), "message": message, "title": title}


def _level(document: Document, into: str) -> dict[str, Any]:
    """A level halfway between the highest one and full points."""
    highest = max((level.least for level in document.levels), default=-10)
    return {"title": {"zh-Hans": "等级", "en": "Level"}, "least": (highest + 10) / 2}


_PARTS: dict[str, Callable[[Document, str], dict[str, Any]]] = {
    "contradiction": lambda document, into: contradiction(document),
    "check": _check,
    "screen_out": _screen_out,
    "computed": _computed,
    "arm": _arm,
    "experiment": _experiment,
    "cell": _cell,
    "quota": _quota,
    "profile": _profile,
    "veto": _veto,
    "bonus": _bonus,
    "level": _level,
    "ending": _ending,
}


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
    make = _PARTS.get(str(edit.get("what")))
    if make is None:
        return edit
    made = make(document, str(edit.get("into", "document")))
    if not set(document.languages) >= {"zh-Hans", "en"}:
        made = _only(made, document.languages)
    return {**edit, "value": made}
