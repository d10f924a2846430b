"""Answers to `scored.json`, which has every kind of question and of score."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from surveyapp.datasets.reading import Row
from surveyapp.datasets.table import Dataset, build
from surveyapp.designer.document import Document

DOCUMENT = Document.model_validate_json(Path(__file__).with_suffix(".json").read_bytes())
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

EVERYTHING: dict[str, Any] = {
    "channel": "other",
    "channel.other": "邻居 told me",
    "bought": ["fridge", "oven"],
    "matters": ["oven", "help", "fridge"],
    "speed.soon": 5,
    "speed.late": 1,
    "speed.parts": 4,
    "waited": 15.5,
    "outcome": 4,
    "fixed": "partly",
    "effort": 7,
    "happy": 5,
    "polite": 3,
    "nps": 9,
    "day": "2026-02-27",
    "order": "=A1",
    "words": "谢谢",
    "incident": ["neither"],
    "extra": ["called"],
    "agreed": True,
    "card": "3f9a0c",
}
REASONS_GIVEN: dict[str, Any] = {
    "channel": "forgot",
    "bought": ["unsure"],
    "speed.soon": "dont_know",
    "speed.late": "not_applicable",
    "waited": "dont_know",
    "fixed": "open",
    "happy": "refused",
    "day": "refused",
}


def respondent(number: int, answers: Mapping[str, Any], arm: str = "short", **changes: Any) -> Row:
    """A response with these answers and the arm drawn for it."""
    facts: dict[str, Any] = {
        "customer": {},
        "touchpoint": {},
        "survey": {"today": "2026-03-02", "language": "zh-Hans", "mode": "qr"},
        "random": {"wording": arm},
    }
    start = NOON + timedelta(minutes=number)
    end = start + timedelta(seconds=240)
    return Row(number, 1, "qr", "zh-Hans", dict(answers), facts, start, end, **changes)


def dataset(*answers: Mapping[str, Any]) -> Dataset:
    """The responses as a dataset, the arms taking turns."""
    arms = ("short", "warm")
    rows = [respondent(i, given, arms[i % 2]) for i, given in enumerate(answers, 1)]
    return build(rows, {1: DOCUMENT}, title="计分", timezone="Asia/Shanghai", language="en")
