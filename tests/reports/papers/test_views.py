"""The page of reports, their files, the check of a file, reports made by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.findings import Finding, SurveyError
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from surveyapp.reports.papers import keeping, rendering, scheduled
from surveyapp.reports.papers.facts import SECTIONS
from surveyapp.reports.papers.models import Report
from surveyapp.worker import import_kinds
from tests.auditing import AuditingClient
from tests.datasets.pages import do_the_work, words
from tests.datasets.studies import make_study
from tests.datasets.test_periods import MARCH, two_months
from tests.reports.test_analysis_pages import ranked_study

SignIn = Callable[[str], AuditingClient]


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the seconds that a PDF takes."""

    def missing(_page: str) -> bytes:
        raise SurveyError(Finding("report.no_pdf", "report.pdf", rendering.UNAVAILABLE))

    monkeypatch.setattr(rendering, "pdf", missing)
    import_kinds()


def ask(browser: AuditingClient, study: Study, **changes: object) -> int:
    form = {"span": "all", "language": "en", "brand": "0", "snapshot": "0", "sections": [*SECTIONS]}
    answer = browser.post(f"/studies/{study.id}/reports", data={**form, **changes})
    return answer.status_code


def test_a_report_is_asked_for_made_listed_and_opened(sign_in: SignIn) -> None:
    analyst, study = sign_in("analyst"), ranked_study(40)
    here = f"/studies/{study.id}/reports"
    assert "No report yet" in words(analyst.get(here).text)
    assert ask(analyst, study) == 302
    assert "Waiting for its turn" in words(analyst.get(here).text)
    do_the_work()
    (row,) = keeping.of_study(study.id)
    page = analyst.get(here).text
    assert row.words in page
    assert "libpango" in words(page), "what has no PDF says what to install"
    assert "report.pdf" not in page
    opened = analyst.get(f"{here}/{row.id}/report.html", buffered=True)
    assert opened.mimetype == "text/html"
    policy = opened.headers["Content-Security-Policy"]
    assert "sandbox;" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "attachment" not in opened.headers.get("Content-Disposition", "")
    book = analyst.get(f"{here}/{row.id}/figures.xlsx", buffered=True)
    assert book.headers["Content-Disposition"].startswith("attachment")
    assert book.data[:2] == b"PK"


def test_what_is_not_there_is_not_given(sign_in: SignIn) -> None:
    analyst, study = sign_in("analyst"), ranked_study(40)
    ask(analyst, study)
    do_the_work()
    (row,) = keeping.of_study(study.id)
    other = make_study()
    db.session.commit()
    for path in (
        f"/studies/{other.id}/reports/{row.id}/report.html",
        f"/studies/{study.id}/reports/{row.id}/report.pdf",
        f"/studies/{study.id}/reports/{row.id}/..%2f..%2fsurvey.db",
        f"/studies/{study.id}/reports/99/report.html",
        "/studies/999/reports",
    ):
        assert analyst.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"span": "days"}, "Give the first and the last day."),
        ({"span": "days", "first": "2026-03-02", "last": "2026-03-01"}, "before the first"),
        ({"span": "period:2026-13"}, "Not a valid choice"),
        ({"language": "fr"}, "Not a valid choice"),
        ({"snapshot": "9"}, "Not a valid choice"),
    ],
)
def test_a_wrong_request_is_told_why(
    staff: AuditingClient, changes: dict[str, str], said: str
) -> None:
    study = ranked_study(40)
    form = {"span": "all", "language": "en", "brand": "0", "snapshot": "0", **changes}
    answer = staff.post(f"/studies/{study.id}/reports", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalars(db.select(Job)).all() == []


def test_days_and_sections_reach_the_report(staff: AuditingClient) -> None:
    study = ranked_study(40)
    days = {"span": "days", "first": "2026-03-02", "last": "2026-03-02", "language": "zh-Hans"}
    assert ask(staff, study, **days, sections=["dimensions"]) == 302
    do_the_work()
    (row,) = keeping.of_study(study.id)
    address = f"/studies/{study.id}/reports/{row.id}/report.html"
    page = staff.get(address, buffered=True).text
    assert '<html lang="zh-Hans">' in page
    assert 'id="dimensions"' in page
    assert 'id="questions"' not in page
    assert (row.title, row.actor) == ("2026-03-02", "administrator@example.com")


def test_who_may(app: Flask, sign_in: SignIn, client: AuditingClient) -> None:
    study = ranked_study(40)
    here = f"/studies/{study.id}/reports"
    assert client.get(here).location.startswith("/sign-in")
    manager = sign_in("manager")
    assert "Make a report" not in words(manager.get(here).text)
    assert ask(manager, study) == 403
    assert manager.post(f"{here}/every-period").status_code == 403
    assert manager.post("/audit/evidence/file").status_code == 403


def test_a_file_is_recognised_byte_for_byte(sign_in: SignIn) -> None:
    analyst, study = sign_in("analyst"), ranked_study(40)
    ask(analyst, study)
    do_the_work()
    (row,) = keeping.of_study(study.id)
    content = (keeping.folder() / row.folder / "report.html").read_bytes()

    def check(given: bytes) -> str:
        data = {"file": (BytesIO(given), "anything.html")}
        return words(analyst.post("/audit/evidence/file", data=data).text)

    known = check(content)
    assert "Yes: report.html, byte for byte as it was made." in known
    assert row.words in known
    assert "No: these bytes were never written here." in check(content + b" ")
    assert "Choose a file." in analyst.post("/audit/evidence/file").text
    before = db.session.query(AuditEntry).count()
    check(content)
    assert db.session.query(AuditEntry).count() == before, "asking writes nothing"


def test_the_command_recognises_a_file_too(
    app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    study = ranked_study(40)
    request = {"study_id": study.id, "token": "t", "language": "en", "span": "all"}
    row = keeping.make(request)
    path = keeping.folder() / row.folder / "report.html"
    runner = app.test_cli_runner()
    found = runner.invoke(args=["verify", "--file", str(path)])
    assert found.exit_code == 0
    assert "Made here: report.html" in found.output
    other = tmp_path_factory.mktemp("x") / "copy.html"
    other.write_bytes(path.read_bytes() + b"x")
    assert runner.invoke(args=["verify", "--file", str(other)]).exit_code == 3
    told = runner.invoke(args=["verify", "--file", str(path), "--format", "json"]).output
    assert row.files["report.html"] in told


def test_a_recurring_study_makes_a_report_after_every_period(staff: AuditingClient) -> None:
    study = two_months((12, 12))
    here = f"/studies/{study.id}/reports"
    with clock.frozen(MARCH + timedelta(hours=1)):
        assert "Reports are made only when somebody asks for one." in words(staff.get(here).text)
        assert staff.post(f"{here}/every-period").status_code == 302
        assert scheduled.enqueue_due() == 0, "February had ended before"
    april = MARCH + timedelta(days=31)
    with clock.frozen(april - timedelta(hours=1)):
        assert scheduled.tend() == 0
    with clock.frozen(april + timedelta(hours=1)):
        assert scheduled.tend() == 1
        assert scheduled.tend() == 0, "it waits already"
        running.run_waiting()
        assert scheduled.tend() == 0, "it was made"
        (row,) = keeping.of_study(study.id)
        assert (row.title, row.asked["period"], row.n) == ("2026-03", "2026-03", 12)
        assert row.actor == "administrator@example.com"
        assert "Stop" in words(staff.get(here).text)
        staff.post(f"{here}/every-period")
        assert scheduled.of(study.id) is None
    assert db.session.query(Report).count() == 1
