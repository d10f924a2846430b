"""Every kind of question has its columns, and every blank its reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from surveyapp.datasets.blanks import (
    ANSWERED,
    DONT_KNOW,
    NOT_APPLICABLE,
    NOT_ASKED,
    NOT_OFFERED,
    NOT_RANKED,
    OFF_PATH,
    REFUSED,
    UNANSWERED,
    UNKNOWN,
)
from surveyapp.datasets.codebook import codebook
from surveyapp.datasets.table import build
from surveyapp.designer.document import QUESTION_TYPES, Document
from tests.datasets.scored import DOCUMENT, EVERYTHING, REASONS_GIVEN, dataset, respondent
from tests.questionnaires import names, questionnaire

DATA = dataset(EVERYTHING, REASONS_GIVEN, {"channel": "shop"})
NAMES = {v.name: v for v in DATA.codebook.answers}


def test_the_questionnaire_of_these_tests_has_every_type() -> None:
    assert {q.type for q in DOCUMENT.questions()} == set(QUESTION_TYPES)


def test_columns_exist_before_anybody_answers() -> None:
    assert [v.name for v in build([], {1: DOCUMENT}).codebook.answers] == list(NAMES)
    types = {v.type for v in NAMES.values()}
    assert types == set(QUESTION_TYPES) - {"information"} | {"random", "computed"}


@pytest.mark.parametrize(
    ("name", "cells", "why"),
    [
        ("channel", ["other", None, "shop"], [ANSWERED, DONT_KNOW, ANSWERED]),
        ("channel.other.text", ["邻居 told me", None, None], [ANSWERED, OFF_PATH, OFF_PATH]),
        ("bought.fridge", [1, None, None], [ANSWERED, DONT_KNOW, UNANSWERED]),
        ("bought.none", [0, None, None], [ANSWERED, DONT_KNOW, UNANSWERED]),
        ("bought.display", [None, None, None], [NOT_OFFERED, NOT_OFFERED, UNANSWERED]),
        ("matters.oven", [1, None, None], [ANSWERED, NOT_OFFERED, NOT_OFFERED]),
        ("matters.fridge", [3, None, None], [ANSWERED, NOT_OFFERED, NOT_OFFERED]),
        ("matters.help", [2, None, None], [ANSWERED, UNANSWERED, UNANSWERED]),
        ("matters.price", [None, None, None], [NOT_RANKED, UNANSWERED, UNANSWERED]),
        ("speed.soon", [5, None, None], [ANSWERED, DONT_KNOW, UNANSWERED]),
        ("speed.late", [1, None, None], [ANSWERED, NOT_APPLICABLE, UNANSWERED]),
        ("speed.parts", [4, None, None], [ANSWERED, OFF_PATH, OFF_PATH]),
        ("waited", [15.5, None, None], [ANSWERED, DONT_KNOW, UNANSWERED]),
        ("fixed", ["partly", None, None], [ANSWERED, NOT_APPLICABLE, UNANSWERED]),
        ("effort", [7, None, None], [ANSWERED, UNANSWERED, UNANSWERED]),
        ("happy", [5, None, None], [ANSWERED, REFUSED, UNANSWERED]),
        ("polite", [3, None, None], [ANSWERED, UNANSWERED, UNANSWERED]),
        ("day", [date(2026, 2, 27), None, None], [ANSWERED, REFUSED, UNANSWERED]),
        ("agreed", [1, 0, 0], [ANSWERED, ANSWERED, ANSWERED]),
        ("card", [1, 0, 0], [ANSWERED, ANSWERED, ANSWERED]),
        ("card.file", ["3f9a0c", None, None], [ANSWERED, UNANSWERED, UNANSWERED]),
        ("random.wording", ["warm", "short", "warm"], [ANSWERED] * 3),
        ("computed.lowest", [3, None, None], [ANSWERED, UNKNOWN, UNKNOWN]),
        ("computed.unhappy", [0, None, None], [ANSWERED, UNKNOWN, UNKNOWN]),
    ],
)
def test_cells_and_reasons(name: str, cells: list[Any], why: list[int]) -> None:
    assert DATA.table[name].to_pylist() == cells
    assert DATA.reasons[name].to_pylist() == why
    assert set(why) - {ANSWERED} <= set(NAMES[name].reasons)


def test_stored_values_are_read_as_they_were_computed_at_the_end() -> None:
    """What was accepted stays, also when the day of the survey is another one now."""
    row = respondent(1, {"channel": "shop", "happy": 4, "polite": 2})
    stored = {**row.facts, "computed": {"lowest": 1, "unhappy": True, "day": "2026-03-02"}}
    data = build([respondent(1, row.answers), _with_facts(row, stored)], {1: DOCUMENT})
    assert data.table["computed.lowest"].to_pylist() == [2, 1]
    assert data.table["computed.unhappy"].to_pylist() == [None, 1]
    assert data.table["computed.day"].to_pylist()[1] == date(2026, 3, 2)


def _with_facts(row: Any, facts: dict[str, Any]) -> Any:
    return respondent(2, row.answers).__class__(**{**row.__dict__, "id": 2, "facts": facts})


def test_vetoes_and_bonuses_are_columns_where_a_version_declares_them() -> None:
    data = dataset({**EVERYTHING, "incident": ["leak", "promise"]}, EVERYTHING)
    assert data.table["vetoes"].to_pylist() == ["leak promise", None]
    assert data.table["bonuses"].to_pylist() == ["called", "called"]
    assert "vetoes" not in build([], {1: Document()}).table.column_names


def test_a_version_without_the_new_questions_is_told_apart() -> None:
    first = Document.model_validate(
        {"pages": [{"id": "p", "questions": [{"id": "nps", "type": "nps"}]}]}
    )
    old = respondent(1, {"nps": 3})
    new = _with_version(respondent(2, EVERYTHING), 2)
    data = build([old, new], {1: first, 2: DOCUMENT})
    for name in ("day", "matters.oven", "agreed", "random.wording", "computed.lowest"):
        assert data.reasons[name].to_pylist() == [NOT_ASKED, ANSWERED], name
    assert data.table["nps"].to_pylist() == [3, 9]


def _with_version(row: Any, version: int) -> Any:
    return row.__class__(**{**row.__dict__, "version": version})


def test_what_is_new_leaves_the_hash_of_old_codebooks_alone() -> None:
    """Fields that early datasets did not have are not in the hash while they say nothing."""
    old = Document.model_validate(
        {"pages": [{"id": "p", "questions": [{"id": "m", "type": "likert"}]}]}
    )
    (variable,) = codebook({1: old}).variables
    assert not {"missing", "blanks", "points", "steps", "recodes"} & set(variable.content())


def test_an_option_that_two_versions_score_keeps_the_points_of_both() -> None:
    def version(*options: dict[str, Any]) -> Document:
        question = {"id": "q", "type": "single", "dimension": "d", "options": list(options)}
        return Document.model_validate(
            {"pages": [{"id": "p", "questions": [question]}], "dimensions": [{"id": "d"}]}
        )

    first = version({"id": "a", "points": 1}, {"id": "b", "points": 2})
    second = version({"id": "a", "points": 5}, {"id": "x", "missing": "refused"})
    (variable,) = codebook({1: first, 2: second}).answers
    assert dict(variable.points) == {"a": 5, "b": 2}
    assert dict(variable.missing) == {"x": REFUSED}


@pytest.mark.parametrize("wrong", ["2026-02-30x", 5, "soon"])
def test_what_is_no_day_is_no_answer(wrong: Any) -> None:
    data = dataset({"channel": "shop", "day": wrong})
    assert data.reasons["day"].to_pylist() == [UNANSWERED]


@pytest.mark.parametrize("name", names())
def test_every_questionnaire_has_columns_of_distinct_names(name: str) -> None:
    document = questionnaire(name)
    data = build([], {1: document})
    columns = [v.name for v in data.codebook.variables]
    assert len(columns) == len(set(columns))
    asked = {v.question for v in data.codebook.answers if v.question}
    assert asked == {q.id for q in document.questions() if q.type != "information"}
