"""Jobs through a real broker: told after the commit, done once, never lost with the broker."""

from __future__ import annotations

import pytest

from surveyapp.database import db
from surveyapp.jobs import running, sweeping
from surveyapp.jobs.broker import Post
from surveyapp.jobs.consuming import Consumer
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import job
from tests.brokers import until

pytestmark = pytest.mark.postgresql
SEEN: list[int] = []


@job("test.brokered")
def brokered(params, progress):
    SEEN.append(params["number"])
    progress("Working", 1, 1)
    return {"number": params["number"]}


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
    with broker_app.app_context():
        from surveyapp import clock

        later = clock.now() + sweeping.timing().resend * 2
        with clock.frozen(later):
            assert sweeping.unsent() == [job_id]
        with clock.frozen(clock.now() - sweeping.timing().resend * 2):
            assert sweeping.unsent() == [job_id], "sent in the future: the clock was set back"
