"""Vectors that every evaluator of the rule language must pass, Python's and JavaScript's alike.

`rules.json` is a list of `{"why", "rule", "answers", "facts", "expected"}`; expected is true,
false or null (unknown). `facts["computed"]` are the rules of the computed values.
`python -m tests.vectors` adds the generated part again after the hand-written one (`why` starts
with "generated").
"""

import json
import random
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "rules.json"


def rule_vectors() -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return vectors


VALUES: dict[str, list[Any]] = {
    "speed": [1, 2, 3.5, 10],
    "channel": ["phone", "shop", "none"],
    "reasons": [["price"], ["price", "wait"], ["staff"]],
    "comment": ["", "很好", "10", "a\nb"],
    "grid.polite": [1, 5],
    "wishes": [["price", "wait"], ["staff", "price", "wait"]],
    "bought": ["2026-02-28", "2024-02-29", "2026-02-30"],
    "agreed": [True],
    "mood": [4, "dont_know"],
}
FACTS: dict[str, dict[str, list[Any]]] = {
    "customer": {
        "tier": ["high", "low"],
        "spend": [0, 99.5, 1200],
        "last_purchase": ["2026-01-31", "2026-11-02"],
    },
    "touchpoint": {"store": ["S01", "S02"]},
    "survey": {"today": ["2026-11-25"], "language": ["zh-Hans", "en"]},
    "random": {"wording": ["a", "b"]},
}
COMPUTED = {
    "total": {"+": [{"answer": "speed"}, {"answer": "grid.polite"}]},
    "level": {"if": [{">": [{"computed": "total"}, 5]}, "high", "low"]},
    "round_and_round": {"+": [{"computed": "round_and_round"}, 1]},
}
"""Computed values, which every generated vector knows."""
LITERALS = [0, 1, 2, 3.5, 10, "10", "phone", "price", "很好", "2026-06-01", "S01", True, False]
NUMBERS = [0, 1, -1, 2, 0.1, 0.2, 2.5, -2.5, 3.5, 7, 1e308, 4503599627370496.5]
CONDITIONS = ["and", "or", "not", "in", "answered", "==", "!=", "<", "<=", ">", ">="]


def random_rule(draw: random.Random, depth: int) -> Any:
    operator = draw.choice(CONDITIONS)
    if operator in ("and", "or", "not"):
        if depth == 0:
            return random_rule(draw, 0) if draw.random() < 0.9 else draw.choice(LITERALS)
        count = 1 if operator == "not" else draw.randint(1, 3)
        return {operator: [random_rule(draw, depth - 1) for _ in range(count)]}
    if operator == "answered":
        return {operator: [_source(draw)]}
    right = draw.choice([draw.sample(LITERALS, draw.randint(0, 3)), {"answer": "reasons"}])
    if operator == "in":
        return {operator: [draw.choice([_source(draw), draw.choice(LITERALS)]), right]}
    if depth and operator != "answered" and draw.random() < 0.5:
        return {operator: [random_value(draw, depth - 1), random_value(draw, depth - 1)]}
    return {operator: [_source(draw), draw.choice([*LITERALS, _source(draw), right])]}


def random_value(draw: random.Random, depth: int) -> Any:
    """A calculation, a source or a literal."""
    operator = draw.choice([*"+-*/", *"+-*/", *_FUNCTIONS])
    if depth <= 0 or draw.random() < 0.2:
        return draw.choice([draw.choice(NUMBERS), _source(draw), _source(draw)])

    def inner() -> Any:
        return random_value(draw, depth - 1)

    if operator == "count":
        if draw.random() < 0.5:
            return {operator: [draw.choice([{"answer": "reasons"}, {"answer": "wishes"}])]}
        return {operator: [random_rule(draw, depth - 1) for _ in range(draw.randint(1, 3))]}
    if operator == "position":
        return {operator: [{"answer": draw.choice(["wishes", "reasons"])}, draw.choice(_RANKED)]}
    if operator == "days":
        dates = [{"answer": "bought"}, {"survey": "today"}, {"customer": "last_purchase"}]
        return {
            operator: [draw.choice([*dates, "2026-12-24"]), draw.choice([*dates, "0000-01-01"])]
        }
    if operator == "if":
        return {operator: [random_rule(draw, depth - 1), inner(), inner()]}
    most = 3 if operator in ("+", "*") else 2 if operator in ("-", "/") else 4
    least = 2 if operator in "+-*/" else 1
    count = 1 if operator == "round" else draw.randint(least, max(least, most))
    return {operator: [inner() for _ in range(count)]}


_FUNCTIONS = ["min", "max", "sum", "mean", "round", "count", "position", "days", "if"]
_RANKED = ["price", "staff", "none"]


def _source(draw: random.Random) -> dict[str, str]:
    kind = draw.choice(["answer"] * 5 + [*FACTS, "computed"])
    if kind == "answer":
        return {kind: draw.choice([*VALUES, "unheard_of"])}
    names = COMPUTED if kind == "computed" else FACTS[kind]
    return {kind: draw.choice([*names, "unheard_of"])}


def random_values(draw: random.Random, choices: dict[str, list[Any]]) -> dict[str, Any]:
    chosen = {name: draw.choice(values) for name, values in choices.items() if draw.random() < 0.8}
    return {name: value for name, value in chosen.items() if value != ""}
