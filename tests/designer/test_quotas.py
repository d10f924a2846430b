from surveyapp.designer.document import Document
from surveyapp.designer.path import path
from surveyapp.designer.quotas import cells_of

RULE = {"<=": [{"answer": "nps"}, 6]}
DOCUMENT = Document.model_validate(
    {
        "pages": [
            {"id": "p1", "questions": [{"type": "nps", "id": "nps"}]},
            {"id": "p2", "show": RULE, "questions": [{"type": "number", "id": "n"}]},
        ],
        "quotas": [
            {
                "id": "mood",
                "cells": [
                    {"id": "low", "when": RULE, "limit": 5},
                    {"id": "high", "when": {"not": [RULE]}, "limit": 5},
                    {"id": "many", "when": {">": [{"answer": "n"}, 3]}},
                ],
            },
            {"id": "arm", "cells": [{"id": "x", "when": {"==": [{"random": "e"}, "x"]}}]},
        ],
        "experiments": [{"id": "e", "arms": [{"id": "x"}]}],
    }
)


def cells(answers, seed=None):
    way = path(DOCUMENT, answers, {}, seed)
    return [f"{quota}.{cell}" for quota, cell in cells_of(DOCUMENT, way, answers, {})]


def test_the_cells_that_are_true_of_what_is_on_the_path():
    assert cells({"nps": 3, "n": 4}) == ["mood.low", "mood.many"]
    assert cells({"nps": 9, "n": 4}) == ["mood.high"]
    assert cells({}) == []
    assert cells({"nps": 9}, seed=1) == ["mood.high", "arm.x"]
    empty = Document()
    assert cells_of(empty, path(empty, {}, {}), {}, {}) == ()
