"""A live edit never moves a cell, off-path answers do not count, days are the study's days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._mixtures import mixture
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import gather
from surveyapp.datasets.blanks import ANSWERED, NOT_ASKED, OFF_PATH, UNANSWERED
from surveyapp.datasets.codebook import codebook
from surveyapp.datasets.pace import IDLE, worked_seconds
from surveyapp.datasets.reading import Row, clean_text
from surveyapp.datasets.table import Dataset, build
from surveyapp.designer.document import Document
from surveyapp.designer.library import template
from tests.datasets.studies import fill, make_study, publish

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def document(*questions: dict[str, Any]) -> Document:
    return Document.model_validate({"pages": [{"id": "p", "questions": list(questions)}]})


def single(name: str, *options: str) -> dict[str, Any]:
    labelled = [{"id": o, "label": {"en": o.upper()}} for o in options]
    return {"id": name, "type": "single", "options": labelled}


def row(number: int, answers: dict[str, Any], version: int = 1, **changes: Any) -> Row:
    made = Row(number, version, "qr", "en", answers, {}, NOON, NOON + timedelta(seconds=90))
    return replace(made, **changes)


def reasons(data: Dataset, name: str) -> list[int]:
    found: list[int] = data.reasons[name].to_pylist()
    return found


def test_a_second_version_that_drops_an_option_moves_no_cell() -> None:
    first = document(single("why", "slow", "rude", "price"), {"id": "mark", "type": "likert"})
    second = document(single("why", "slow", "price"), {"id": "nps", "type": "nps"})
    old = [row(i, {"why": "rude", "mark": 3}) for i in range(1, 101)]
    new = [row(101, {"why": "price", "nps": 9}, version=2)]
    data = build([*old, *new], {1: first, 2: second})
    assert data.table["why"].to_pylist() == ["rude"] * 100 + ["price"]
    assert data.table["version"].to_pylist() == [1] * 100 + [2]
    assert data.table["mark"].to_pylist() == [3] * 100 + [None]
    assert reasons(data, "mark")[-1] == NOT_ASKED
    assert reasons(data, "nps")[0] == NOT_ASKED
    assert dict(data.codebook["why"].values)["rude"] == {"en": "RUDE"}
    assert [v.name for v in data.codebook.answers] == ["why", "nps", "mark"]


def test_columns_exist_before_anybody_answers() -> None:
    document_ = template("aftersales")
    assert [v.name for v in build([], {1: document_}).codebook.answers] == [
        v.name for v in codebook({1: document_}).variables
    ]


def test_an_id_that_changes_its_type_becomes_a_column_of_its_own() -> None:
    text, choice = document({"id": "q", "type": "short_text"}), document(single("q", "a", "b"))
    answers = [row(1, {"q": "words"}), row(2, {"q": "a"}, version=2), row(3, {"q": "x"}, version=3)]
    data = build(answers, {1: text, 2: choice, 3: text})
    assert data.table["q"].to_pylist() == ["words", None, "x"]
    assert data.table["q__v2"].to_pylist() == [None, "a", None]


def test_a_blank_says_why() -> None:
    shown = {"==": [{"answer": "why"}, "slow"]}
    paper = document(
        single("why", "slow", "fine"),
        {"id": "detail", "type": "long_text", "show": shown},
        {"id": "which", "type": "multiple", "options": [{"id": "a"}, {"id": "b"}], "show": shown},
    )
    data = build(
        [
            row(1, {"why": "slow", "detail": "x", "which": ["b"]}),
            row(2, {"why": "fine", "detail": "kept from before", "which": ["a"]}),
            row(3, {"why": "slow", "detail": "  ", "which": []}),
        ],
        {1: paper},
    )
    assert reasons(data, "detail") == [ANSWERED, OFF_PATH, UNANSWERED]
    assert data.table["detail"].to_pylist() == ["x", None, None]
    assert data.table["which.a"].to_pylist() == [0, None, None]
    assert data.table["which.b"].to_pylist() == [1, None, None]
    assert reasons(data, "which.a") == [ANSWERED, OFF_PATH, UNANSWERED]


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Shanghai", datetime(2026, 3, 2, 15, 59, 59, 900_000, UTC), "2026-03-02"),
        ("Asia/Shanghai", datetime(2026, 3, 2, 16, 0, tzinfo=UTC), "2026-03-03"),
        ("Europe/Berlin", datetime(2026, 3, 29, 21, 59, 59, 900_000, UTC), "2026-03-29"),
        ("Europe/Berlin", datetime(2026, 10, 25, 22, 59, 59, 900_000, UTC), "2026-10-25"),
    ],
)
def test_days_are_the_studys_days(zone: str, moment: datetime, day: str) -> None:
    data = build([row(1, {}, completed_at=moment)], {1: document()}, timezone=zone)
    assert data.table["completed_on"].to_pylist() == [day]
    assert data.table["completed_at"][0].as_py().startswith(day)


def test_the_hash_depends_on_the_answers_not_on_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = mixture({"genuine": 30}, seed=1)
    versions = {1: template("aftersales")}
    whole = build(made, versions)
    monkeypatch.setattr("surveyapp.datasets.table.BLOCK", 7)
    assert build(made, versions).hash == whole.hash
    made[3] = replace(made[3], answers={**made[3].answers, "overall": 1, "nps": 5})
    assert build(made, versions).hash != whole.hash


def test_reversed_items_are_turned_only_where_asked() -> None:
    item = {"id": "m", "type": "likert", "scale": {"points": 7}, "reverse": True}
    data = build([row(1, {"m": 2})], {1: document(item)})
    assert data.matrix(data.codebook.scales).tolist() == [[6]]
    assert data.matrix(data.codebook.scales, keyed=False).tolist() == [[2]]


@given(st.text(max_size=40))
def test_cleaned_text_is_what_every_format_keeps(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert "\r" not in clean
    clean.encode("utf-8")
    assert clean == clean.rstrip()


def test_time_worked_counts_from_opening_and_skips_the_night() -> None:
    opened = NOON - timedelta(seconds=40)
    tomorrow = NOON + timedelta(hours=20)
    paradata = {
        "opened": opened.isoformat(),
        "pages": {"a": [NOON.isoformat()] * 2, "b": [tomorrow.isoformat()] * 2},
    }
    end = tomorrow + timedelta(seconds=5)
    assert worked_seconds(NOON, end, paradata) == 40 + IDLE + 5
    assert worked_seconds(NOON, NOON + timedelta(hours=1), {}) == 3600
    assert worked_seconds(NOON, NOON + timedelta(seconds=9), {"opened": opened.isoformat()}) == 49


def test_the_study_comes_from_the_database_as_it_was_answered(any_app: Flask) -> None:
    made, _ = mixture({"genuine": 25}, seed=3)
    study = make_study()
    fill(study, made)
    second = publish(template("empty"), 2, study.version.questionnaire)
    db.session.add(
        Response(
            study_id=study.id,
            version_id=study.version_id,
            language="en",
            seed=1,
            id=900,
            answers={"nps": 1},
        )
    )
    study.version = second
    db.session.commit()
    gather.PER_FETCH = 10
    try:
        data = gather.dataset(study.id)
    finally:
        gather.PER_FETCH = 1000
    assert data.ids == [r.id for r in made], "the unfinished response is not among them"
    assert data.timezone == "Asia/Shanghai"
    assert data.table["nps"].to_pylist() == [r.answers.get("nps") for r in made]
    assert set(data.table["version"].to_pylist()) == {1}
    assert data.table["stratum"].to_pylist() == [r.stratum for r in made]
    assert data.table["design_weight"].to_pylist() == [2.0] * 25
    assert sorted(data.versions) == [1, 2]
