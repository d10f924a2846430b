"""Vectors that every evaluator of the rule language must pass, Python's and JavaScript's alike.

`rules.json` is a list of `{"why", "rule", "answers", "facts", "expected"}`; expected is true,
false or null (unknown). `python -m tests.vectors` adds the generated part again after the
hand-written one (`why` starts with "generated").
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
}
FACTS: dict[str, dict[str, list[Any]]] = {
    "customer": {
        "tier": ["high", "low"],
        "spend": [0, 99.5, 1200],
        "last_purchase": ["2026-01-31", "2026-11-02"],
    },
    "touchpoint": {"store": ["S01", "S02"]},
}
LITERALS = [0, 1, 2, 3.5, 10, "10", "phone", "price", "很好", "2026-06-01", "S01", True, False]


def random_rule(draw: random.Random, depth: int) -> Any:
    operator = draw.choice(["and", "or", "not", "in", "answered", "==", "!=", "<", "<=", ">", ">="])
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
    return {operator: [_source(draw), draw.choice([*LITERALS, _source(draw), right])]}


def _source(draw: random.Random) -> dict[str, str]:
    kind = draw.choice(["answer", "answer", "answer", "customer", "touchpoint"])
    if kind == "answer":
        return {kind: draw.choice([*VALUES, "unheard_of"])}
    return {kind: draw.choice(list(FACTS[kind]))}


def random_values(draw: random.Random, choices: dict[str, list[Any]]) -> dict[str, Any]:
    chosen = {name: draw.choice(values) for name, values in choices.items() if draw.random() < 0.8}
    return {name: value for name, value in chosen.items() if value != ""}
