"""The script walks the server's own path: same order, offers, requirements, endings and words."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path as File
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from surveyapp.answering.outline import computations_of, outline
from surveyapp.answering.speech import to_fill_in
from surveyapp.designer.document import Document
from surveyapp.designer.order import rank
from surveyapp.designer.path import path
from surveyapp.designer.piping import piped
from surveyapp.designer.rules import Facts
from tests.designer.respondent import random_answers
from tests.questionnaires import full_names, names, questionnaire

pytestmark = pytest.mark.browser
DRAWS = 40

WALK = """([pages, cases, texts]) => cases.map(({ answers, facts, seed }) => {
  const way = pathOf(inOrder(pages, seed), answers, facts);
  const known = { seen: way.seen, facts, label: (name, value) => value };
  return {
    pages: way.steps.map((step) => step.page.id),
    questions: way.steps.map((step) => step.questions.map((question) => question.id)),
    asked: way.steps.map((step) => step.questions.flatMap((question) => step.asked[question.id])),
    required: way.steps.map((step) => step.questions.map((question) => step.required[question.id])),
    offered: way.steps.map((step) => step.questions.map(({ id }) => way.offered[id] || [])),
    seen: way.seen,
    ended: way.ended && way.ended.id,
    words: texts.map((text) => piped(text, known)),
  };
})"""
TEXTS = [
    "{product|it} {{x}} {computed.double|?} {customer.city}",
    "{survey.today}{nobody|none}{",
    "{a b}",
]


@pytest.fixture
def script(app: Flask, visit: Callable[..., Page]) -> Page:
    page = visit()
    page.goto("about:blank")
    folder = File(str(app.static_folder)) / "survey"
    for name in ("rules", "path", "pipe"):
        page.add_script_tag(content=(folder / f"{name}.js").read_text("utf-8"))
    return page


def test_the_script_draws_the_servers_numbers(script: Page) -> None:
    draw = random.Random(5)
    cases = [[draw.randrange(2**52), f"page {n}", "选项" if n % 2 else "a"] for n in range(300)]
    drawn = script.evaluate("(cases) => cases.map((one) => rank(...one))", cases)
    assert drawn == [rank(seed, *names) for seed, *names in cases]


@pytest.mark.parametrize("name", [*names(), *full_names()])
def test_the_script_walks_the_servers_path(script: Page, name: str) -> None:
    document = questionnaire(name)
    cases = list(_cases(document))
    pages = outline(document, "en")
    texts = [to_fill_in(document, text) for text in TEXTS]
    found = script.evaluate(WALK, [pages, cases, texts])
    for case, one in zip(cases, found, strict=True):
        assert one == _walked(document, case), json.dumps(case, ensure_ascii=False)


def _cases(document: Document) -> Iterator[dict[str, Any]]:
    draw = random.Random(11)
    for _ in range(DRAWS):
        facts: dict[str, Any] = {
            "customer": {"tier": draw.choice(["high", "low"]), "product_line": "appliance"},
            "touchpoint": {},
            "survey": {"today": "2026-11-25", "language": "en", "mode": "link"},
            "random": {"wording": draw.choice(["warm", "plain"])},
            "computed": computations_of(document),
        }
        if draw.random() < 0.5:
            facts["customer"]["city"] = "杭州"
        answers = random_answers(document, draw, draw.random())
        yield {"answers": answers, "facts": facts, "seed": draw.randrange(2**52)}


def _walked(document: Document, case: dict[str, Any]) -> dict[str, Any]:
    facts: Facts = {kind: v for kind, v in case["facts"].items() if kind != "computed"}
    way = path(document, case["answers"], facts, case["seed"])
    return {
        "pages": list(way.page_ids),
        "questions": [[q.id for q in page.questions] for page in way.pages],
        "asked": [list(page.variables) for page in way.pages],
        "required": [[page.requires(q) for q in page.questions] for page in way.pages],
        "offered": [
            [
                [o.id for o in page.offered.get(q.id, ())]
                or [f"{q.id}.{i.id}" for i in page.items.get(q.id, ())]
                for q in page.questions
            ]
            for page in way.pages
        ],
        "seen": way.on_path(case["answers"]),
        "ended": f"{way.pages[-1].page.id}.{way.ended.id}" if way.ended else None,
        "words": [
            piped(_unlabelled(document), text, "en", way.on_path(case["answers"]), way.facts)
            for text in TEXTS
        ],
    }


def _unlabelled(document: Document) -> Document:
    """The document without labels, so that codes are piped, as the script's label here does."""
    kept = document.__dict__.get("_unlabelled")
    if kept is None:
        tree = document.model_dump(mode="json")
        for page in tree["pages"]:
            for question in page["questions"]:
                for option in question.get("options", []):
                    option["label"] = {}
        kept = document.__dict__["_unlabelled"] = Document.model_validate(tree)
    return kept
