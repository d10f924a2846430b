"""The database server restarts while texts leave, customers answer and jobs run."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.database import db
from surveyapp.jobs.models import Job
from tests.answering.world import build
from tests.brokers import until
from tests.conftest import POSTGRES, make_app, make_settings
from tests.faults.cutting import cut_every, victim
from tests.faults.killed_server import Server, post_to
from tests.faults.soaking import soak, two_providers
from tests.faults.test_answers_survive import _compare
from tests.faults.test_import_survives import BAD, ROWS, uploaded
from tests.faults.test_sender_killed import WEATHER, right
from tests.faults.worker_process import Process

pytestmark = [pytest.mark.fault, pytest.mark.postgresql]


@pytest.fixture
def app(tmp_path: Path, postgresql_url: str):
    """An application on PostgreSQL, whose own connections stay."""
    it = make_app(make_settings(tmp_path, DATABASE_URL=postgresql_url))
    with it.app_context():
        yield it
        db.session.remove()
        db.engine.dispose()


def sent(app: Flask, messages: int, every: float) -> None:
    address = app.config["SETTINGS"].database_url
    with two_providers(app, **WEATHER) as both:
        settings = app.config["SETTINGS"]
        app.config["SETTINGS"] = replace(settings, database_url=victim(address))
        with cut_every(POSTGRES, address, every) as cuts:
            summary = soak(app, both, messages=messages, kills=0, workers=2, seed=7, patience=900)
    assert right(summary), summary
    assert sum(map(bool, cuts)) > 1, "connections were cut"


def test_texts_leave_once(app: Flask) -> None:
    sent(app, 100, 0.7)


@pytest.mark.soak
def test_ten_thousand_texts_leave_once(app: Flask) -> None:
    sent(app, 10_000, 1.5)


def test_what_was_acknowledged_was_kept(app: Flask, tmp_path: Path) -> None:
    world, address = build("all_types"), app.config["SETTINGS"].database_url
    server = Server(tmp_path, {"DATABASE_URL": victim(address)})
    server.start()
    base = f"http://127.0.0.1:{server.port}{world.url}"
    post_to(f"{base}/open", {})
    acknowledged, refused = {}, 0
    with cut_every(POSTGRES, address, 0.1) as cuts:
        end = time.monotonic() + 4
        number = 0
        while time.monotonic() < end:
            number += 1
            body = {"answers": {"comment": {"v": str(number), "s": number << 20}}}
            answer = post_to(f"{base}/save", body)
            if answer is None:
                refused += 1
            else:
                acknowledged["comment"] = answer["saved"]["comment"], str(number)
    server.kill()
    _compare(acknowledged)
    assert sum(map(bool, cuts)) > 5
    assert refused < number / 2, "a cut costs the request that it hits, not the next ones"


def test_an_import_goes_on(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, database_url=victim(settings.database_url))
    job_id = uploaded().id
    worker = Process(app)
    until(lambda: db.session.get_one(Job, job_id).done > 0)
    with cut_every(POSTGRES, settings.database_url, 0.04):
        until(lambda: db.session.get_one(Job, job_id).attempt > 1)
    until(lambda: db.session.get_one(Job, job_id).state not in ("queued", "running"), 30)
    worker.stop()
    row = db.session.get_one(Job, job_id)
    assert (row.state, row.lost > 0) == ("done", True), row.error
    assert (row.result["rows"], row.result["rejected"]) == (ROWS + BAD, BAD)
    assert row.result["created"] + row.result["unchanged"] == ROWS


def test_only_one_schedule_is_led_however_many_workers_were_started(app: Flask) -> None:
    """Two workers by mistake: one leads; when its connection is cut, one leads again."""
    from surveyapp.worker import PERIODIC, Worker

    workers = [Worker(app) for _ in range(3)]
    leads = []
    for _ in range(6):
        for worker in workers:
            worker.run(PERIODIC[0])
        leads.append([worker.leading for worker in workers].count(True))
        with db.engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            )
    for worker in workers:
        worker.shut_down()
    assert set(leads) == {1}


def test_two_schedules_at_once_queue_nothing_twice(app: Flask) -> None:
    """Even without the guard: two that both believe to lead expand the same waves."""
    from surveyapp.distribution import waves
    from surveyapp.distribution.models import Message
    from tests.distribution.builders import add_invitations, add_study
    from tests.distribution.outboxes import add_wave

    study = add_study(state="running", send_from=0, send_until=1440)
    add_invitations(study, 300)
    add_wave(study)
    db.session.commit()
    start, counts = threading.Barrier(4), []

    def expand() -> None:
        with app.app_context():
            start.wait()
            counts.append(waves.expand_due())
            db.session.remove()

    threads = [threading.Thread(target=expand) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 300
    assert db.session.scalar(db.select(db.func.count(Message.id))) == 300
