"""Import with its report first, and export, over HTTP; each page is audited by the client."""

import io
import json
import re

import pytest

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.formats.reading import read_any
from surveyapp.designer.models import Questionnaire

SURVEY = {
    "title": {"default": "Service", "zh-cn": "服务"},
    "pages": [{"name": "p", "elements": [
        {"type": "text", "name": "Q 1", "title": "<b>Name</b>"},
        {"type": "signaturepad", "name": "sign"},
        {"type": "comment", "name": "why", "visibleIf": "{Q 1} notempty"}]}],
}  # fmt: skip


def upload(client, content=None, name="survey.json", **more):
    content = json.dumps(SURVEY).encode() if content is None else content
    data = {"file": (io.BytesIO(content), name), "kind": "auto", **more}
    return client.post("/questionnaires/import", data=data, content_type="multipart/form-data")


def confirmed(page):
    """The hidden fields of the report's form."""
    field = r'<input[^>]*name="(packed|report)"[^>]*value="([^"]*)"'
    return dict(re.findall(field, page))


@pytest.mark.parametrize(("language", "words"), [("en", "Not carried over"), ("zh-Hans", "未导入")])
def test_the_report_comes_before_anything_is_created(staff, language, words):
    staff.post(f"/language/{language}")
    assert staff.get("/questionnaires/import").status_code == 200
    page = upload(staff).text
    assert words in page
    assert "signaturepad" in page
    assert "sign" in page
    assert db.session.query(Questionnaire).count() == 0


def test_what_was_reported_is_created_and_audited(staff):
    page = upload(staff).text
    answer = staff.post("/questionnaires/import/create", data=confirmed(page))
    assert answer.status_code == 302
    found = db.session.query(Questionnaire).one()
    document = editor.draft_of(found)
    assert [q.id for q in document.questions()] == ["q_1", "why"]
    assert document.title == {"en": "Service", "zh-Hans": "服务"}
    assert found.created_by == "administrator@example.com"
    assert staff.get(answer.location).status_code == 200
    entry = db.session.query(AuditEntry).filter_by(action="questionnaire.import").one()
    assert entry.detail == {"kind": "surveyjs", "not_carried": 2}
    assert entry.subject == f"questionnaire:{found.id}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nonsense", "is no questionnaire that can be read"),
        (b"<?xml version='1.0'?><!DOCTYPE x><document/>", "document type"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel file"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(staff, content, words):
    answer = upload(staff, content, "x.bin")
    assert answer.status_code == 422
    assert words in answer.text


def test_no_file_is_refused_in_words(staff):
    answer = staff.post("/questionnaires/import", data={"kind": "auto"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


@pytest.mark.parametrize("packed", ["", "!!", "eJwDAAAAAAE=", "eJyrVsrPBgAC3gGC"])
def test_a_report_that_was_tampered_with_creates_nothing(staff, packed):
    fields = confirmed(upload(staff).text) | {"packed": packed}
    assert staff.post("/questionnaires/import/create", data=fields).status_code == 400
    assert db.session.query(Questionnaire).count() == 0


@pytest.mark.parametrize("report", ["", "x", "WyJhIiwiYiIsW10sW11d.c2lnbmF0dXJl"])
def test_a_report_that_is_not_ours_creates_nothing(staff, report):
    fields = confirmed(upload(staff).text) | {"report": report}
    assert staff.post("/questionnaires/import/create", data=fields).status_code == 400
    assert db.session.query(Questionnaire).count() == 0


@pytest.mark.parametrize(("language", "words"), [("en", "Not carried over"), ("zh-Hans", "未导入")])
def test_the_report_stays_with_the_questionnaire(staff, made, language, words):
    staff.post(f"/language/{language}")
    before = upload(staff).text
    address = staff.post("/questionnaires/import/create", data=confirmed(before)).location
    link = re.search(r'href="([^"]*/import-report)"', staff.get(address).text)[1]
    page = staff.get(link).text
    assert words in page
    assert "survey.json" in page
    notes = re.compile(r"<dl class=\"notes\">.*?</dl>", re.S)
    assert notes.findall(page) == notes.findall(before) != []
    assert staff.get(f"/questionnaires/{made.id}/import-report").status_code == 404
    assert "import-report" not in staff.get(f"/questionnaires/{made.id}").text


def test_only_researchers_import(sign_in):
    assert upload(sign_in("manager")).status_code in (403, 404)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_export_page_says_what_each_format_lacks(staff, made, language):
    staff.post(f"/language/{language}")
    page = staff.get(f"/questionnaires/{made.id}/export").text
    for name in ("XLSForm", "SurveyJS", "JSON", "Word", "PDF"):
        assert name in page
    assert f"/questionnaires/{made.id}/export/xlsform" in page
    assert "reverse-keyed" in page or "反向计分" in page


@pytest.mark.parametrize("target", ["xlsform", "surveyjs", "json"])
def test_an_exported_file_can_be_imported_again(staff, made, target):
    answer = staff.get(f"/questionnaires/{made.id}/export/{target}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    back = read_any(answer.data, "x").document
    before = editor.draft_of(db.session.get(Questionnaire, made.id))
    assert [q.id for q in back.questions()] == [q.id for q in before.questions()]
    assert upload(staff, answer.data).status_code == 200


def test_other_formats_are_not_found(staff, made):
    assert staff.get(f"/questionnaires/{made.id}/export/docx").status_code == 404
