"""One claim, one claimant: whoever was thought dead changes nothing any more."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from surveyapp import clock
from surveyapp.database import db
from surveyapp.jobs import running
from surveyapp.jobs.holding import Holding, Stopped, Timing, holding, timing
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import job
from surveyapp.jobs.sweeping import requeue_forgotten

ORDERS: list[str] = []
GO, RUNS = threading.Event(), threading.Event()


@job("test.patient")
def patient(_params, progress):
    """Reports, waits to be told, reports again."""
    ORDERS.append("began")
    progress("First", 1, 2)
    RUNS.set()
    GO.wait(10)
    try:
        progress("Second", 2, 2)
    except Exception:  # a job may guard itself against its own troubles
        ORDERS.append("caught")
    ORDERS.append("ended")
    return {"by": len(ORDERS)}


@pytest.fixture(autouse=True)
def _anew():
    ORDERS.clear()
    GO.clear()
    RUNS.clear()


def queued(kind="test.patient"):
    row = running.enqueue(kind)
    db.session.commit()
    return row.id


def row_of(job_id):
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def in_thread(app, job_id):
    def do():
        with app.app_context():
            running.run(job_id)
            db.session.remove()

    thread = threading.Thread(target=do)
    thread.start()
    return thread


def test_a_claimant_that_was_thought_dead_stops_and_changes_nothing(any_app):
    job_id = queued()
    first = in_thread(any_app, job_id)
    assert RUNS.wait(10)
    with clock.frozen(clock.now() + timing().forgotten * 2):  # this host's clock jumped ahead
        assert requeue_forgotten() == 1
    GO.set()
    running.run(job_id)
    first.join()
    row = row_of(job_id)
    assert (row.state, row.attempt, row.lost) == ("done", 2, 1)
    assert ORDERS.count("began") == 2
    assert ORDERS.count("ended") == 1
    assert "caught" not in ORDERS


def test_a_stopping_worker_gives_its_job_back_at_its_next_report(any_app):
    job_id = queued()
    first = in_thread(any_app, job_id)
    assert RUNS.wait(10)
    holding().stopping.set()
    GO.set()
    first.join()
    row = row_of(job_id)
    assert (row.state, row.lost, row.sent_at) == ("queued", 0, None)
    running.run(job_id)
    assert row_of(job_id).state == "queued", "who stops takes nothing more"
    any_app.extensions["jobs_held"] = Holding()
    running.run(job_id)
    assert row_of(job_id).state == "done"


def test_a_worker_that_ends_gives_back_what_does_not_report(any_app):
    job_id = queued()
    first = in_thread(any_app, job_id)
    assert RUNS.wait(10)
    assert holding().give_back_all() == 1
    assert row_of(job_id).state == "queued"
    GO.set()
    first.join()
    assert row_of(job_id).state == "queued"
    assert holding().give_back_all() == 0


def test_work_that_reports_nothing_shows_signs_of_life(any_app):
    any_app.config["JOB_TIMING"] = Timing(beat=timedelta(milliseconds=50))
    job_id = queued()
    first = in_thread(any_app, job_id)
    assert RUNS.wait(10)
    before = row_of(job_id).heartbeat_at
    end = time.monotonic() + 10
    while row_of(job_id).heartbeat_at == before and time.monotonic() < end:
        time.sleep(0.02)
    assert row_of(job_id).heartbeat_at > before
    GO.set()
    first.join()
    assert row_of(job_id).state == "done"


def test_work_that_does_not_end_is_ended(any_app):
    short = timedelta(milliseconds=50)
    any_app.config["JOB_TIMING"] = Timing(beat=short, limit=short)
    job_id = queued()
    first = in_thread(any_app, job_id)
    assert RUNS.wait(10)
    end = time.monotonic() + 10
    while row_of(job_id).state == "running" and time.monotonic() < end:
        time.sleep(0.02)
    assert row_of(job_id).state == "failed"
    assert "longest allowed" in row_of(job_id).error
    GO.set()
    first.join()
    assert ORDERS == ["began"]
    assert row_of(job_id).state == "failed"


def test_a_clock_that_was_set_back_hides_no_dead_worker(any_app):
    job_id = queued()
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert running.claim(job_id)
    assert requeue_forgotten() == 1
    assert row_of(job_id).state == "queued"


def test_what_kills_its_workers_is_given_up_in_words(any_app):
    job_id = queued()
    for _ in range(timing().deaths):
        with clock.frozen(clock.now() - timing().forgotten * 2):
            assert running.claim(job_id)
        requeue_forgotten()
    row = row_of(job_id)
    assert (row.state, row.lost, row.attempt) == ("failed", 3, 3)
    assert row.refusals[0].code == "job.given_up"
    assert "died 3 times" in row.error


@job("test.cut")
def cut(_params, _progress):
    """The server ends our connection under the first try."""
    ORDERS.append("began")
    if len(ORDERS) == 1:
        pid = db.session.scalar(db.text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(db.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        db.session.execute(db.text("SELECT 1"))
    return {}


@pytest.mark.postgresql
def test_a_connection_that_was_cut_is_no_outcome(any_app):
    if db.engine.dialect.name != "postgresql":
        return
    job_id = queued("test.cut")
    running.run(job_id)
    row = row_of(job_id)
    assert (row.state, row.lost) == ("queued", 1)
    running.run(job_id)
    assert row_of(job_id).state == "done"


def test_a_write_is_tried_again_and_its_trouble_is_told_in_the_end(app, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    job_id = queued()
    with holding().hold(job_id, running.claim(job_id)) as held:
        db.drop_all()
        with pytest.raises(OperationalError):
            held.beat()


def test_stopped_is_no_ordinary_trouble():
    assert not issubclass(Stopped, Exception)
