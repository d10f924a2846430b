"""How long a large questionnaire takes to prove, and an edit of it, with rules of every kind.

Run `python -m benchmarks proof`; writes `benchmarks/results/proof.json`. The realistic one has 300
questions and 500 rules over ten pages' reach, on options, checks, screen-outs, computed values and
quotas. In the adversarial one every rule reads sums and products of many earlier answers. Edits
change the rule of one question, of many questions in turn: the median, and the worst of them.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, NamedTuple

from benchmarks._report import report
from surveyapp.designer import proofs
from surveyapp.designer.document import Document
from surveyapp.designer.proof import prove
from surveyapp.designer.rule_places import rules_of
from surveyapp.designer.sharing import sharing

SIZES = ((100, 170), (300, 500))
PER_PAGE = 6


def realistic(questions: int, rules: int, seed: int = 1) -> Document:
    """A long questionnaire with so many rules, most on answers of the last ten pages."""
    return _Maker(questions, rules, seed).document()


class _Maker:
    def __init__(self, questions: int, rules: int, seed: int) -> None:
        self._draw = random.Random(seed)
        self._count = questions
        self._rules = rules
        self._made: list[dict[str, Any]] = []

    def document(self) -> Document:
        for index in range(self._count):
            self._made.append(self._question(index))
        self._spread(self._rules - 40)
        pages = [
            {"id": f"p{i}", "questions": self._made[i : i + PER_PAGE]}
            for i in range(0, self._count, PER_PAGE)
        ]
        pages[1]["screen_outs"] = [{"id": "out", "when": self._condition(PER_PAGE)}]
        cells = [
            {"id": f"c{i}", "when": self._condition(self._count), "limit": 100} for i in range(19)
        ]
        wrong = [{"id": f"w{i}", "when": self._condition(self._count)} for i in range(10)]
        total = {"sum": [self._number(self._count) for _ in range(6)]}
        return Document.model_validate(
            {
                "pages": pages,
                "quotas": [{"id": "quota", "cells": cells}],
                "contradictions": wrong,
                "computed": [{"id": "total", "value": total}],
                "vetoes": [{"id": "v", "when": {"<": [{"computed": "total"}, 4]}}],
                "experiments": [{"id": "e", "arms": [{"id": "a"}, {"id": "b"}]}],
                "bonuses": [
                    {"id": f"b{i}", "when": self._condition(self._count)} for i in range(9)
                ],
            }
        )

    def _question(self, index: int) -> dict[str, Any]:
        kinds: tuple[dict[str, Any], ...] = (
            {"type": "likert", "missing": ["dont_know"]},
            {"type": "single", "options": [{"id": f"o{i}"} for i in range(5)]},
            {"type": "nps"},
            {"type": "multiple", "options": [{"id": f"o{i}"} for i in range(6)]},
            {"type": "number", "minimum": 0, "maximum": 99},
            {"type": "stars"},
        )
        return {"id": f"q{index}", "required": index % 4 != 0, **kinds[index % 6]}

    def _spread(self, rules: int) -> None:
        """Rules on questions, options, checks and requirements until there are so many."""
        places = [
            (i, kind)
            for i in range(3, self._count)
            for kind in ("show", "option", "check", "require")
        ]
        self._draw.shuffle(places)
        for index, kind in places:
            if rules and self._put(index, kind):
                rules -= 1

    def _put(self, index: int, kind: str) -> bool:
        question = self._made[index]
        if kind == "show" and self._draw.random() < 0.9:
            question["show"] = self._condition(index)
        elif kind == "option" and "options" in question:
            self._draw.choice(question["options"])["show"] = self._condition(index)
        elif kind == "check" and question["type"] == "number":
            limit = {"+": [self._number(index), 90]}
            question["checks"] = [{"id": "c", "must": {"<=": [{"answer": question["id"]}, limit]}}]
        elif kind == "require" and not question["required"]:
            question["require"] = self._condition(index)
        else:
            return False
        return True

    def _condition(self, index: int) -> dict[str, Any]:
        operator = self._draw.choice(["and", "or"])
        return {operator: [self._comparison(index) for _ in range(self._draw.randint(1, 3))]}

    def _earlier(self, index: int, *kinds: str) -> dict[str, Any]:
        near = self._made[max(0, index - 10 * PER_PAGE) : index]
        found = [q for q in near if q["type"] in kinds]
        if self._draw.random() < 0.8:  # mostly on questions that everybody is asked
            found = [q for q in found if "show" not in q] or found
        return self._draw.choice(found or self._made[:1])

    def _number(self, index: int) -> dict[str, Any]:
        return {"answer": self._earlier(index, "likert", "nps", "number", "stars")["id"]}

    def _comparison(self, index: int) -> dict[str, Any]:
        if index < 6 or self._draw.random() < 0.15:
            return {"==": [{"customer": "tier"}, self._draw.choice(["high", "low"])]}
        if self._draw.random() < 0.2:
            left, right = self._number(index), self._number(index)
            return {">=": [{"+": [left, right]}, self._draw.randint(2, 8)]}
        question = self._earlier(index, "likert", "single", "nps", "multiple", "number", "stars")
        source = {"answer": question["id"]}
        if question["type"] == "single":
            return {"in": [source, ["o1", "o2"]]}
        if question["type"] == "multiple":
            return {"in": [f"o{self._draw.randint(0, 5)}", source]}
        return {self._draw.choice(["<=", ">", "==", "!="]): [source, self._draw.randint(1, 5)]}


def adversarial(questions: int = 16, seed: int = 3) -> Document:
    """Every rule compares a sum with a product of answers that depend on each other."""
    draw = random.Random(seed)
    made: list[dict[str, Any]] = []
    for index in range(questions):
        question: dict[str, Any] = {
            "type": "number",
            "id": f"q{index}",
            "minimum": 0,
            "maximum": 99,
        }
        if index > 4:
            read = [{"answer": q["id"]} for q in draw.sample(made, 4)]
            sides = [{"*": read[:2]}, {"+": [{"sum": read}, draw.randint(0, 50)]}]
            question["show"] = {draw.choice(["==", "<", ">"]): sides}
        made.append(question)
    return Document.model_validate({"pages": [{"id": "p", "questions": made}]})


def measured(work: Callable[[], object]) -> float:
    """Seconds of processor time of one run, whatever neighbours do."""
    began = time.process_time()
    work()
    return time.process_time() - began


EVERY = 7
"""Of so many questions one is edited, after each other one of the document."""


def edits(document: Document) -> Iterator[Document]:
    """The document with the rule of one question changed; each time of another question.

    As the editor makes it: the parts that stay equal stay the same objects.
    """
    tree = document.model_dump(mode="json")
    asked = [question for page in tree["pages"] for question in page["questions"]]
    for question in asked[1::EVERY]:
        before = question["show"]
        question["show"] = {"==": [{"customer": "tier"}, "middle"]}
        yield sharing(document, Document.model_validate(tree))
        question["show"] = before


def retitled(document: Document) -> Document:
    """The document with other words for a question in the middle of it."""
    tree = document.model_dump(mode="json")
    page = tree["pages"][len(tree["pages"]) // 2]
    page["questions"][0]["title"] = {"en": "How was it?"}
    return sharing(document, Document.model_validate(tree))


class Edit(NamedTuple):
    """What an edit costs in ms: what the editor waits for, then the rest, of so many claims.

    collect: looking for garbage, which is put off until then.
    """

    now: float
    finish: float
    opened: int
    collect: float


def incremental(after: Document) -> Edit:
    """One check while editing; what is known of the document before the edit is kept."""
    found: list[proofs.Now] = []
    now = measured(lambda: found.append(proofs.findings_now(after)))
    rest = measured(lambda: found.append(proofs.finish(after, 60_000)))
    collect = measured(gc.collect)
    return Edit(now * 1000, rest * 1000, len(found[0].open), collect * 1000)


def _row(name: str, document: Document) -> dict[str, Any]:
    seconds = min(measured(lambda: prove(document)) for _ in range(3))
    proofs.proof_of(document)
    made = [incremental(after) for after in edits(document)]
    words = incremental(retitled(document))
    whole = sorted(edit.now + edit.finish for edit in made)
    return {
        "document": name,
        "questions": sum(1 for _ in document.questions()),
        "rules": sum(1 for _ in rules_of(document)),
        "prove_s": round(seconds, 2),
        "undecided": sum(f.code == "proof.undecided" for f in prove(document).findings),
        "edits": len(made),
        "open_median": round(median(edit.opened for edit in made)),
        "open_most": max(edit.opened for edit in made),
        "edit_now_ms": round(median(edit.now for edit in made)),
        "edit_now_worst_ms": round(max(edit.now for edit in made)),
        "edit_finish_ms": round(median(edit.finish for edit in made)),
        "edit_collect_ms": round(median(edit.collect for edit in made)),
        "edit_whole_ms": round(median(whole)),
        "edit_whole_under_300_ms_percent": round(100 * sum(ms < 300 for ms in whole) / len(whole)),
        "edit_whole_worst_ms": round(whole[-1]),
        "edit_words_ms": round(words.now + words.finish),
    }


def main() -> None:
    prove(realistic(10, 50))  # imports the solver
    rows = [_row(f"realistic {n}", realistic(n, rules)) for n, rules in SIZES]
    rows.append(_row("adversarial", adversarial()))
    report("proof", rows)


if __name__ == "__main__":
    main()
