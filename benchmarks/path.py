"""How fast a path is computed and a questionnaire proven, by number of questions.

Run `python -m benchmarks.path`; writes `benchmarks/results/path.json`. Every third question has a
rule on earlier answers (with `and`, `or`, `in`), every tenth on what is known of the customer.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from surveyapp.designer.document import Document
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.path import path
from surveyapp.designer.proof import prove

RESULTS = Path(__file__).parent / "results" / "path.json"
SIZES = (30, 100, 300)


def synthetic(questions: int, seed: int = 1) -> Document:
    """A questionnaire of ten questions a page with chained branches."""
    draw = random.Random(seed)
    made: list[dict[str, Any]] = []
    for index in range(questions):
        question = _question(index)
        if index % 10 == 9:
            question["show"] = {"==": [{"customer": "tier"}, draw.choice(["high", "low"])]}
        elif index > 5 and index % 3 == 0:
            question["show"] = _rule(draw, made)
        made.append(question)
    pages = [
        {"id": f"p{i}", "title": {"en": f"Page {i}"}, "questions": made[i : i + 10]}
        for i in range(0, questions, 10)
    ]
    return Document.model_validate({"pages": pages})


def _question(index: int) -> dict[str, Any]:
    title = {
        "en": f"How satisfied were you with point {index}?",
        "zh-Hans": f"您对第{index}点满意吗？",
    }
    kinds: tuple[dict[str, Any], ...] = (
        {"type": "likert"},
        {"type": "single", "options": [{"id": f"o{i}"} for i in range(5)]},
        {"type": "nps"},
        {"type": "multiple", "options": [{"id": f"o{i}"} for i in range(6)]},
        {"type": "number", "minimum": 0, "maximum": 99},
    )
    return {"id": f"q{index}", "title": title, "required": index % 4 != 0, **kinds[index % 5]}


def _rule(draw: random.Random, made: list[dict[str, Any]]) -> dict[str, Any]:
    operator = draw.choice(["and", "or"])
    return {operator: [_comparison(draw, draw.choice(made)) for _ in range(2)]}


def _comparison(draw: random.Random, question: dict[str, Any]) -> dict[str, Any]:
    source = {"answer": question["id"]}
    if question["type"] == "single":
        return {"in": [source, ["o1", "o2"]]}
    if question["type"] == "multiple":
        return {"in": [f"o{draw.randint(0, 5)}", source]}
    return {"<=": [source, draw.randint(1, 5)]}


def _answers(document: Document, draw: random.Random) -> dict[str, object]:
    values: dict[str, Callable[[], object]] = {
        "single": lambda: f"o{draw.randint(0, 4)}",
        "multiple": lambda: [f"o{draw.randint(0, 5)}"],
    }
    number = lambda: draw.randint(1, 5)  # noqa: E731 - a value of the table
    return {q.id: values.get(q.type, number)() for q in document.questions()}


def best_ms(work: Callable[[], object], repeat: int) -> float:
    """The fastest of `repeat` runs, in milliseconds of processor time, whatever neighbours do."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000 * min(times)


def measure(questions: int) -> dict[str, float]:
    """Milliseconds for one size."""
    document = synthetic(questions)
    answers = _answers(document, random.Random(2))
    facts: dict[str, dict[str, object]] = {"customer": {"tier": "high"}, "touchpoint": {}}
    on = path(document, answers, facts)
    return {
        "questions": questions,
        "visible": len(on.questions),
        "path_ms": round(best_ms(lambda: path(document, answers, facts), 500), 4),
        "on_path_ms": round(
            best_ms(lambda: path(document, answers, facts).on_path(answers), 200), 4
        ),
        "expected_seconds_ms": round(best_ms(lambda: expected_seconds(document, on), 200), 4),
        "prove_ms": round(best_ms(lambda: prove(document), 3), 1),
    }


def main() -> None:
    rows = [measure(questions) for questions in SIZES]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    print(" ".join(f"{name:>20}" for name in rows[0]))
    for row in rows:
        print(" ".join(f"{value:>20}" for value in row.values()))


if __name__ == "__main__":
    main()
