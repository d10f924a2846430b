"""Exports: a job makes a file, the page lists it, its bytes come back, nothing else does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from lxml import html

from surveyapp.database import db
from surveyapp.datasets.exports.offering import folder, offered
from surveyapp.datasets.models import ExportFile
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import run_waiting
from tests.auditing import AuditingClient
from tests.datasets.pages import do_the_work, words
from tests.datasets.studies import make_study, small_study

SignIn = Callable[[str], AuditingClient]


@pytest.fixture
def analyst(sign_in: SignIn) -> AuditingClient:
    return sign_in("analyst")


def offer(name: str, content: bytes = b"") -> int:
    """A listed file of that name, made without exporting; its id."""
    study = make_study()
    row = ExportFile(study_id=study.id, format="csv", name=name)
    db.session.add(row)
    db.session.commit()
    if content:
        path = folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return row.id


@pytest.mark.parametrize(("scope", "label"), [("cleaned", "Cleaned data"), ("full", "All data")])
def test_what_is_asked_for_is_made_listed_and_handed_out(
    analyst: AuditingClient, scope: str, label: str
) -> None:
    study, _ = small_study()
    here = f"/studies/{study.id}/exports"
    assert "No exports yet" in words(analyst.get(here).text)
    started = analyst.post(here, data={"format": "csv", "scope": scope})
    assert (started.status_code, started.location) == (302, here)
    assert "Waiting for its turn" in analyst.get(here).text
    do_the_work()
    page = analyst.get(here).text
    assert label in words(page)
    links = html.document_fromstring(page).xpath("//a[starts-with(@href, '/exports/')]")
    assert len(links) == len(offered(study.id)) == 8
    for link in links:
        got = analyst.get(link.get("href"), buffered=True)
        path = folder() / link.get("title").split()[0]
        assert got.data == path.read_bytes()
        assert link.get("title").endswith(hashlib.sha256(got.data).hexdigest())
        assert got.headers["Content-Disposition"].startswith("attachment;")
        assert path.name in got.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "data",
    [{"format": "docx", "scope": "cleaned"}, {"format": "csv", "scope": "some"}, {"format": ""}],
)
def test_bad_choices_keep_the_page(analyst: AuditingClient, data: dict[str, str]) -> None:
    study = make_study()
    db.session.commit()
    answer = analyst.post(f"/studies/{study.id}/exports", data=data)
    assert answer.status_code == 200
    assert "New export" in answer.text
    assert 'class="error"' in answer.text
    assert db.session.scalars(db.select(Job)).all() == []


def test_an_export_that_fails_says_why_and_offers_nothing(analyst: AuditingClient) -> None:
    study, _ = small_study()
    study_id = study.id
    folder().parent.mkdir(exist_ok=True)
    folder().write_text("a file where the folder should be")
    here = f"/studies/{study_id}/exports"
    analyst.post(here, data={"format": "csv", "scope": "cleaned"})
    run_waiting()
    db.session.expire_all()
    said = words(analyst.get(here).text)
    assert "Failed" in said
    assert offered(study_id) == []


def test_ids_that_nobody_offered_are_not_found(analyst: AuditingClient) -> None:
    assert analyst.get("/exports/1").status_code == 404
    gone = offer("gone.csv")
    assert analyst.get(f"/exports/{gone}").status_code == 404
    assert analyst.get("/studies/77/exports").status_code == 404
    assert analyst.post("/studies/77/exports", data={"format": "csv"}).status_code == 404


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "a/../../secret.txt", "..", ""])
def test_no_name_leads_out_of_the_folder(app: Flask, analyst: AuditingClient, name: str) -> None:
    (Path(app.instance_path) / "secret.txt").write_text("a secret")
    folder().mkdir(parents=True)
    assert analyst.get(f"/exports/{offer(name)}").status_code == 404


def test_an_odd_name_is_handed_out_under_it(analyst: AuditingClient) -> None:
    answer = analyst.get(f"/exports/{offer('数据 1.csv', b'a,b')}", buffered=True)
    assert answer.data == b"a,b"
    assert "%E6%95%B0%E6%8D%AE" in answer.headers["Content-Disposition"]


def test_who_may(sign_in: SignIn, client: AuditingClient) -> None:
    made = offer("a.csv", b"x")
    (study_id,) = db.session.scalars(db.select(ExportFile.study_id))
    for role in ("analyst", "researcher", "administrator"):
        browser = sign_in(role)
        assert browser.get(f"/exports/{made}", buffered=True).data == b"x"
        assert "New export" in browser.get(f"/studies/{study_id}/exports").text
    assert client.get(f"/exports/{made}").location.startswith("/sign-in")
    refused = client.post(f"/studies/{study_id}/exports", data={"format": "csv"})
    assert refused.location.startswith("/sign-in")
    assert db.session.scalars(db.select(Job)).all() == []
