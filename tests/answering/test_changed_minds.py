"""Minds that change: however one answers, goes back and answers anew, the path decides at the end.

A person without a script walks at random: answers, changes, clears, goes back, loads again. At
submit the response holds exactly the answers that the path of the last given ones keeps.
"""

import random
from typing import Any

import pytest
from flask import Flask

from surveyapp.designer.document import Document, Photo
from surveyapp.designer.path import path
from tests.answering.plain_client import PlainClient
from tests.answering.world import build, the_response
from tests.designer.respondent import random_answers
from tests.questionnaires import questionnaire

NAMES = ["branching", "chain", "full/carry", "full/other", "full/checks", "full/stars"]
NAMES += ["full/ranking", "full/shuffled", "full/screen_out", "full/piping", "full/consent"]
STEPS = 12


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", NAMES)
def test_whatever_one_does_the_paths_answers_are_accepted(app: Flask, name: str, seed: int) -> None:
    document, draw = questionnaire(name), random.Random(f"{name} {seed}")
    world = build(document)
    person = PlainClient(app.test_client(), world.url)
    for _ in range(STEPS):
        if person.form is None:
            break
        _one_step(person, document, draw)
    person.finish(_sound(document))
    response = the_response()
    assert response.state in ("completed", "screened_out")
    way = path(document, response.answers, response.facts, response.seed)
    assert way.on_path(response.answers) == response.answers
    assert not any(page.lacks(response.answers) for page in way.pages)
    before = _kept_before(document, response.answers)
    assert before == response.answers


def _one_step(person: PlainClient, document: Document, draw: random.Random) -> None:
    """Answer some of the page, then go on, back, or load the page again."""
    answers = random_answers(document, draw, draw.random())
    act = draw.choice(["next", "next", "next", "back", "reload"])
    if act == "reload":
        person.open(person.url)
    else:
        person.press(answers, value="back" if act == "back" else None)


def _sound(document: Document) -> dict[str, Any]:
    """Answers with which everybody comes to an end: the checks of `full/checks` hold of them."""
    given = random_answers(document, random.Random(3), answered=1.0)
    return {**given, "people": 4, "children": 0} if "people" in given else given


def _kept_before(document: Document, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers that belong to questions of the document at all (photos have their own test)."""
    known = set(document.variables) - {q.id for q in document.questions() if isinstance(q, Photo)}
    return {variable: value for variable, value in answers.items() if variable in known}
