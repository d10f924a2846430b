"""Jobs through a real broker: told after the commit, done once, never lost with the broker."""

from __future__ import annotations

import threading
import time

import pytest

from surveyapp import clock
from surveyapp.database import db
from surveyapp.jobs import running, sweeping
from surveyapp.jobs.broker import WAKES, Post, queue_name
from surveyapp.jobs.consuming import Consumer
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import LONG, SOON, job
from tests.brokers import until
from tests.conftest import fresh_database, join, make_settings

pytestmark = pytest.mark.postgresql
SEEN: list[int] = []


@job("test.brokered")
def brokered(params, progress):
    SEEN.append(params["number"])
    progress("Working", 1, 1)
    return {"number": params["number"]}


GO = threading.Event()


@job("test.long")
def long_work(_params, progress):
    progress("Exporting", 1, 9)
    GO.wait(30)
    return {}


@job("test.soon", lane=SOON)
def soon(_params, _progress):
    return {}


@pytest.fixture(autouse=True)
def _forget():
    SEEN.clear()


@pytest.fixture
def consumer(broker_app):
    it = Consumer(broker_app, lambda: SEEN.append(-1))
    it.start()
    yield it
    it.stop(5)


def queued(number):
    row = running.enqueue("test.brokered", number=number)
    db.session.commit()
    return row.id


def states():
    return db.session.scalars(db.select(Job.state).order_by(Job.id)).all()


def test_a_committed_job_is_told_and_done(broker_app, consumer):
    ids = [queued(number) for number in range(5)]
    until(lambda: states() == ["done"] * 5)
    assert sorted(SEEN) == list(range(5))
    rows = db.session.scalars(db.select(Job).order_by(Job.id)).all()
    assert [row.id for row in rows] == ids
    assert all(row.sent_at for row in rows)
    assert [row.attempt for row in rows] == [1] * 5


def test_what_must_not_wait_does_not_wait_behind_long_work(broker_app, consumer):
    GO.clear()
    slow = running.enqueue("test.long").id
    db.session.commit()
    until(lambda: db.session.get_one(Job, slow).step == "Exporting")
    quick = running.enqueue("test.soon").id
    db.session.commit()
    until(lambda: db.session.get_one(Job, quick).state == "done")
    assert db.session.get_one(Job, slow).state == "running"
    GO.set()
    until(lambda: states() == ["done"] * 2)


def test_what_was_rolled_back_is_never_told(broker_app, consumer):
    running.enqueue("test.brokered", number=1)
    db.session.rollback()
    queued(2)
    until(lambda: states() == ["done"])
    assert SEEN == [2]


def test_a_doubled_delivery_is_harmless(broker_app, consumer):
    job_id = queued(7)
    post = Post(broker_app.config["SETTINGS"])
    for _ in range(3):
        post.job(job_id)
    post.job(job_id + 1000)
    other = queued(8)
    until(lambda: states() == ["done"] * 2)
    post.close()
    assert (SEEN, other) == ([7, 8], job_id + 1)


def test_a_wake_up_reaches_a_sender(broker_app, consumer):
    post = Post(broker_app.config["SETTINGS"])
    post.wake(3)
    until(lambda: SEEN == [-1])
    post.close()


def test_a_lost_delivery_is_sent_again(broker_app):
    job_id = queued(1)
    until(lambda: db.session.scalar(db.select(Job.sent_at)) is not None)
    assert sweeping.unsent() == []
    now, long = clock.now(), sweeping.timing().resend * 2
    with clock.frozen(now + long):
        assert sweeping.unsent() == [job_id]
    with clock.frozen(now - long):
        assert sweeping.unsent() == [job_id], "sent in the future: the clock was set back"


@pytest.mark.parametrize("address", ["amqp://127.0.0.1:1/", "redis://127.0.0.1:1/0"])
def test_a_broker_that_is_not_there_fails_no_commit(
    tmp_path, postgresql_server, postgresql_tables, address, caplog
):
    with fresh_database(postgresql_server, postgresql_tables) as database:
        app = join(make_settings(tmp_path, DATABASE_URL=database, BROKER_URL=address))
        announcer = app.extensions["job_announcer"]
        with app.app_context():
            began = time.monotonic()
            ids = [running.enqueue("test.brokered", number=number).id for number in range(20)]
            db.session.commit()
            assert time.monotonic() - began < 20, "it does not wait for each"
            until(lambda: announcer.idle)
            assert states() == ["queued"] * 20
            assert sorted(sweeping.unsent()) == ids
            assert 0 < caplog.text.count("the broker is not told") < 20, "the rest is left at once"
            assert running.run_waiting() == 20
            announcer.close()
            db.session.remove()
            db.engine.dispose()


def test_installations_that_share_a_broker_share_no_queue(tmp_path):
    mine, yours, mine_elsewhere = (
        make_settings(tmp_path, SECRET_KEY=key) for key in ("a" * 32, "b" * 32, "a" * 32)
    )
    assert queue_name(mine, LONG) == queue_name(mine_elsewhere, LONG)
    assert queue_name(mine, LONG) != queue_name(yours, LONG)
    assert queue_name(mine, LONG) != queue_name(mine, WAKES)
    assert "aaaa" not in queue_name(mine, LONG), "the name tells nothing of the secret"
