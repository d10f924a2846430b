"""What else must hang together: carried options, points, and what texts put in."""

import pytest

from surveyapp.designer.choices import presented_items
from surveyapp.designer.document import Document
from surveyapp.designer.structure_parts import check_parts
from surveyapp.designer.structure_pipes import check_pipes

TWO = [{"id": "a"}, {"id": "b"}]


def of(*questions, **more):
    return Document.model_validate({"pages": [{"id": "p", "questions": list(questions)}], **more})


def found(document):
    return [(f.code, f.place, f.message) for f in (*check_parts(document), *check_pipes(document))]


def single(name, **more):
    return {"type": "single", "id": name, "options": TWO, **more}


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ({"type": "nps", "id": "first"}, "has no answers to choose from"),
        ({"type": "information", "id": "first"}, "has no answers to choose from"),
    ],
)
def test_only_choices_are_carried_along(first, said):
    carried = {"type": "multiple", "id": "q", "carry": {"question": "first"}}
    ((code, place, message),) = found(of(first, carried))
    assert (code, place) == ("document.carry_source", "question:q")
    assert said in message


def test_points_go_somewhere_and_scores_come_from_somewhere():
    scored = [{"id": "a", "points": 10}, {"id": "b", "points": 0}]
    dimensions = [{"id": "d", "weight": 100}]
    unused = of(single("q") | {"options": scored}, dimensions=dimensions)
    assert found(unused)[0][:2] == ("document.points_unused", "question:q")
    measured = {"type": "number", "id": "q", "thresholds": {"best": 10}}
    assert found(of(measured, dimensions=dimensions))[0][0] == "document.points_unused"
    none = of(single("q", dimension="d"), dimensions=dimensions)
    assert found(none)[0][:2] == ("document.no_points", "question:q")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{first.lion}", "first"),
        ("{computed.totl}", "computed.total"),
        ("{customer.citty}", "customer.city"),
        ("{random.wordin}", "random.wording"),
        ("{zzzzz}", ""),
    ],
)
def test_a_misspelt_name_in_a_text_gets_a_hint(text, hint):
    document = of(
        single("first"),
        {"type": "information", "id": "i", "title": {"en": text}},
        computed=[{"id": "total", "value": {"+": [1, 2]}}],
        experiments=[{"id": "wording", "arms": TWO}],
    )
    ((code, place, message),) = found(document)
    assert (code, place) == ("pipe.unknown", "question:i")
    assert f"Did you mean “{hint}”?" in message if hint else "Did you mean" not in message


def test_a_grid_without_a_seed_keeps_its_order():
    grid = {"type": "likert_grid", "id": "g", "shuffle": True, "items": TWO}
    question = of(grid).question_by_id["g"]
    assert presented_items(question, None) == question.items
    shuffled = [item.id for item in presented_items(question, 7)]
    assert sorted(shuffled) == ["a", "b"]
