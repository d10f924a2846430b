"""The pages of labels and of receipt codes, with the worker that makes the files."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import codes, receipt_batches, touchpoints
from surveyapp.distribution.labels import fontconfig, keeping
from surveyapp.distribution.labels.models import LabelFile, ReceiptBatch
from surveyapp.distribution.models import Study, Touchpoint
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from tests.auditing import AuditingClient
from tests.distribution.builders import add_study

SignIn = Callable[[str], AuditingClient]


@pytest.fixture
def study(app: Flask) -> Study:
    made = add_study()
    touchpoints.add(made, ["徐汇店", "New shop"], ["receipt", "shopping_bag"])
    db.session.commit()
    return made


def address(study: Study) -> str:
    return f"/studies/{study.id}/touchpoints/labels"


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def printed(browser: AuditingClient, study: Study, **values: object) -> LabelFile:
    """Ask for a file, let the worker make it, and see that the page offers it."""
    form = {"what": "", "kind": "pdf", "size": "24", "first": 1, **values}
    assert browser.post(address(study), data=form).status_code == 302
    assert "Waiting for its turn" in browser.get(address(study)).get_data(as_text=True)
    assert running.run_waiting() == 1
    made = db.session.scalars(select(LabelFile).order_by(LabelFile.id.desc())).first()
    assert made is not None
    assert f"/labels/{made.id}" in browser.get(address(study)).get_data(as_text=True)
    return made


def fetched(browser: AuditingClient, made: LabelFile) -> bytes:
    with browser.get(f"/labels/{made.id}") as got:
        return bytes(got.data)


def test_the_worker_makes_a_pdf_that_the_page_offers(sign_in: SignIn, study: Study) -> None:
    browser = sign_in("researcher")
    assert "No file yet" in browser.get(address(study)).get_data(as_text=True)
    made = printed(browser, study, first=23)
    assert (made.labels, made.sheets, made.size) == (4, 2, "24")
    got = fetched(browser, made)
    assert got.startswith(b"%PDF")
    assert len(got) == made.bytes
    assert "labels.make" in actions()
    assert db.session.scalars(select(Job)).one().state == "done"


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_pictures_come_with_a_list(sign_in: SignIn, study: Study, kind: str) -> None:
    browser = sign_in("researcher")
    made = printed(browser, study, kind=kind, what="store:徐汇店")
    archive = zipfile.ZipFile(io.BytesIO(fetched(browser, made)))
    rows = list(csv.DictReader(io.StringIO(archive.read("codes.csv").decode("utf-8-sig"))))
    found = touchpoints.of_study(study, "徐汇店")
    assert {codes.normalised(row["code"]) for row in rows} == {one.code for one in found}
    assert {row["address"] for row in rows} == {touchpoints.url_of(one) for one in found}
    assert {row["file"] for row in rows} < set(archive.namelist())
    start = {"svg": b"<svg ", "png": b"\x89PNG"}[kind]
    assert all(archive.read(row["file"]).startswith(start) for row in rows)


def test_a_place_that_the_sheet_does_not_have_is_said(sign_in: SignIn, study: Study) -> None:
    browser = sign_in("researcher")
    form = {"what": "", "kind": "pdf", "size": "8", "first": 9}
    refused = browser.post(address(study), data=form)
    assert refused.status_code == 422
    assert "This sheet has 8 places." in refused.get_data(as_text=True)
    assert db.session.scalars(select(Job)).all() == []


def test_without_a_font_the_job_says_which_characters_are_missing(
    sign_in: SignIn, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda _name: None)
    assert list(fontconfig.installed()) == []
    browser = sign_in("researcher")
    form = {"what": "", "kind": "pdf", "size": "24", "first": 1}
    browser.post(address(study), data=form)
    running.run_waiting()
    page = browser.get(address(study)).get_data(as_text=True)
    assert "No font of this installation" in page
    assert list(keeping.folder().iterdir()) == []


def test_a_study_without_codes_says_what_to_do_first(sign_in: SignIn, app: Flask) -> None:
    study = add_study()
    db.session.commit()
    page = sign_in("researcher").get(address(study)).get_data(as_text=True)
    assert "Make touchpoints first" in page


def test_who_may_only_look_makes_no_file(sign_in: SignIn, study: Study) -> None:
    browser = sign_in("viewer")
    form = {"what": "", "kind": "pdf", "size": "24", "first": 1}
    assert browser.post(address(study), data=form).status_code == 403
    assert browser.get("/labels/1").status_code == 403


def test_old_files_are_swept_and_what_a_dead_job_left(sign_in: SignIn, study: Study) -> None:
    browser = sign_in("researcher")
    old, new = printed(browser, study), printed(browser, study)
    old_id, old_name = old.id, old.name
    old.made_at = clock.now() - keeping.KEPT - timedelta(minutes=1)
    db.session.commit()
    left = keeping.folder() / ".labels-1.pdf.x.part"
    left.write_bytes(b"half")
    before = (clock.now() - timedelta(hours=2)).timestamp()
    os.utime(left, (before, before))
    assert keeping.sweep() == 2
    assert keeping.sweep() == 0
    assert [path.name for path in keeping.folder().iterdir()] == [new.name]
    assert old_name != new.name
    assert browser.get(f"/labels/{old_id}").status_code == 404


@pytest.fixture
def till(app: Flask) -> Touchpoint:
    study = add_study(state="running")
    touchpoints.add(study, ["徐汇店"], ["receipt"], once="code")
    db.session.commit()
    return db.session.scalars(select(Touchpoint)).one()


def receipts(till: Touchpoint) -> str:
    return f"/studies/{till.study_id}/touchpoints/{till.id}/receipts"


def test_a_batch_is_made_downloaded_and_revoked(sign_in: SignIn, till: Touchpoint) -> None:
    browser = sign_in("researcher")
    assert "No codes yet" in browser.get(receipts(till)).get_data(as_text=True)
    assert browser.post(receipts(till), data={"n": "300"}).status_code == 302
    batch = db.session.scalars(select(ReceiptBatch)).one()
    got = browser.post(f"/receipts/{batch.id}/codes.csv")
    rows = list(csv.DictReader(io.StringIO(got.data.decode("utf-8-sig"))))
    assert [row["number"] for row in rows] == [str(n) for n in range(1, 301)]
    assert len({row["code"] for row in rows}) == 300
    assert all(row["address"].endswith(row["code"].replace("-", "")) for row in rows)
    assert browser.get(f"/receipts/{batch.id}/codes.csv").status_code == 405
    page = browser.get(receipts(till)).get_data(as_text=True)
    assert "300" in page
    assert browser.post(f"/receipts/{batch.id}/revoke").status_code == 302
    assert "Revoked" in browser.get(receipts(till)).get_data(as_text=True)
    made = ["receipts.make", "receipts.download", "receipts.revoke"]
    assert [one for one in actions() if one.startswith("receipts.")] == made
    browser.post(f"/receipts/{batch.id}/revoke")
    assert actions().count("receipts.revoke") == 1


@pytest.mark.parametrize("n", ["", "0", "20001"])
def test_too_many_codes_or_none_are_refused(sign_in: SignIn, till: Touchpoint, n: str) -> None:
    browser = sign_in("researcher")
    assert browser.post(receipts(till), data={"n": n}).status_code == 422
    assert db.session.scalars(select(ReceiptBatch)).all() == []


def test_other_touchpoints_have_no_such_page(sign_in: SignIn, study: Study) -> None:
    browser = sign_in("researcher")
    other = touchpoints.of_study(study)[0]
    assert browser.get(receipts(other)).status_code == 404


def test_receipt_codes_are_printed_on_labels(sign_in: SignIn, till: Touchpoint) -> None:
    batch = receipt_batches.make(till, 30)
    db.session.commit()
    browser = sign_in("researcher")
    made = printed(browser, till.study, what=f"batch:{batch.id}", size="65")
    assert (made.labels, made.sheets, made.batch_id) == (30, 1, batch.id)
    receipt_batches.revoke(batch)
    db.session.commit()
    form = {"what": f"batch:{batch.id}", "kind": "pdf", "size": "65", "first": 1}
    assert browser.post(address(till.study), data=form).status_code == 422
