"""Simulated respondents of the after-sales questionnaire whose behaviour is known.

genuine: a level of satisfaction, dimensions that deviate from it, item noise, the usual pile-up at
the upper end, times around what the path needs; some are simply delighted and answer 5 throughout
(1 where an item is reversed). speeding: answers without reading, in a small part of the time.
straight_lining: one option all the way, reversed items included. contradictory: genuine but for
answers that exclude each other. random: any option. midpoint: the middle, now and then the option
beside it, in a hurry that does not show. alpha_tuned: a program that writes
consistent answers around one level so that alpha comes out as wished, in plausible time.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from surveyapp.datasets.reading import Row
from surveyapp.designer.document import Document, Likert, LikertGrid
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.library import template
from surveyapp.designer.path import path

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LINES = ("appliance", "fresh_food", "digital", "home", "apparel")
COMMENTS = ("", "", "", "等太久了", "Very good service, thank you.", "师傅很专业，下次还来", "ok")
Answers = dict[str, Any]


def mixture(counts: Mapping[str, int], seed: int) -> tuple[list[Row], list[str]]:
    """Rows in random order, and the behaviour behind each."""
    source = random.Random(seed)
    kinds = [kind for kind, n in counts.items() for _ in range(n)]
    source.shuffle(kinds)
    document = template("aftersales")
    return [_row(i, kind, document, source) for i, kind in enumerate(kinds, 1)], kinds


def _row(number: int, kind: str, document: Document, source: random.Random) -> Row:
    facts = {"customer": {"product_line": source.choice(LINES), "city": "上海", "tier": "middle"}}
    answers, pace = BEHAVIOURS[kind](document, source)
    walked = path(document, answers, facts)
    seconds = expected_seconds(document, walked, "zh-Hans") * pace
    start = START + timedelta(minutes=number * 3, seconds=source.random() * 60)
    return Row(
        number, 1, "link", "zh-Hans", walked.on_path(answers), facts,
        start, start + timedelta(seconds=seconds), f"stratum {number % 5}", 0.5, 2.0, 10_000,
    )  # fmt: skip


def _items(document: Document) -> list[tuple[str, str | None, bool]]:
    """Variable, dimension and reversal of every 5-point item, in presented order."""
    found: list[tuple[str, str | None, bool]] = []
    for question in document.questions():
        if isinstance(question, Likert):
            found.append((question.id, question.dimension, question.reverse))
        elif isinstance(question, LikertGrid):
            found += [(f"{question.id}.{i.id}", i.dimension, i.reverse) for i in question.items]
    return found


def _point(value: float) -> int:
    return max(1, min(5, round(value)))


def _ordinary_pace(source: random.Random) -> float:
    return max(0.45, source.lognormvariate(math.log(1.1), 0.4))


def _consistent(answers: Answers, source: random.Random) -> Answers:
    """The questions around the items, in keeping with them."""
    fixed = answers["resolution.fixed"]
    unsure = source.choice(("partly", "yes"))
    answers["solved"] = "yes" if fixed >= 4 else "no" if fixed == 1 else unsure
    answers["contacts"] = 1 if answers["first.repeated"] <= 2 else source.randint(2, 5)
    answers["nps"] = max(0, min(10, round(2.45 * answers["overall"] - 2 + source.gauss(0, 1.1))))
    return answers


def _around(answers: Answers, source: random.Random) -> Answers:
    answers["channel"] = source.choice(("phone", "chat", "store", "visit"))
    answers["reasons"] = [source.choice(("slow", "price", "staff"))]
    answers["comment"] = source.choice(COMMENTS)
    return {k: v for k, v in answers.items() if v != ""}


def _genuine(document: Document, source: random.Random) -> tuple[Answers, float]:
    level = source.gauss(3.9, 0.8)
    delighted = source.random() < 0.08
    own = {d.id: level + source.gauss(0, 0.55) for d in document.dimensions}
    answers: Answers = {}
    for variable, dimension, reverse in _items(document):
        value = _point(own.get(dimension or "", level) + source.gauss(0, 0.6))
        value = 5 if delighted else value
        answers[variable] = 6 - value if reverse else value
    pace = _ordinary_pace(source) * (0.7 if delighted else 1)
    return _around(_consistent(answers, source), source), pace


def _speeding(document: Document, source: random.Random) -> tuple[Answers, float]:
    answers, _ = source.choice((_genuine, _random))(document, source)
    return answers, source.uniform(0.03, 0.22)


def _straight_lining(document: Document, source: random.Random) -> tuple[Answers, float]:
    point = source.choice((1, 2, 3, 4, 4, 5, 5))
    answers: Answers = {variable: point for variable, _, _ in _items(document)}
    answers.update(solved="yes", contacts=source.randint(1, 3), nps=min(10, point * 2))
    return _around(answers, source), source.uniform(0.25, 0.8)


def _contradictory(document: Document, source: random.Random) -> tuple[Answers, float]:
    answers, pace = _genuine(document, source)
    planted = source.choice(
        (
            {"overall": 5, "nps": source.randint(0, 2)},
            {"overall": 1, "nps": source.randint(9, 10)},
            {"solved": "no", "resolution.fixed": 5},
            {"contacts": 1, "first.repeated": 5},
        )
    )
    return answers | planted, pace


def _random(document: Document, source: random.Random) -> tuple[Answers, float]:
    answers: Answers = {variable: source.randint(1, 5) for variable, _, _ in _items(document)}
    answers["solved"] = source.choice(("yes", "partly", "no"))
    answers.update(contacts=source.randint(1, 6), nps=source.randint(0, 10))
    return _around(answers, source), source.uniform(0.3, 0.9)


def _midpoint(document: Document, source: random.Random) -> tuple[Answers, float]:
    answers: Answers = {
        variable: 3 if source.random() < 0.85 else source.choice((2, 4))
        for variable, _, _ in _items(document)
    }
    answers.update(solved="partly", contacts=source.randint(1, 3), nps=source.randint(4, 6))
    return _around(answers, source), source.uniform(0.35, 0.9)


def _alpha_tuned(document: Document, source: random.Random) -> tuple[Answers, float]:
    level = source.uniform(2.0, 4.6)
    answers: Answers = {}
    for variable, _, reverse in _items(document):
        value = _point(level + source.gauss(0, 0.75))
        answers[variable] = 6 - value if reverse else value
    answers["solved"] = source.choice(("yes", "partly", "no"))
    answers.update(contacts=source.randint(1, 5), nps=source.randint(3, 10))
    return _around(answers, source), source.uniform(0.5, 1.0)


BEHAVIOURS: dict[str, Callable[[Document, random.Random], tuple[Answers, float]]] = {
    "genuine": _genuine,
    "speeding": _speeding,
    "straight_lining": _straight_lining,
    "contradictory": _contradictory,
    "random": _random,
    "midpoint": _midpoint,
    "alpha_tuned": _alpha_tuned,
}
