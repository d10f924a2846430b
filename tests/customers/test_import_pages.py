"""The import as a person goes through it: upload, columns, progress, result, rejected rows."""

from __future__ import annotations

import io
import re
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.customers import importing, mapping, uploads
from surveyapp.customers.events.models import Event
from surveyapp.customers.examples import example
from surveyapp.customers.models import Customer
from surveyapp.customers.rows import RowReader
from surveyapp.customers.targets import target
from surveyapp.database import db
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import run_waiting
from surveyapp.tabular.table import open_rows
from tests.auditing import AuditingClient
from tests.customers.conftest import HEADER, person, read_back, table

SignIn = Callable[[str], AuditingClient]
GUESSED = {
    "column-number": "客户编号",
    "column-name": "姓名",
    "column-phone": "手机号",
    "column-city": "城市",
    "column-store": "门店",
    "column-spend": "消费金额",
    "column-consent": "同意",
    "column-opted_out": "退订",
}


@pytest.fixture
def researcher(sign_in: SignIn) -> AuditingClient:
    return sign_in("researcher")


def upload(
    browser: AuditingClient,
    content: bytes,
    name: str = "customers.csv",
    to: str = "/customers/import",
) -> TestResponse:
    """Send a file as browsers do (the client's own encoder leaves large bodies open on disk)."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    return browser.post(to, data=body, content_type=kind)


def files(app: Flask) -> list[Path]:
    folder = Path(app.instance_path) / "uploads"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_the_whole_way(app: Flask, researcher: AuditingClient) -> None:
    rows = [person(n) for n in range(1, 30)] + [person(30, 手机号="13800138000.0")]
    there = upload(researcher, table(*rows, encoding="gb18030")).location
    page = researcher.get(there).text
    assert re.findall(r'<option value="([^"]+)" selected', page) == list(HEADER)
    assert "The first 20 rows can be imported" in page
    assert "王小明" in page
    started = researcher.post(there, data={**GUESSED, "step": "run"})
    assert "Waiting for its turn" in researcher.get(started.location).text
    assert researcher.get(there).location == started.location, (
        "a second click starts no second import"
    )
    assert run_waiting() == 1
    result = researcher.get(started.location).text
    assert "Phone spoiled by a spreadsheet" in result
    assert db.session.scalars(select(Customer.number)).all().__len__() == 29
    rejected = researcher.post(f"{started.location}/rejected")
    assert rejected.mimetype == "text/csv"
    back = list(read_back(rejected.data))
    assert [row["手机号"] for row in back] == ["13800138000.0"]
    actions = {e.action: e for e in db.session.scalars(select(AuditEntry))}
    assert actions["customers.import"].detail["created"] == 29
    assert actions["customers.import"].actor == "researcher@example.com"
    assert "customers.rejected_rows" in actions


def test_contact_data_lies_nowhere_in_the_clear_afterwards(
    app: Flask, researcher: AuditingClient
) -> None:
    there = upload(researcher, table(person(1), person(2, 消费金额="x"))).location
    waiting = [path for path in files(app) if not path.suffix]
    assert [stat.S_IMODE(path.stat().st_mode) for path in waiting] == [0o600]
    researcher.post(there, data={**GUESSED, "step": "run"})
    run_waiting()
    left = files(app)
    assert [path.suffix for path in left] == [".rejects"]
    assert "王小明" not in left[0].read_text()
    job = db.session.scalars(select(Job)).one()
    stored = db.session.execute(text("SELECT params, result, error FROM job")).one()
    assert job.state == "done"
    assert not any(secret in str(stored) for secret in ("王", "13800000002", "+86"))


def test_a_person_corrects_the_columns(researcher: AuditingClient) -> None:
    content = table(["C1", "x", "13800138000"], header=["代码", "备注", "联系"])
    there = upload(researcher, content).location
    assert "Choose the column that holds the customer number" in researcher.get(there).text
    refused = researcher.post(there, data={"step": "run", "column-number": ""})
    assert refused.status_code == 422
    chosen = {"column-number": "代码", "column-phone": "联系"}
    checked = researcher.post(there, data={**chosen, "step": "preview"})
    assert "The first 1 rows can be imported" in checked.text
    assert "备注" in checked.text
    researcher.post(there, data={**chosen, "step": "run"})
    run_waiting()
    assert db.session.scalars(select(Customer)).one().phone == "+8613800138000"


def test_the_preview_shows_what_is_wrong_where(researcher: AuditingClient) -> None:
    rows = [person(1, 消费金额="<b>abc"), [*person(2), "more"]]
    page = researcher.get(upload(researcher, table(*rows)).location).text
    assert "2 of the first 2 rows would come back" in page
    assert "&lt;b&gt;abc" in page
    assert "is no amount" in page
    assert "has 9 cells but the header has 8" in page


def test_the_choice_to_opt_in_again_reaches_the_import(researcher: AuditingClient) -> None:
    for answer, extra, out in (("是", {}, True), ("否", {}, True), ("否", {"opt_in": "1"}, False)):
        there = upload(researcher, table(person(1, 退订=answer))).location
        started = researcher.post(there, data={**GUESSED, **extra, "step": "run"})
        run_waiting()
        db.session.expire_all()
        assert (db.session.scalars(select(Customer)).one().opted_out_at is not None) == out
        if answer == "否" and out:
            assert "stay opted out" in researcher.get(started.location).text


UNUSABLE = {
    "empty": (b"", "customers.csv", "is empty"),
    "blank": (b"\n\n , \n", "customers.csv", ""),
    "binary": (bytes(range(256)) * 40, "customers.csv", "not a text table"),
    "wrong ending": (b"a,b\n1,2\n", "customers.exe", "not a CSV or .xlsx"),
    "no ending": (b"a,b\n1,2\n", "customers", "not a CSV or .xlsx"),
    "a workbook called csv": (b"PK\x03\x04junk", "customers.csv", "not what its ending says"),
    "text called xlsx": (b"a,b\n1,2\n", "customers.xlsx", "not what its ending says"),
    "broken workbook": (b"PK\x03\x04junk", "customers.xlsx", ""),
    "old workbook": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "customers.csv", ".xls"),
    "duplicate headers": (
        table(person(1)[:2], header=["编号", "编号"]),
        "customers.csv",
        "both called",
    ),
    "a million columns": (b"a," * 1_000_000 + b"\n1,2\n", "customers.csv", "columns"),
    "one endless line": (b'"' + b"x" * 5_000_000, "customers.csv", "too long"),
}


@pytest.mark.parametrize("case", list(UNUSABLE))
def test_unusable_files_are_refused_in_words_and_leave_nothing(
    app: Flask, researcher: AuditingClient, case: str
) -> None:
    content, name, said = UNUSABLE[case]
    answer = upload(researcher, content, name)
    assert answer.status_code == 422
    error = re.search(r'class="error"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert error is not None
    assert said in error[1]
    assert files(app) == []
    assert db.session.scalars(select(Customer)).all() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_excel_are_recognised(researcher: AuditingClient, encoding: str) -> None:
    page = researcher.get(upload(researcher, table(person(1), encoding=encoding)).location).text
    assert "王小明" in page


def test_a_workbook(researcher: AuditingClient) -> None:
    import openpyxl

    book, content = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADER))
    sheet.append(["C1", "王小明", 13800138000, "上海", "一店", 88.5, "是", "否"])
    book.save(content)
    there = upload(researcher, content.getvalue(), "customers.xlsx").location
    started = researcher.post(there, data={**GUESSED, "step": "run"})
    run_waiting()
    assert "Every row was imported" in researcher.get(started.location).text
    assert db.session.scalars(select(Customer)).one().phone == "+8613800138000"


def test_too_large(researcher: AuditingClient, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    assert "larger than" in upload(researcher, table(person(1), person(2))).text
    assert files(app) == []


def test_nothing_chosen(researcher: AuditingClient) -> None:
    answer = researcher.post("/customers/import", data={})
    assert "Choose a CSV or .xlsx file" in answer.text


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "..\\..\\x.csv", "/tmp/x.csv", "a\x00b.csv"]
)
def test_the_name_of_a_file_is_never_a_path(
    app: Flask, researcher: AuditingClient, name: str
) -> None:
    there = upload(researcher, table(person(1)), name).location
    assert re.fullmatch(r"/customers/import/[0-9a-f]{32}", there)
    assert len(files(app)) == 2


def test_an_upload_is_its_senders_alone(researcher: AuditingClient, sign_in: SignIn) -> None:
    there = upload(researcher, table(person(1))).location
    other = sign_in("administrator")
    assert other.get(there).location == "/customers/import"
    other.post(f"{there}/discard")
    assert researcher.get(there).status_code == 200


def test_a_discarded_upload_is_gone(app: Flask, researcher: AuditingClient) -> None:
    there = upload(researcher, table(person(1))).location
    researcher.post(f"{there}/discard")
    assert files(app) == []
    page = researcher.get(there, follow_redirects=True).text
    assert "The uploaded file is gone" in page
    assert researcher.get("/customers/import/..%2fsecret").status_code == 404
    assert researcher.get("/customers/import/nonsense").location == "/customers/import"


def test_what_lies_forgotten_is_swept(app: Flask, researcher: AuditingClient) -> None:
    import os

    upload(researcher, table(person(1)))
    old = time.time() - uploads.FORGOTTEN_AFTER - 60
    for path in files(app):
        os.utime(path, (old, old))
    kept = uploads.folder() / ("0" * 32 + ".rejects")
    kept.write_text("x")
    os.utime(kept, (old, old))
    assert uploads.sweep() == 2
    assert files(app) == [kept]


def test_an_import_whose_file_is_gone_fails_in_words(researcher: AuditingClient) -> None:
    there = upload(researcher, table(person(1))).location
    started = researcher.post(there, data={**GUESSED, "step": "run"})
    for path in uploads.folder().iterdir():
        path.unlink()
    run_waiting()
    page = researcher.get(started.location).text
    assert "The uploaded file is gone" in page
    assert "Upload again" in page


def test_a_file_that_breaks_off_keeps_its_whole_rows_and_says_where(
    app: Flask, researcher: AuditingClient
) -> None:
    content = table(*(person(n) for n in range(1, 2500))) + b'C9999,"open quote,1\nC1,2\n'
    there = upload(researcher, content).location
    started = researcher.post(there, data={**GUESSED, "step": "run"})
    run_waiting()
    assert "never closed" in researcher.get(started.location).text
    assert len(db.session.scalars(select(Customer.number)).all()) == importing.BATCH
    refused = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "customers.import")
    ).one()
    assert refused.detail == {"refused": ["table.malformed"]}
    assert files(app) == []


def test_other_jobs_are_no_imports(researcher: AuditingClient) -> None:
    db.session.add(Job(kind="other", params={}, state="done"))
    db.session.commit()
    assert researcher.get("/customers/import/jobs/1").status_code == 404
    assert researcher.get("/customers/import/jobs/77").status_code == 404


def test_without_rejected_rows_there_is_nothing_to_download(researcher: AuditingClient) -> None:
    started = researcher.post(
        upload(researcher, table(person(1))).location, data={**GUESSED, "step": "run"}
    )
    run_waiting()
    assert researcher.post(f"{started.location}/rejected").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_example_file_imports(researcher: AuditingClient, language: str) -> None:
    researcher.post(f"/language/{language}", data={"next": "/"})
    example = researcher.get("/customers/import/example.csv")
    assert example.data.startswith(b"\xef\xbb\xbf")
    there = upload(researcher, example.data).location
    page = researcher.get(there).text
    assert 'class="small warn-text"' not in page
    assert len(re.findall(r'<option value="[^"]+" selected', page)) == 13


EVENT_COLUMNS = {
    "column-event_id": "单号",
    "column-kind": "类型",
    "column-happened_at": "时间",
    "column-number": "客户编号",
}


def test_events_go_the_same_way(app: Flask, researcher: AuditingClient) -> None:
    assert "Import events" in researcher.get("/customers").text
    start = researcher.get("/customers/events/import").text
    assert "One purchase, service case, delivery" in start
    rows = [("O1", "购买", "2026-11-02 00:30", "C1"), ("O2", "购买", "昨天", "C1")]
    content = table(*rows, header=("单号", "类型", "时间", "客户编号"))
    sent = upload(researcher, content, to="/customers/events/import")
    page = researcher.get(sent.location).text
    assert re.findall(r'<option value="([^"]+)" selected', page) == [
        "单号",
        "类型",
        "时间",
        "客户编号",
    ]
    assert "1 of the first 2 rows would come back" in page
    unmapped = researcher.post(sent.location, data={"column-event_id": "单号", "step": "run"})
    assert unmapped.status_code == 422
    assert "Choose the column that says when it happened" in unmapped.text
    chosen = {**EVENT_COLUMNS, "step": "run", "zone": "America/New_York"}
    started = researcher.post(sent.location, data=chosen)
    assert run_waiting() == 1
    result = researcher.get(started.location).text
    assert "1 events are of customers who are not known yet" in result
    assert "Not a date" in result
    event = db.session.scalars(select(Event)).one()
    assert event.happened_at == datetime(2026, 11, 2, 5, 30, tzinfo=UTC)
    back = read_back(researcher.post(f"{started.location}/rejected").data)
    assert sorted(row["单号"] for row in back) == ["O1", "O2"]


@pytest.mark.parametrize("of", ["customers", "events"])
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_examples_can_be_imported(app: Flask, of: str, language: str) -> None:
    content = example(of, language, clock.now()).encode()
    with open_rows(content, "example.csv") as opened:
        into = target(of, {})
        columns = mapping.guess(opened.header, into.subject)
        assert len(columns) == len(opened.header)
        reader = RowReader(opened.header, columns, into.subject, into.finish)
        assert [f.message for n, cells in opened.rows for f in reader.read(n, cells).findings] == []
