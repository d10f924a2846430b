"""A table of any closed question by any column."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surveyapp.datasets.crosstab import tabulate
from surveyapp.datasets.table import Dataset, build
from surveyapp.findings import SurveyError
from tests.datasets.scored import DOCUMENT
from tests.reports.scored_study import people

CITIES = ("北京", "上海", "")


def answers(count: int = 90, **said: object) -> Dataset:
    rows = [
        replace(row, answers={**row.answers, **said},
                facts={**row.facts, "customer": {"city": CITIES[place % 3]}})
        for place, row in enumerate(people(count, seed=5))
    ]  # fmt: skip
    return build(rows, {1: DOCUMENT}, title="x", timezone="Asia/Shanghai", language="en")


def test_shares_of_a_column_add_up_and_the_blank_is_no_column() -> None:
    found = tabulate(answers(), "fixed", "city", 10)
    assert [column["name"] for column in found["columns"]] == sorted(CITIES[:2])
    assert found["base"] == sum(column["n"] for column in found["columns"]) <= 60
    for place in range(2):
        assert sum(row["cells"][place]["share"] for row in found["rows"]) == pytest.approx(1)
    assert found["test"]["n"] == found["base"]
    assert found["by"] == {}


def test_columns_of_a_question_have_its_labels_and_numbers_their_order() -> None:
    found = tabulate(answers(), "fixed", "polite", 2)
    assert found["by"]
    names = [int(column["name"]) for column in found["columns"]]
    assert names == sorted(names)
    assert not found["overlap"]


def test_options_of_a_question_with_several_answers_overlap() -> None:
    found = tabulate(answers(), "bought", "city", 10)
    assert found["overlap"]
    assert found["test"] is None
    assert all(row["label"] for row in found["rows"])


def test_a_question_that_all_answer_alike_has_no_test() -> None:
    found = tabulate(answers(fixed="yes"), "fixed", "city", 10)
    assert found["test"] is None
    assert not any(cell["stands_out"] for row in found["rows"] for cell in row["cells"])


def test_what_cannot_be_tabulated_says_so() -> None:
    with pytest.raises(SurveyError) as nothing:
        tabulate(answers(), "fixed", "city", 200)
    assert nothing.value.findings[0].code == "crosstab.nothing"
    with pytest.raises(SurveyError) as unknown:
        tabulate(answers(), "nothing", "city", 10)
    assert unknown.value.findings[0].code == "crosstab.unknown"
