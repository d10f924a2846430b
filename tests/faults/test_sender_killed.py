"""Kill -9 the worker at random while it sends. None lost, none sent twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.database import db
from surveyapp.distribution.gateway.server import Gateway
from surveyapp.distribution.models import Invitation, Message
from tests.distribution.outboxes import ready
from tests.distribution.phones import gateway

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0


class Workers:
    """A process that forks workers; one lives at a time."""

    def __init__(self, app: Flask, phone: Gateway) -> None:
        settings = app.config["SETTINGS"]
        arguments = [str(settings.instance), settings.database_url, phone.url]
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.sender_process", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._pid = 0

    def start(self) -> None:
        self._nursery.stdin.write("\n")
        self._nursery.stdin.flush()
        self._pid = int(self._nursery.stdout.readline())

    def alive(self) -> bool:
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        while self.alive():
            time.sleep(0.001)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_trouble: object) -> None:
        if self._pid and self.alive():
            self.kill()
        self._nursery.stdin.close()
        self._nursery.stdout.close()
        self._nursery.wait(30)


def wait_for(condition, workers):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"nothing moves any more: {states()}"
        assert workers.alive(), "the worker died by itself"
        time.sleep(0.01)


def states():
    db.session.rollback()
    return Counter(db.session.scalars(db.select(Message.state)))


def all_are_over(messages):
    """Accepted by the answer to the call, or delivered by what a look-up found."""
    now = states()
    return now["accepted"] + now["delivered"] == messages


def kill_at_random(app: Flask, phone: Gateway, messages: int, kills: int, seed: int) -> None:
    """Send `messages`, killing the worker `kills` times at random moments of the way."""
    chance = random.Random(seed)
    ready(messages)
    with Workers(app, phone) as workers:
        for threshold in sorted(chance.sample(range(1, messages * 9 // 10), kills)):
            workers.start()
            wait_for(lambda n=threshold: len(phone.texts.outbound()) >= n, workers)
            time.sleep(chance.random() / 50)
            workers.kill()
        workers.start()
        wait_for(lambda: all_are_over(messages), workers)


def check(phone: Gateway, messages: int) -> None:
    assert phone.texts.doubled() == {}
    assert len({line.phone for line in phone.texts.outbound()}) == messages
    assert len(phone.texts.outbound()) == messages
    sids = set(db.session.scalars(db.select(Message.provider_sid)))
    assert sids == {line.sid for line in phone.texts.outbound()}
    assert None not in db.session.scalars(db.select(Invitation.invited_at)).all()


@pytest.mark.fault
def test_killing_the_sender_loses_nothing_and_doubles_nothing(any_app):
    with gateway() as phone:
        phone.set(latency=0.01)
        kill_at_random(any_app, phone, messages=300, kills=3, seed=11)
        check(phone, 300)


@pytest.mark.fault
@pytest.mark.soak
def test_fifty_kills_in_twenty_thousand_messages(any_app):
    with gateway() as phone:
        phone.set(latency=0.005)
        kill_at_random(any_app, phone, messages=20_000, kills=50, seed=20)
        check(phone, 20_000)


@pytest.mark.fault
def test_bad_weather_and_kills_together(app):
    """Lost answers, errors after acceptance, throttling, and a kill: still exactly once."""
    with gateway() as phone:
        phone.set(error_after_accept=0.05, throttle=0.02, hang_after_accept=0.01, hang_seconds=0.3)
        kill_at_random(app, phone, messages=120, kills=1, seed=3)
        check(phone, 120)
