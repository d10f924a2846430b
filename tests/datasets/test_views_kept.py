"""The page of snapshots and the archive: what is asked for is done, listed, or refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.exports.offering import offered
from surveyapp.datasets.models import ExportFile
from surveyapp.datasets.snapshots.listing import of_study
from surveyapp.jobs.models import Job
from tests.auditing import AuditingClient
from tests.datasets.pages import do_the_work, screened_study, words
from tests.datasets.studies import make_study
from tests.datasets.test_archive import closed_study

SignIn = Callable[[str], AuditingClient]


@pytest.fixture
def researcher(sign_in: SignIn) -> AuditingClient:
    return sign_in("researcher")


def test_a_snapshot_is_taken_listed_and_exported_from(researcher: AuditingClient) -> None:
    study, _ = screened_study()
    here = f"/studies/{study.id}/exports/kept"
    assert "No snapshots yet" in words(researcher.get(here).text)
    for _ in range(2):
        assert researcher.post(f"{here}/snapshot").location == here
    assert len(db.session.scalars(db.select(Job)).all()) == 1, "pressing twice takes one"
    do_the_work()
    (snapshot,) = of_study(study.id)
    page = researcher.get(here).text
    for said in (snapshot.sha256, snapshot.dataset_hash, "response 77"):
        assert said in page
    db.session.execute(db.update(Response).where(Response.id == 3).values(answers={}))
    db.session.commit()
    exports = f"/studies/{study.id}/exports"
    assert (
        f'selected value="{snapshot.id}"'
        in researcher.get(f"{exports}?snapshot={snapshot.id}").text
    )
    form = {"format": "csv", "scope": "full", "snapshot": str(snapshot.id)}
    assert researcher.post(exports, data=form).status_code == 302
    do_the_work()
    hashes = {file.dataset_hash for file in offered(study.id)}
    assert hashes == {snapshot.dataset_hash}


def test_a_snapshot_of_another_study_cannot_be_chosen(researcher: AuditingClient) -> None:
    study, _ = screened_study()
    form = {"format": "csv", "scope": "full", "snapshot": "99"}
    answer = researcher.post(f"/studies/{study.id}/exports", data=form)
    assert answer.status_code == 200
    assert db.session.scalars(db.select(ExportFile)).all() == []


def test_answers_go_to_the_archive_and_come_back(researcher: AuditingClient) -> None:
    study = closed_study()
    here = f"/studies/{study.id}/exports/kept"
    assert "old enough to be archived" in words(researcher.get(here).text)
    one = f"/studies/{study.id}/responses/5"
    read = words(researcher.get(one).text)
    researcher.post(f"{here}/archive")
    do_the_work()
    page = words(researcher.get(here).text)
    assert "In the archive" in page
    assert "instance/archives/study-" in page
    assert words(researcher.get(one).text) == read, "single answers are read from the archive"
    researcher.post(f"{here}/restore")
    do_the_work()
    page = words(researcher.get(here).text)
    assert "In the database" in page
    assert "77 responses, archived" in page
    assert page.count("by researcher@example.com") == 2
    assert words(researcher.get(one).text) == read


def test_what_cannot_be_archived_says_why(researcher: AuditingClient) -> None:
    study = make_study()
    db.session.commit()
    here = f"/studies/{study.id}/exports/kept"
    assert "Only closed studies are archived" in words(researcher.get(here).text)
    researcher.post(f"{here}/archive")
    assert "Only the answers of closed studies" in researcher.get(here).text
    assert db.session.scalars(db.select(Job)).all() == []
    young = closed_study(months=1)
    assert "2 months" not in words(researcher.get(f"/studies/{young.id}/exports/kept").text)
    assert "They may be archived from" in researcher.get(f"/studies/{young.id}/exports/kept").text
    assert researcher.get("/studies/999/exports/kept").status_code == 404
    assert researcher.post("/studies/999/exports/kept/snapshot").status_code == 404


def test_who_may(app: Flask, sign_in: SignIn, client: AuditingClient) -> None:
    study = closed_study()
    here = f"/studies/{study.id}/exports/kept"
    analyst = sign_in("analyst")
    page = analyst.get(here).text
    assert "Take a snapshot" in page
    assert "Move to the archive" not in page
    assert analyst.post(f"{here}/archive").status_code == 403
    assert analyst.post(f"{here}/restore").status_code == 403
    assert client.get(here).location.startswith("/sign-in")
    assert client.post(f"{here}/snapshot").location.startswith("/sign-in")
    assert db.session.scalars(db.select(Job)).all() == []
