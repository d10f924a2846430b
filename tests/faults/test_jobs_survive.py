"""Kill -9 the worker of a job, or take its broker away: the job is done, once in effect."""

from __future__ import annotations

import hashlib
import time

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.accounts.models import AuditEntry
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.datasets.exports.offering import file_path, offered
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue
from tests.brokers import until
from tests.datasets.studies import small_study
from tests.faults.cable import Cable
from tests.faults.test_import_survives import BAD, ROWS, uploaded
from tests.faults.worker_process import Process

pytestmark = [pytest.mark.fault, pytest.mark.postgresql]


def of(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def customers() -> int:
    return db.session.scalar(select(func.count(Customer.id))) or 0


def test_another_worker_finishes_what_a_killed_one_began(broker_app: Flask) -> None:
    job_id = uploaded().id
    first = Process(broker_app)
    until(lambda: of(job_id).done > 0)
    first.kill()
    assert (of(job_id).state, 0 < customers() < ROWS) == ("running", True)
    second = Process(broker_app)
    until(lambda: of(job_id).state not in ("queued", "running"), 30)
    row = of(job_id)
    second.stop()
    assert (row.state, row.attempt, row.lost) == ("done", 2, 1), row.error
    assert (row.result["rows"], row.result["rejected"]) == (ROWS + BAD, BAD)
    assert row.result["created"] + row.result["unchanged"] == ROWS == customers()


@pytest.mark.parametrize("broker_app", ["rabbitmq"], indirect=True)
def test_an_export_of_a_killed_worker_is_offered_once(broker_app: Flask) -> None:
    study, _ = small_study()
    job_id = enqueue("datasets.export", study_id=study.id, format="xlsx").id
    db.session.commit()
    first = Process(broker_app)
    until(lambda: of(job_id).step != "")
    first.kill()
    assert (of(job_id).state, offered(study.id)) == ("running", [])
    second = Process(broker_app)
    until(lambda: of(job_id).state not in ("queued", "running"), 30)
    row = of(job_id)
    second.stop()
    assert (row.state, row.attempt) == ("done", 2), row.error
    files = offered(study.id)
    assert {file.id for file in files} == {file["id"] for file in row.result["files"]}
    for file in files:
        content = file_path(file.id).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256
    noted = select(func.count(AuditEntry.id)).where(AuditEntry.action == "dataset.export")
    assert db.session.scalar(noted) == 1


@pytest.mark.parametrize("broker_app", ["redis"], indirect=True)
def test_a_worker_that_is_told_to_stop_hands_its_job_over(broker_app: Flask) -> None:
    job_id = uploaded().id
    first = Process(broker_app)
    until(lambda: of(job_id).done > 0)
    first.stop()
    second = Process(broker_app)
    until(lambda: of(job_id).state not in ("queued", "running"), 30)
    row = of(job_id)
    second.stop()
    assert (row.state, row.attempt, row.lost) == ("done", 2, 0), row.error
    assert customers() == ROWS


def test_a_broker_that_is_away_delays_jobs_and_loses_none(cabled_app: Flask, cable: Cable) -> None:
    worker = Process(cabled_app)
    first = uploaded().id
    until(lambda: of(first).done > 0)
    cable.pull()
    began = time.monotonic()
    second = uploaded().id
    assert time.monotonic() - began < 20, "a page does not wait for a broker"
    until(lambda: of(first).state == "done", 30)
    assert (of(second).state, of(second).sent_at) == ("queued", None)
    cable.plug()
    until(lambda: of(second).state == "done", 30)
    worker.stop()
    assert [of(job_id).attempt for job_id in (first, second)] == [1, 1]
    assert (customers(), of(second).result["unchanged"]) == (ROWS, ROWS)
