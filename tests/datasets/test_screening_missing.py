"""Answers that say why there is none: they neither end nor feed a run of equal answers."""

from __future__ import annotations

import numpy as np

from surveyapp.datasets.screening.battery import battery
from surveyapp.datasets.screening.logic import logic_hits
from surveyapp.datasets.screening.patterns import pattern_hits
from surveyapp.datasets.screening.recipe import FirstPatterns, Logic
from surveyapp.datasets.table import Dataset, build
from surveyapp.designer.document import Document
from tests.datasets.scored import EVERYTHING, dataset, respondent

ITEMS = [f"i{n}" for n in range(10)]
DOCUMENT = Document.model_validate(
    {
        "pages": [
            {
                "id": "p",
                "questions": [
                    {
                        "id": "g",
                        "type": "likert_grid",
                        "missing": ["dont_know"],
                        "items": [{"id": name} for name in ITEMS],
                    }
                ],
            }
        ]
    }
)


def data_of(*rows: list[object]) -> Dataset:
    made = [
        respondent(number, {f"g.{n}": v for n, v in zip(ITEMS, row, strict=True) if v is not None})
        for number, row in enumerate(rows, 1)
    ]
    return build(made, {1: DOCUMENT})


VARIED = [1, 4, 2, 5, 3, 1, 4, 2, 5, 3]
STRAIGHT_WITH_DOUBTS = [3, 3, "dont_know", 3, 3, "dont_know", 3, 3, 3, 3]


def test_what_is_said_keeps_the_item_in_the_battery_and_a_run_together() -> None:
    data = data_of(*[VARIED] * 9, STRAIGHT_WITH_DOUBTS)
    found = battery(data)
    assert len(found.items) == 10, "everybody was asked, though not everybody knew"
    assert np.isnan(found.raw[-1]).sum() == 2
    assert found.runs[-1, :8].tolist() == [3] * 8
    assert np.isnan(found.runs[-1, 8:]).all()
    assert found.runs[0].tolist() == VARIED
    recipe = FirstPatterns(longstring_share=0.8)
    flagged = [h.response for h in pattern_hits(data, recipe, 1)[0] if h.rule == "longstring"]
    assert flagged == [10], "eight of ten, with doubts in between"


def test_what_was_left_out_still_ends_a_run() -> None:
    """A blank is no answer that was thought about: runs count as R's careless does."""
    left_out = [3 if value == 3 else None for value in STRAIGHT_WITH_DOUBTS]
    data = data_of(*[VARIED] * 99, left_out)
    assert battery(data).runs[-1].tolist()[:2] == [3, 3]
    assert np.isnan(battery(data).runs[-1][2])


def test_without_such_answers_nothing_is_moved() -> None:
    found = battery(data_of(VARIED, VARIED))
    np.testing.assert_array_equal(found.runs, found.raw)


def test_contradictions_and_speed_read_the_new_kinds_of_questions() -> None:
    """CSAT 5, yet NPS 1; 240 s are enough; stars that differ make two responses differ."""
    data = dataset({**EVERYTHING, "nps": 1}, {**EVERYTHING, "polite": 5})
    expected = data.floats("expected_seconds")
    assert (expected > 60).all(), "every type adds to the time that the path takes"
    hits = logic_hits(data, Logic(speed_share=0.3))
    copies = dataset(EVERYTHING, EVERYTHING)
    assert [h.rule for h in logic_hits(copies, Logic())] == ["duplicate"]
    assert [(h.response, h.rule) for h in hits] == [(1, "contradiction:happy_detractor")]
    hurried = logic_hits(data, Logic(speed_seconds=241))
    assert [h.response for h in hurried if h.rule == "speed"] == [1, 2]
