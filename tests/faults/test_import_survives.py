"""Kill -9 the worker while it imports: the import goes on by itself, nothing twice or lost."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.customers import importing, uploads
from surveyapp.customers.models import Customer
from surveyapp.customers.rejects import unsealed
from surveyapp.database import db
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue, run_waiting
from surveyapp.jobs.sweeping import requeue_forgotten
from tests.customers.conftest import HEADER, person, read_back, table

ROOT = Path(__file__).resolve().parents[2]
ROWS, BAD = 9 * importing.BATCH, 3


def uploaded() -> Job:
    """An import that waits: many good rows, and bad ones at both ends."""
    bad = [person(n, 手机号="1380013800") for n in range(ROWS + 1, ROWS + 1 + BAD)]
    rows = [*bad[:1], *(person(n) for n in range(1, ROWS + 1)), *bad[1:]]
    upload = uploads.keep(io.BytesIO(table(*rows)), "customers.csv", "a@example.com")
    columns = {"number": "客户编号", "phone": "手机号", "city": "城市"}
    assert set(columns.values()) <= set(HEADER)
    about = {"token": upload.token, "columns": columns, "language": "en", "by": "a@example.com"}
    job = enqueue("customers.import", of="customers", options={}, **about)
    db.session.commit()
    uploads.assign(upload, job.id)
    return job


@pytest.mark.fault
def test_an_import_goes_on_after_its_worker_was_killed(any_app: Flask) -> None:
    job = uploaded()
    settings = any_app.config["SETTINGS"]
    db.session.remove()
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.faults.importing_process",
            str(settings.instance),
            settings.database_url,
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert int(worker.stdout.readline()) == importing.BATCH
    worker.kill()
    worker.wait()
    worker.stdout.close()
    there = db.session.scalar(select(func.count(Customer.id))) or 0
    assert 0 < there < ROWS
    assert there % importing.BATCH in (0, importing.BATCH - 1), "batches are whole or absent"
    stuck = db.session.get_one(Job, job.id)
    assert (stuck.state, stuck.done > 0) == ("running", True)
    db.session.rollback()
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        assert requeue_forgotten() == 1
        assert run_waiting() == 1
    done = db.session.get_one(Job, job.id)
    assert done.state == "done", done.error
    result = done.result
    assert (result["rows"], result["rejected"]) == (ROWS + BAD, BAD)
    assert result["created"] + result["unchanged"] == ROWS
    assert result["unchanged"] == there
    assert db.session.scalar(select(func.count(Customer.id))) == ROWS
    sealed = uploads.rejects(result["token"])
    assert sealed is not None
    back = list(read_back(b"".join(unsealed(sealed))))
    assert [row["客户编号"] for row in back] == [f"C{ROWS + 1 + n}" for n in range(BAD)]
