"""The card of a job: what it says in each state, and where its button may lead."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from surveyapp import clock
from surveyapp.database import db
from surveyapp.findings import Finding, Term
from surveyapp.jobs.models import Job
from surveyapp.jobs.refusals import as_stored, restored
from tests.auditing import AuditingClient


def card(browser: AuditingClient, target: str = "/studies", **values: object) -> str:
    row = Job(kind="test", **values)
    db.session.add(row)
    db.session.commit()
    answer = browser.get(f"/jobs/{row.id}", query_string={"next": target})
    assert answer.status_code == 200
    return answer.text


def test_a_job_that_waits_asks_again(staff: AuditingClient) -> None:
    page = card(staff)
    assert "Waiting for its turn" in page
    assert 'hx-get="/jobs/1?next=/studies"' in page
    assert "<progress" in page
    assert " max=" not in page, "unknown length"


def test_a_job_that_runs_says_how_far_it_is(staff: AuditingClient) -> None:
    started = clock.now() - timedelta(seconds=30)
    page = card(
        staff, state="running", step="Screening the answers", done=10, total=20, started_at=started
    )
    assert "Screening the answers" in page
    assert 'max="20" value="10"' in page
    assert "10 / 20" in page
    assert "about 30 s left" in page


def test_a_job_that_is_done_leads_to_its_result_and_is_left_alone(staff: AuditingClient) -> None:
    page = card(staff, state="done")
    assert 'href="/studies"' in page
    assert "hx-get" not in page


def test_a_failure_is_said_and_escaped(staff: AuditingClient) -> None:
    page = card(staff, state="failed", error="<b>Row 3</b> is empty.")
    assert "&lt;b&gt;Row 3&lt;/b&gt; is empty." in page
    assert "hx-get" not in page
    assert "Show the result" not in page


def test_a_refusal_is_said_in_the_readers_language(staff: AuditingClient) -> None:
    finding = Finding("a.b", "x", "There are no completed responses yet.")
    refusals = {"refusals": [as_stored(finding)]}
    english = card(staff, state="failed", error="English", result=refusals)
    assert finding.template in english
    staff.post("/language/zh-Hans")
    chinese = card(staff, state="failed", error="English", result=refusals)
    assert finding.template not in chinese
    assert "English" not in chinese
    assert "答卷" in chinese


def test_findings_come_back_from_the_database_as_they_were() -> None:
    params = {"n": 3, "name": Term("Name"), "day": date(2026, 3, 2), "file": "a.csv"}
    finding = Finding("a.b", "row:3", "{n} {name} {day} {file}", params, "warning")
    back = restored(json.loads(json.dumps(as_stored(finding))))
    assert back.message == finding.message
    assert (back.code, back.place, back.severity) == ("a.b", "row:3", "warning")
    assert isinstance(back.params["name"], Term)
    assert not isinstance(back.params["file"], Term)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example/",
        "/\n\\evil.example/",
        "javascript:alert(1)",
        "evil",
        "",
    ],
)
def test_no_button_leads_off_the_site(staff: AuditingClient, target: str) -> None:
    page = card(staff, target, state="done")
    assert "evil" not in page
    assert "href" not in page
    assert "evil" not in card(staff, target, state="running")


def test_strangers_and_unknown_jobs(staff: AuditingClient, client: AuditingClient) -> None:
    assert staff.get("/jobs/99").status_code == 404
    assert client.get("/jobs/99").location.startswith("/sign-in")
