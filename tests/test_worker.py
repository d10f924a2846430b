"""The worker: its lock, its clock, its stop."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from surveyapp.database import db
from surveyapp.distribution.models import Message, PeriodicRun
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import job
from surveyapp.leading import FileLead, ServerLead, leadership
from surveyapp.worker import PERIODIC, Worker, drain, tick
from tests.distribution.outboxes import fast, ready, states
from tests.distribution.phones import gateway, point

ROOT = Path(__file__).resolve().parent.parent


@job("test.echo")
def echo(params, _progress):
    return params


def test_a_tick_queues_sends_and_works(any_app):
    fast(any_app)
    with gateway() as phone:
        provider = point(any_app, phone)
        ready(12)
        running.enqueue("test.echo", word="hello")
        db.session.commit()
        assert tick(any_app, provider, threads=2) == {"accepted": 12}
        assert drain(any_app) == {}
    assert states() == {"accepted": 12}
    assert db.session.scalar(db.select(Job.state)) == "done"


def test_a_tick_settles_unknown_outcomes(app):
    fast(app)
    with gateway() as phone:
        provider = point(app, phone)
        phone.set(error_after_accept=1)
        ready(2)
        assert tick(app, provider, threads=1)["unknown"] == 2
        assert tick(app, provider, threads=1)["settled"] == 2
        assert len(phone.texts.outbound()) == 2


def hold_file(path, ready_now):
    lead = FileLead(Path(path))
    assert lead.hold()
    ready_now.set()
    time.sleep(60)


def test_one_process_leads_and_its_death_frees_the_lead(tmp_path):
    path = tmp_path / "lead.worker"
    context = multiprocessing.get_context("fork")
    ready_now = context.Event()
    other = context.Process(target=hold_file, args=(str(path), ready_now))
    other.start()
    assert ready_now.wait(10)
    lead = FileLead(path)
    assert not lead.hold()
    os.kill(other.pid, signal.SIGKILL)
    other.join()
    assert lead.hold()
    assert lead.hold()
    lead.resign()
    again = FileLead(path)
    assert again.hold()
    again.resign()


@pytest.mark.postgresql
def test_the_lead_on_postgresql_moves_when_the_connection_dies(postgresql_url):
    engines = [create_engine(postgresql_url) for _ in range(2)]
    first, second = (leadership(engine, Path()) for engine in engines)
    assert isinstance(first, ServerLead)
    assert first.hold()
    assert first.hold()
    assert not second.hold()
    kill = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    with engines[1].connect() as connection:
        connection.exec_driver_sql(kill)
    assert not first.hold()
    assert second.hold()
    second.resign()
    assert first.hold()
    first.resign()
    for engine in engines:
        engine.dispose()


def test_only_the_leader_works_on_sqlite_and_beats(app):
    fast(app)
    with gateway() as phone:
        provider = point(app, phone)
        ready(3)
        first, second = Worker(app, provider), Worker(app, provider)
        lead, _waves, send = PERIODIC[:3]
        for worker in (first, second):
            worker.run(lead)
        second.run(send)
        assert phone.texts.outbound() == []
        first.run(send)
        assert len(phone.texts.outbound()) == 3
        first.shut_down()
    beats = set(db.session.scalars(db.select(PeriodicRun.name)))
    assert beats == {"lead", "send"}


def test_a_failing_piece_of_work_does_not_stop_the_others(app, caplog):
    from dataclasses import replace

    worker = Worker(app)
    worker.leading = True

    def burst(_worker):
        raise RuntimeError("burst")

    worker.run(replace(PERIODIC[1], work=burst))
    assert "burst" in caplog.text
    assert db.session.scalars(db.select(PeriodicRun)).all() == []


@pytest.mark.fault
def test_the_command_sends_by_its_clock_and_stops_within_a_second(app):
    with gateway() as phone:
        settings = app.config["SETTINGS"]
        environment = os.environ | {
            "INSTANCE_PATH": str(settings.instance),
            "SECRET_KEY": settings.secret_key,
            "KEY_RING": f"t1:{'42' * 32}",
            "TWILIO_API_BASE": phone.url,
            "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
            "TWILIO_FROM": settings.twilio_from,
            "SMS_DOMESTIC": "1",
        }
        ready(5)
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        end = time.monotonic() + 60
        while states() != {"accepted": 5} and time.monotonic() < end:
            time.sleep(0.1)
        process.terminate()
        _out, err = process.communicate(timeout=20)
    assert db.session.scalars(db.select(Message.state)).all() == ["accepted"] * 5
    assert process.returncode == 0, err.decode()
    assert err == b""
