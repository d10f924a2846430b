"""A report made of real answers: what its files say, what is kept, what a killed job leaves."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.datasets.digests import digest_of
from surveyapp.datasets.snapshots import taking
from surveyapp.distribution.models import Study
from surveyapp.evidence.recognising import recognised
from surveyapp.evidence.verifying import verify
from surveyapp.findings import Finding, SurveyError
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from surveyapp.reports.models import Snapshot
from surveyapp.reports.numerals import number
from surveyapp.reports.papers import keeping, rendering, seal
from surveyapp.reports.papers.keeping import FIGURES, HTML, NAMES, PDF, XLSX
from surveyapp.reports.papers.models import Report
from surveyapp.worker import import_kinds
from tests.reports.test_analysis_pages import ranked_study

SLOW = "the PDF is set once for each language, and its text is read"


def asked(study: Study, **more: Any) -> dict[str, Any]:
    return {
        "study_id": study.id, "token": keeping.token(), "language": "en", "span": "all",
        "by": "a@example.com", **more,
    }  # fmt: skip


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the seconds that a PDF takes, as where its libraries are missing."""

    def missing(_page: str) -> bytes:
        raise SurveyError(Finding("report.no_pdf", "report.pdf", rendering.UNAVAILABLE))

    monkeypatch.setattr(rendering, "pdf", missing)


def place_of(row: Report) -> Path:
    return keeping.folder() / row.folder


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Summary", "Three to improve", "Weighted total", "Words of verification")),
        ("zh-Hans", ("摘要", "最需改进的三项", "加权总分", "核验词")),
    ],
)
def test_the_files_say_what_was_computed(app: Flask, language: str, words: tuple[str, ...]) -> None:
    study = ranked_study()
    shown = db.session.get_one(Snapshot, study.id).figures
    row = keeping.make(asked(study, language=language))
    assert set(row.files) == set(NAMES)
    pages = [page.extract_text() for page in PdfReader(place_of(row) / PDF).pages]
    cover, summary, last = pages[0], pages[1], pages[-1]
    for said in words[:3]:
        assert said in summary, f"{said} is not on the one page of the summary"
    total, nps = shown["weighted_total"], shown["nps"]
    for figure in (total["mean"], nps["mean"], total["low"], total["high"]):
        assert number(figure) in summary
    assert "n = 240" in cover
    for printed in (cover, last):
        assert row.words in printed
        assert row.head in printed.replace("\n", "")
    assert row.content_hash in last.replace("\n", "")
    page = (place_of(row) / HTML).read_text()
    assert number(total["mean"]) in page
    assert words[0] in page
    for dimension in shown["dimensions"]:
        assert number(dimension["mean"]) in page
    cells = {
        cell.value
        for sheet in load_workbook(BytesIO((place_of(row) / XLSX).read_bytes()))
        for line in sheet.iter_rows()
        for cell in line
    }
    assert {total["mean"], total["low"], *(d["mean"] for d in shown["dimensions"])} <= cells
    kept = json.loads((place_of(row) / FIGURES).read_text())
    assert kept["figures"]["weighted_total"] == total


def test_the_page_asks_nobody_for_anything(app: Flask, no_pdf: None) -> None:
    study = ranked_study(40)
    study.title = '<script src="https://example.com/x.js"></script>{{ 7 * 7 }}'
    db.session.commit()
    page = (place_of(keeping.make(asked(study))) / HTML).read_text()
    assert "<script" not in page
    assert "{{ 7 * 7 }}" in page, "a title is no template"
    for forbidden in ("http://", "https://", "src=", "@import", "url("):
        outside = page.replace("http://www.w3.org/2000/svg", "").replace("https://example.com", "")
        assert forbidden not in outside.replace("src=&#34;", ""), forbidden


def test_what_is_kept_is_noted_and_words_are_made_of_it(app: Flask, no_pdf: None) -> None:
    study = ranked_study(40)
    head = audit.head()
    row = keeping.make(asked(study))
    assert row.head == head
    content = (place_of(row) / FIGURES).read_bytes()
    assert row.content_hash == seal.digest(content)
    assert row.words == seal.words_of(row.content_hash)
    assert row.files == {p.name: digest_of(p) for p in place_of(row).iterdir()}
    for path in place_of(row).iterdir():
        assert path.stat().st_mode & 0o222 == 0, "nobody may write into it"
    (entry,) = db.session.scalars(select(AuditEntry).filter_by(action="report.make"))
    assert entry.detail["files"] == row.files
    assert entry.actor == "a@example.com"
    (finding,) = row.findings
    assert finding["code"] == "report.no_pdf"
    (known,) = recognised(row.files[HTML])
    assert (known.name, known.words) == (HTML, row.words)
    assert list(recognised("0" * 64)) == []


@pytest.mark.parametrize("name", [HTML, XLSX, FIGURES])
def test_a_changed_byte_is_found_and_named(app: Flask, no_pdf: None, name: str) -> None:
    row = keeping.make(asked(ranked_study(40)))
    verdict = verify(lambda *_: None)
    assert verdict.whole
    assert verdict.compared["report.make"] == 1
    path = place_of(row) / name
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (finding,) = verify(lambda *_: None).findings
    assert finding.place == f"report:{row.id}/{name}"
    assert finding.code == "evidence.changed"
    path.unlink()
    (finding,) = verify(lambda *_: None).findings
    assert (finding.place, finding.code) == (f"report:{row.id}/{name}", "evidence.gone")


