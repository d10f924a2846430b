"""The clock is set while leases run: nothing is taken for dead that lives, nothing sent twice."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import sweeping
from surveyapp.distribution.models import Message
from surveyapp.distribution.outbox import Timing
from surveyapp.distribution.outbox_states import State
from surveyapp.distribution.sms.providers import twilio_channel
from surveyapp.distribution.sms.twilio_provider import TwilioProvider
from surveyapp.steadiness import Steadiness
from surveyapp.worker import PERIODIC, Worker
from tests.brokers import until
from tests.distribution.outboxes import drain, fast, ready, states
from tests.distribution.phones import gateway, point

pytestmark = pytest.mark.fault
NAMED = {periodic.name: periodic for periodic in PERIODIC}


class Wall:
    """This machine's clock, which a test sets."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_call_that_is_out_is_not_taken_for_lost(any_app: Flask, jump: timedelta) -> None:
    wall = Wall()
    fast(any_app)
    any_app.config["SENDING_TIMING"] = Timing(timedelta(seconds=30), timedelta(seconds=10))
    with gateway() as phone, clock.ticking_by(wall.now):
        point(any_app, phone)
        settings = any_app.config["SETTINGS"]
        patient = TwilioProvider(twilio_channel(settings), settings.public_base_url, read_seconds=9)
        ready(1)
        phone.set(latency=3)
        worker = Worker(any_app, patient)
        worker.steadiness = Steadiness(lambda: wall.now().timestamp())
        worker.run(NAMED["lead"])
        sending = threading.Thread(target=worker.run, args=[NAMED["send"]])
        sending.start()
        until(lambda: states()[State.SENDING] == 1)
        wall.off = jump
        worker.run(NAMED["reconcile"])
        drain(any_app, patient)  # another worker, who takes whatever seems to wait
        sending.join()
        assert states() == {"accepted": 1}
        assert len(phone.texts.outbound()) == 1
        worker.shut_down()


def test_a_lease_from_the_future_belongs_to_the_dead(any_app: Flask) -> None:
    ready(2)
    message, other = db.session.scalars(db.select(Message).order_by(Message.id))
    message.state = other.state = State.SENDING
    message.lease_until = clock.now() + timedelta(hours=1)
    other.lease_until = clock.now() + timedelta(seconds=90)
    db.session.commit()
    assert sweeping.reap() == 1
    assert states() == {State.UNKNOWN: 1, State.SENDING: 1}


def turn(worker: Worker, name: str) -> float:
    return worker._scheduler.get_job(name).next_run_time.timestamp()


def test_alarms_are_set_anew_when_the_clock_was_put_back(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """Put back an hour, every alarm is an hour away: that is what is made here."""
    wall = Wall()
    worker = Worker(app)
    worker.steadiness = Steadiness(lambda: wall.now().timestamp())
    worker.start()
    try:
        late = datetime.now(UTC) + timedelta(hours=1)
        for alarm in worker._scheduler.get_jobs():
            alarm.modify(next_run_time=late)
        wall.off = timedelta(hours=-1)
        with caplog.at_level(logging.WARNING):
            until(lambda: "jumped by -3600" in caplog.text)
        soon = time.time() + 60
        often = [name for name, periodic in NAMED.items() if periodic.seconds < 60]
        until(lambda: all(turn(worker, name) < soon for name in often))
    finally:
        worker.shut_down()
