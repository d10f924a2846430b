"""A worker with a broker: woken to send, told of jobs, looked after from the shell."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import wakes
from surveyapp.distribution.models import Study, Wave
from surveyapp.jobs import running
from surveyapp.jobs.consuming import Consumer
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import job
from surveyapp.reports import snapshots
from surveyapp.reports import work as reports_work
from surveyapp.reports.models import Snapshot
from surveyapp.worker import BROKERED, PERIODIC, Worker
from surveyapp.worker_command import worker as command
from tests.brokers import brokered_app, until
from tests.datasets.studies import small_study
from tests.distribution.builders import add_invitations, add_study
from tests.distribution.outboxes import add_wave, fast, ready, states
from tests.distribution.phones import gateway, point


@pytest.fixture(params=["rabbitmq", "redis"])
def broker_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    yield from brokered_app(request, tmp_path, request.param)


@job("test.in_worker")
def in_worker(params, _progress):
    return params


def test_the_list_with_a_broker_polls_no_jobs_and_looks_for_texts_seldom():
    with_broker, without = ({p.name: p for p in rows} for rows in (BROKERED, PERIODIC))
    assert set(without) - set(with_broker) == {"jobs", "soon"}
    assert set(with_broker) - set(without) == {"wake", "unsent"}
    assert with_broker["send"].seconds > without["send"].seconds
    assert len(with_broker) == len(BROKERED)


@pytest.mark.postgresql
def test_texts_that_become_due_wake_a_sender_and_jobs_are_done(broker_app):
    fast(broker_app)
    with gateway() as phone:
        it = Worker(broker_app, point(broker_app, phone))
        it.start()
        until(lambda: it._scheduler.get_job("send") is not None)
        time.sleep(1)  # the first look, which finds nothing
        it._scheduler.get_job("send").modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
        study = ready(8)
        row = running.enqueue("test.in_worker", study_id=study.id)
        db.session.commit()
        until(lambda: states() == {"accepted": 8})
        until(lambda: db.session.get_one(Job, row.id).state == "done")
        assert it.shut_down()
    assert len(phone.texts.outbound()) == 8


@pytest.mark.postgresql
@pytest.mark.parametrize("broker_app", ["rabbitmq"], indirect=True)
def test_the_leader_notices_and_whoever_is_told_plans_and_computes(broker_app, monkeypatch):
    def kept(study_id):  # what is computed is other tests' matter, and takes long
        row = Snapshot(study_id=study_id, dataset_hash="", figures={})
        row.completed, row.cleaning_id = snapshots.state_of(study_id)
        db.session.add(row)
        db.session.commit()
        return row

    monkeypatch.setattr(reports_work, "refresh", kept)
    answered, _ = small_study()
    db.session.commit()
    study = add_study(state="running", send_from=0, send_until=1440)
    add_invitations(study, 6)
    add_wave(study)
    db.session.commit()
    helper = Consumer(broker_app, lambda: None)
    helper.start()  # a second worker, which does not lead
    leader = Worker(broker_app)
    try:
        for periodic in BROKERED:
            if periodic.name in ("lead", "waves", "figures"):
                leader.run(periodic)
        until(lambda: db.session.scalars(db.select(Job.state)).all() == ["done"] * 2, 30)
    finally:
        helper.stop(5)
        leader.shut_down()
    assert snapshots.snapshot_of(answered) is not None
    assert snapshots.stale() == []
    assert states() == {"queued": 6}
    kinds = db.session.scalars(db.select(Job.kind).order_by(Job.kind)).all()
    assert kinds == ["distribution.plan", "reports.figures"]


def test_only_running_studies_with_due_texts_are_worth_a_wake_up(any_app):
    study = ready(2)
    assert list(wakes.due_studies()) == [study.id]
    wave = db.session.scalars(db.select(Wave)).one()
    wave.state = "paused"
    db.session.commit()
    assert list(wakes.due_studies()) == []
    wave.state, db.session.get_one(Study, study.id).state = "running", "paused"
    db.session.commit()
    assert list(wakes.due_studies()) == []


def lead(app: Flask) -> None:
    """Leave the sign of life of a worker that led just now."""
    it = Worker(app)
    it.run(PERIODIC[0])
    it.shut_down()


def check(app: Flask) -> tuple[int, str, str]:
    done = FlaskCliRunner(app).invoke(command, ["--check"])
    return done.exit_code, done.stdout, done.stderr


def test_a_check_says_what_works_and_what_waits(any_app):
    running.enqueue("test.in_worker")
    db.session.commit()
    code, out, err = check(any_app)
    assert code == 1
    assert "database: ok; jobs: 1 queued; texts: none wait" in out
    assert "broker" not in out
    assert "no worker was at work" in err
    it = Worker(any_app)
    it.run(PERIODIC[0])
    assert check(any_app)[0] == 0
    assert "schedule: ok" in check(any_app)[1]
    it.shut_down()


@pytest.mark.postgresql
def test_a_check_finds_a_host_whose_clock_is_wrong(broker_app):
    lead(broker_app)
    assert "clock: ok" in check(broker_app)[1]
    with clock.frozen(clock.now() + timedelta(seconds=30)):
        code, _out, err = check(broker_app)
    assert (code, "+30 seconds off" in err or "+29 seconds off" in err) == (1, True)


@pytest.mark.postgresql
def test_a_check_asks_the_broker(broker_app):
    lead(broker_app)
    code, out, err = check(broker_app)
    assert (code, "broker: ok" in out, err) == (0, True, "")
    settings = broker_app.config["SETTINGS"]
    nobody = settings.broker_url.partition(":")[0] + "://127.0.0.1:1/0"
    broker_app.config["SETTINGS"] = replace(settings, broker_url=nobody)
    code, _out, err = check(broker_app)
    assert code == 1
    assert err.startswith("broker: ")
    broker_app.config["SETTINGS"] = settings
