from __future__ import annotations

import csv

import pytest
from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.exports.offering import file_path, folder, offered
from surveyapp.findings import SurveyError
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue, run_waiting
from tests.datasets.studies import make_study, small_study

pytestmark = pytest.mark.usefixtures("app")


def done(kind: str, **params: object) -> Job:
    job = enqueue(kind, **params)
    db.session.commit()
    job_id = job.id
    run_waiting()
    return db.session.get_one(Job, job_id, populate_existing=True)


def test_screening_and_both_exports_as_jobs() -> None:
    study, _ = small_study()
    screened = done("screening.run", study_id=study.id)
    assert screened.state == "done", screened.error
    assert screened.result["summary"]["n"] == 77
    out = cleaning.excluded(study.id)

    cleaned = done("datasets.export", study_id=study.id, format="csv")
    full = done("datasets.export", study_id=study.id, format="csv", cleaned=False)
    assert (cleaned.state, full.state) == ("done", "done"), (cleaned.error, full.error)
    rows = {}
    for name, job in (("cleaned", cleaned), ("full", full)):
        path = file_path(job.result["files"][0]["id"])
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows[name] = list(csv.DictReader(file))
    assert len(rows["full"]) == 77
    assert len(rows["cleaned"]) == 77 - len(out)
    assert {int(r["response"]) for r in rows["full"] if r["excluded"] == "1"} == set(out)
    assert all(r["exclusion_reason"] and r["flags"] for r in rows["full"] if r["excluded"] == "1")
    log = [f for f in offered(study.id) if f.format == "log"]
    assert [f.rows for f in log] == [len(out)] * 2
    assert "dataset.export" in db.session.scalars(select(AuditEntry.action)).all()


def test_a_recipe_given_to_the_job_is_used() -> None:
    study, _ = small_study()
    mild = {"policy": {"on_logic": False, "pattern_kinds": 0}}
    assert done("screening.run", study_id=study.id, recipe=mild).state == "done"
    assert cleaning.excluded(study.id) == {}


def test_failures_are_the_jobs_outcome_in_words() -> None:
    study = make_study()
    db.session.commit()
    assert "no completed responses" in done("screening.run", study_id=study.id).error
    assert "docx" in done("datasets.export", study_id=study.id, format="docx").error
    assert not folder().exists()


def test_a_file_that_is_gone_says_so() -> None:
    with pytest.raises(SurveyError) as error:
        file_path(99)
    assert error.value.findings[0].code == "export.gone"
