"""Answers are counted by the database, on both engines, without loading a row."""

from __future__ import annotations

from typing import Any

from flask import Flask

from surveyapp.answering.counting import count
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.designer.touched import Counts, Wanted
from tests.answering.world import build

ANSWERS: tuple[dict[str, Any], ...] = (
    {"q": "a", "m": ["a", "b"], "g.one": 3, "t": "a"},
    {"q": "b", "m": ["b"], "g.one": None},
    {"q": "a", "m": [], "t": "it's \"quoted\" 'a' 你好"},
    {},
)


def fill(study_id: int, version_id: int, code: int, *answers: dict[str, Any]) -> None:
    for number, given in enumerate(answers):
        row = Response(
            study_id=study_id,
            version_id=version_id,
            touchpoint_id=code,
            token_hash=f"{version_id}-{number}-{len(answers)}",
            language="en",
            seed=1,
            answers=given,
        )
        db.session.add(row)
    db.session.commit()


def test_answers_options_and_groups_of_them(any_app: Flask) -> None:
    world = build("single")
    study = world.study
    fill(study.id, study.version_id, 1, *ANSWERS)
    wanted = [
        Wanted("question:q", "q"),
        Wanted("option:q.a", "q", "a"),
        Wanted("option:m.b", "m", "b"),
        Wanted("option:m.none", "m", "none"),
        Wanted("question:g", "g.one"),
        Wanted("question:g", "g.two"),
        Wanted("page:p", "q"),
        Wanted("page:p", "t"),
        Wanted("question:'; DROP TABLE response; --", "t"),
        Wanted("question:gone", "gone"),
    ]
    found = count([study.version_id], wanted)
    assert found.all == 4
    assert dict(found.by_place) == {
        "question:q": 3,
        "option:q.a": 2,
        "option:m.b": 2,
        "question:g": 1,
        "page:p": 3,
        "question:'; DROP TABLE response; --": 2,
    }


def test_only_the_versions_asked_for(any_app: Flask) -> None:
    from tests.datasets.studies import publish
    from tests.questionnaires import questionnaire

    world = build("single")
    study = world.study
    second = publish(questionnaire("single"), 2, study.version.questionnaire)
    fill(study.id, study.version_id, 1, {"q": "a"})
    fill(study.id, second.id, 1, {"q": "a"}, {"q": "b"})
    wanted = [Wanted("question:q", "q")]
    assert count([study.version_id], wanted).by_place["question:q"] == 1
    both = count([study.version_id, second.id], wanted)
    assert (both.all, both.by_place["question:q"]) == (3, 3)
    assert count([second.id + 99], wanted) == Counts()
    assert count([second.id], []) == Counts(all=2)
