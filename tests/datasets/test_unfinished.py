"""Unfinished answers in an export: what was not reached is kept apart, and no estimate has them."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest
from flask import Flask

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.blanks import ANSWERED, MISSING_CODES, NOT_REACHED, OFF_PATH, UNANSWERED
from surveyapp.datasets.exports.offering import contents, export, file_path, offered
from surveyapp.datasets.gather import dataset
from surveyapp.datasets.numbers import headline
from surveyapp.distribution.models import Study
from surveyapp.jobs.models import Job
from tests.auditing import AuditingClient
from tests.datasets.pages import do_the_work, words
from tests.datasets.studies import small_study

LEFT = (3, 5)


@pytest.fixture
def left(app: Flask) -> Study:
    """77 answers, of which one stopped on the third page and one came to none."""
    study, _ = small_study()
    for number, pages, kept in (
        (3, ("contact", "speed_page", "resolution_page"), ("channel", "solved", "speed.reached")),
        (5, (), ()),
    ):
        row = db.session.get_one(Response, number)
        row.state, row.saved_at, row.completed_at = "started", row.completed_at, None
        row.answers = {name: row.answers[name] for name in kept}
        row.paradata = {"pages": {page: ["2026-03-02T01:00:00+00:00"] * 2 for page in pages}}
    db.session.commit()
    return study


def test_unfinished_ones_are_rows_only_where_they_are_asked_for(left: Study) -> None:
    usual, all_of_them = dataset(left.id), dataset(left.id, unfinished=True)
    assert (len(usual), len(all_of_them)) == (75, 77)
    assert "finished" not in usual.table.column_names
    assert all(NOT_REACHED not in v.reasons for v in usual.codebook.answers)
    finished = dict(zip(all_of_them.ids, all_of_them.table["finished"].to_pylist(), strict=True))
    assert [i for i, done in finished.items() if not done] == list(LEFT)
    at = all_of_them.ids.index(3)
    assert all_of_them.table["completed_at"][at].as_py() is None
    assert all_of_them.table["completed_on"][at].as_py() is None


def test_what_was_not_reached_is_told_apart_from_what_was_skipped(left: Study) -> None:
    data = dataset(left.id, unfinished=True)
    at = {number: data.ids.index(number) for number in (*LEFT, 1)}

    def why(name: str, number: int = 3) -> int:
        return int(data.reasons[name][at[number]].as_py())

    assert why("channel") == ANSWERED
    assert why("speed.reached") == ANSWERED
    assert why("speed.began") == UNANSWERED, "on a page that was saved"
    assert why("outcome") == UNANSWERED, "the page before them when they left"
    assert why("nps") == NOT_REACHED
    assert why("overall") == NOT_REACHED
    assert why("channel", 5) == NOT_REACHED
    assert NOT_REACHED not in {why(name, 1) for name in data.reasons.column_names}
    branches = [v for v in data.codebook.answers if v.question in {"installation", "freshness"}]
    assert OFF_PATH in {why(v.name) for v in branches}


def test_estimates_and_weights_are_those_of_the_finished(left: Study) -> None:
    content = contents(left, dataset(left.id, unfinished=True), clean=False)
    assert set(content.excluded) == set(LEFT)
    assert content.entering.ids == dataset(left.id).ids
    assert headline(content.entering) == headline(dataset(left.id))
    assert [content.weights[content.data.ids.index(number)] for number in LEFT] == [None, None]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "sav", "dta", "parquet", "long"])
def test_every_format_is_read_back_and_equal(left: Study, kind: str) -> None:
    export(left.id, kind, clean=False, unfinished=True)
    assert f"study-{left.id}-begun-" in offered(left.id)[0].name


def test_the_csv_names_them(left: Study) -> None:
    export(left.id, "csv", clean=False, unfinished=True)
    (file,) = (f for f in offered(left.id) if f.format == "csv")
    with file_path(file.id).open(encoding="utf-8-sig", newline="") as text:
        rows = {row["response"]: row for row in csv.DictReader(text)}
    assert rows["3"]["finished"] == "0"
    assert rows["3"]["exclusion_reason"] == "unfinished"
    assert "nps" in rows["3"]["not_reached"].split()
    assert "speed.began" in rows["3"]["unanswered"].split()
    assert rows["1"]["not_reached"] == ""
    assert MISSING_CODES[NOT_REACHED] == -90
    assert len(set(MISSING_CODES.values())) == len(MISSING_CODES)


def test_the_form_asks_for_them_and_not_of_a_snapshot(
    left: Study, sign_in: Callable[[str], AuditingClient]
) -> None:
    analyst, here = sign_in("analyst"), f"/studies/{left.id}/exports"
    assert "Also unfinished ones" in words(analyst.get(here).text)
    analyst.post(here, data={"format": "csv", "scope": "begun"})
    do_the_work()
    assert "-begun-" in analyst.get(here).text
    analyst.post(f"/studies/{left.id}/exports/kept/snapshot", data={})
    frozen = do_the_work().result["snapshot_id"]
    answer = analyst.post(here, data={"format": "csv", "scope": "begun", "snapshot": frozen})
    assert "A snapshot holds finished answers only" in answer.text
    assert len(db.session.scalars(db.select(Job)).all()) == 2