def test_a_changed_record_is_found_and_a_deleted_one_said(app: Flask, no_pdf: None) -> None:
    row = keeping.make(asked(ranked_study(40)))
    row.words = "babab babab babab babab"
    db.session.commit()
    (finding,) = verify(lambda *_: None).findings
    assert (finding.place, finding.code) == (f"report:{row.id}", "evidence.changed")
    db.session.delete(row)
    db.session.commit()
    (finding,) = verify(lambda *_: None).findings
    assert finding.code == "evidence.gone"


def test_a_request_gives_one_report_however_often_it_runs(app: Flask, no_pdf: None) -> None:
    request = asked(ranked_study(40))
    first = keeping.make(request)
    assert keeping.make(request).id == first.id
    assert [p.name for p in keeping.folder().iterdir()] == [first.folder]


def test_a_job_that_stops_leaves_nothing(app: Flask, no_pdf: None) -> None:
    study = ranked_study(40)

    def stop(_step: str, done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keeping.make(asked(study), stop)
    assert list(keeping.folder().iterdir()) == []
    assert keeping.of_study(study.id) == []


@pytest.mark.fault
def test_a_killed_job_is_taken_up_and_gives_one_whole_report(app: Flask, no_pdf: None) -> None:
    study = ranked_study(40)
    import_kinds()
    request = asked(study)
    job = running.enqueue(keeping.KIND, **request)
    db.session.commit()
    job_id, database = job.id, db.engine
    database.dispose()
    child = os.fork()
    if not child:  # the worker that dies after its files were moved, before they are noted
        keeping._noted = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        with app.app_context():
            running.run(job_id)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    (left,) = keeping.folder().iterdir()
    assert keeping.of_study(study.id) == []
    db.session.execute(db.update(Job).values(state="queued"))
    db.session.commit()
    assert running.run_waiting() == 1
    (row,) = keeping.of_study(study.id)
    assert row.token == request["token"]
    assert verify(lambda *_: None).whole
    old = time.time() - keeping.FORGOTTEN_AFTER - 60
    os.utime(left, (old, old))
    assert keeping.sweep_folders() == 1
    assert [p.name for p in keeping.folder().iterdir()] == [row.folder]


def test_a_snapshot_gives_the_same_figures_whatever_came_since(app: Flask, no_pdf: None) -> None:
    study = ranked_study(40)
    frozen = taking.take(study.id)
    before = keeping.make(asked(study, snapshot=frozen.id))
    db.session.execute(db.text("UPDATE response SET answers = '{}'"))
    db.session.commit()
    after = keeping.make(asked(study, snapshot=frozen.id))
    now = keeping.make(asked(study))

    def figures(row: Report) -> Any:
        return json.loads((place_of(row) / FIGURES).read_text())["figures"]

    assert figures(before) == figures(after) != figures(now)
    assert before.dataset_hash == after.dataset_hash != now.dataset_hash
    with pytest.raises(SurveyError, match=r"report\.snapshot"):
        keeping.make(asked(study, snapshot=99))


def test_too_few_answers_are_withheld_everywhere(app: Flask, no_pdf: None) -> None:
    study = ranked_study(6)
    row = keeping.make(asked(study))
    page = (place_of(row) / HTML).read_text()
    assert "6 answers are too few" in page
    kept = json.loads((place_of(row) / FIGURES).read_text())["figures"]
    assert "weighted_total" not in kept
    assert "<svg" not in page


def test_days_are_compared_with_the_days_before(app: Flask, no_pdf: None) -> None:
    study = ranked_study(120)
    rows = db.session.execute(db.text("SELECT max(id) FROM response")).scalar_one()
    early = clock.now().replace(2026, 3, 1, 4, 0, 0, 0)
    db.session.execute(
        db.text("UPDATE response SET completed_at = :at WHERE id <= :half"),
        {"at": (early + timedelta()).replace(tzinfo=None), "half": rows // 2},
    )
    db.session.commit()
    row = keeping.make(asked(study, span="days", **{"from": "2026-03-02", "to": "2026-03-02"}))
    assert row.title == "2026-03-02"
    assert row.n == 60
    kept = json.loads((place_of(row) / FIGURES).read_text())
    change = kept["changes"]["total"]
    assert change["before"]["n"] == 60
    assert change["low"] < change["difference"] < change["high"]
    assert change["differ"] == (change["p"] < 0.05)
    now, before = kept["figures"]["weighted_total"]["mean"], change["before"]["mean"]
    assert now - before == pytest.approx(change["difference"], abs=1.5)
    page = (place_of(row) / HTML).read_text()
    assert "2026-03-01" in page


def test_a_period_that_there_is_not_is_refused(app: Flask, no_pdf: None) -> None:
    with pytest.raises(SurveyError, match=r"report\.period"):
        keeping.make(asked(ranked_study(40), span="period", period="2026-13"))
