"""The previous period, tables, arms; what is withheld; what the moving part of the page asks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from surveyapp.reports import comparisons, publication, snapshots
from surveyapp.reports.models import Snapshot
from surveyapp.reports.publication_models import Comparison
from tests.auditing import AuditingClient
from tests.reports.scored_study import scored_study
from tests.reports.test_analysis_pages import compare, figures, ranked_study
from tests.reports.test_study_page import NEVER, version_of, words


def moved(study: Study, after: int, days: int, **answers: object) -> None:
    """The responses after an id, later and with other answers."""
    for response in db.session.query(Response).where(Response.id > after):
        response.completed_at = response.completed_at + timedelta(days=days)
        response.answers = {**response.answers, **answers}
    db.session.commit()
    snapshots.refresh(study.id)


def tabulate(staff: AuditingClient, study: Study, row: str, column: str) -> Comparison:
    asked = {"row": row, "column": column}
    answer = staff.post(f"/studies/{study.id}/analysis/tables", data=asked)
    assert answer.status_code == 302
    assert running.run_waiting() == 1
    found = db.session.query(Comparison).order_by(Comparison.id.desc()).first()
    assert found is not None, db.session.query(Job).one().error
    return found


def test_the_last_thirty_days_stand_against_those_before(staff: AuditingClient) -> None:
    study = scored_study(80)
    moved(study, 40, 30, nps=0)
    found = figures(study)["change"]
    assert (found["now"]["answers"], found["before"]["answers"]) == (40, 40)
    by_name = {one["outcome"]: one for one in found["outcomes"]}
    nps = by_name["nps"]
    assert nps["difference"] is None, "everybody says 0: no variance, no interval"
    assert not nps["differ"]
    total = by_name["total"]
    assert total["difference"] == pytest.approx(total["now"]["mean"] - total["before"]["mean"])
    assert total["low"] < total["difference"] < total["high"]
    text = words(staff.get(f"/studies/{study.id}/analysis/change").text)
    assert "may be chance" in text
    assert "does not vary" in text
    assert not NEVER.search(text)
    assert "Against the previous period" in words(staff.get(f"/studies/{study.id}").text)


def test_without_a_period_before_the_page_leads_on(staff: AuditingClient) -> None:
    study = scored_study(20)
    assert "change" in figures(study)
    assert figures(study)["change"] is None
    assert "No period before" in staff.get(f"/studies/{study.id}/analysis/change").text


def test_days_of_ones_own_bring_as_many_before(staff: AuditingClient) -> None:
    study = scored_study(80)
    moved(study, 40, 30)
    days = {"a_from": "2026-04-01", "a_to": "2026-04-30"}
    compare(staff, study, by="before", **days)
    (found,) = db.session.query(Comparison)
    assert (found.params["b_from"], found.params["b_to"]) == ("2026-03-02", "2026-03-31")
    assert found.figures["sizes"] == {"A": 40, "B": 40}


def test_the_arms_of_an_experiment_are_compared_as_they_are(staff: AuditingClient) -> None:
    study = scored_study(60)
    text = words(compare(staff, study, by="random.wording"))
    (found,) = db.session.query(Comparison)
    assert found.figures["random"]
    total = found.figures["outcomes"][0]
    stored = figures(study)["experiments"][0]["outcomes"][0]
    assert total["pairs"][0]["difference"] == stored["pairs"][0]["mean"]
    assert "Chance put people into the arms" in text
    assert not NEVER.search(text)


def test_a_kept_comparison_obeys_a_minimum_that_rose(staff: AuditingClient) -> None:
    study = ranked_study()
    before = words(compare(staff, study, by="city"))
    (found,) = db.session.query(Comparison)
    smallest = min(found.figures["outcomes"][0]["groups"], key=lambda g: g["n"])
    shown = f"[{smallest['low']:.1f}, {smallest['high']:.1f}]"
    assert f"n = {smallest['n']}" in before
    publication.set_minimum(study.id, smallest["n"] + 1)
    db.session.commit()
    text = words(staff.get(f"/studies/{study.id}/analysis/compare/{found.id}").text)
    assert f"{smallest['name']} (n = {smallest['n']})" in text
    assert f"{smallest['name']} −" not in text
    assert f"− {smallest['name']}" not in text
    assert shown not in text


def test_a_table_adds_up_and_goes_when_the_minimum_rises(staff: AuditingClient) -> None:
    study = ranked_study()
    found = tabulate(staff, study, "fixed", "city")
    page = f"/studies/{study.id}/analysis/tables/{found.id}"
    text = words(staff.get(page).text)
    assert f"n = {found.figures['base']}" in text
    assert "F(" in text
    assert not NEVER.search(text)
    for place, column in enumerate(found.figures["columns"]):
        shares = [row["cells"][place]["share"] for row in found.figures["rows"]]
        assert sum(shares) == pytest.approx(1)
        assert column["n"] >= 10
    yes = next(row for row in found.figures["rows"] if row["code"] == "yes")
    there = next(
        cell for cell, column in zip(yes["cells"], found.figures["columns"], strict=True)
        if column["name"] == "重庆"
    )  # fmt: skip
    assert there["share"] == 1
    assert there["stands_out"]
    file = staff.get(f"{page}.csv")
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(found.figures["rows"]) * (len(found.figures["columns"]) + 1)
    least = min(column["n"] for column in found.figures["columns"])
    publication.set_minimum(study.id, least + 1)
    db.session.commit()
    withheld = words(staff.get(page).text)
    assert "Withheld: since this table was made" in withheld
    assert "F(" not in withheld
    assert staff.get(f"{page}.csv").status_code == 404
    assert staff.get(f"/studies/{study.id}/analysis/compare/{found.id}").status_code == 404


def test_several_answers_each_are_tabulated_option_by_option(staff: AuditingClient) -> None:
    study = ranked_study()
    found = tabulate(staff, study, "bought", "random.wording")
    assert found.figures["overlap"]
    assert found.figures["test"] is None
    assert "every answer is tested by itself" in staff.get(
        f"/studies/{study.id}/analysis/tables/{found.id}"
    ).text.replace("&#39;", "'")


def test_a_question_by_itself_is_no_table(staff: AuditingClient) -> None:
    study = scored_study(20)
    asked = {"row": "fixed", "column": "fixed"}
    assert staff.post(f"/studies/{study.id}/analysis/tables", data=asked).status_code == 422


def test_figures_of_few_answers_say_why_they_are_not_shown(staff: AuditingClient) -> None:
    study = scored_study(40)
    row = db.session.get_one(Snapshot, study.id)
    said = "fewer than 10 answers: not shown"
    before = words(staff.get(f"/studies/{study.id}").text).count(said)
    small = {**row.figures["nps"], "n": 6}
    row.figures = publication.published({**row.figures, "nps": small}, 10)
    db.session.commit()
    text = words(staff.get(f"/studies/{study.id}").text)
    assert text.count(said) == before + 2, "the headline and the card of the recommendation"
    publication.set_minimum(study.id, 41)
    db.session.commit()
    text = words(staff.get(f"/studies/{study.id}").text)
    assert text.count("fewer than 41 answers: not shown") == 3
    assert "no answers yet" not in text


@contextmanager
def fetched() -> Iterator[list[str]]:
    """The statements inside the block that read figures."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "study_snapshot.figures" in statement:
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_moving_part_reads_no_figure_while_nothing_changed(staff: AuditingClient) -> None:
    study = scored_study(20)
    version = version_of(staff.get(f"/studies/{study.id}").text)
    with fetched() as statements:
        answer = staff.get(f"/studies/{study.id}/live", query_string={"v": version})
    assert (answer.status_code, answer.data, statements) == (204, b"", [])


def test_parts_of_the_figures_are_read_alone_on_every_database(any_app: Flask) -> None:
    study = scored_study(20)
    found = snapshots.part_of(study.id, ("n", "nps", "change", "nothing"))
    assert found == {"n": 20, "nps": figures(study)["nps"]}
    assert snapshots.part_of(99, ("n",)) == {}
    assert [c.id for c in comparisons.kept_of(study.id, tables=True)] == []
