"""The server is killed between two answers, again and again: what was acknowledged is there."""

from __future__ import annotations

import random
import threading
import urllib.request
from typing import Any

import pytest
from sqlalchemy import select

from surveyapp.answering.models import Response
from surveyapp.database import db
from tests.answering.world import build
from tests.faults.conftest import Killed
from tests.faults.killed_server import Server, post_to

pytestmark = pytest.mark.fault


def _survive(server: Server, kills: int) -> None:
    world = build("all_types")
    draw = random.Random(4)
    acknowledged: dict[str, tuple[int, Any]] = {}
    counter = 0
    server.start()
    for _ in range(kills):
        post_to(f"http://127.0.0.1:{server.port}{world.url}/open", {})  # the first request is slow
        killer = threading.Timer(draw.uniform(0.1, 0.8), server.kill)
        killer.start()
        while True:
            counter += 1
            variable, value = draw.choice(["speed", "nps", "contacts", "comment"]), str(counter)
            sent = {"answers": {variable: {"v": value, "s": counter << 20}}}
            answer = post_to(f"http://127.0.0.1:{server.port}{world.url}/save", sent)
            if answer is None:
                break
            acknowledged[variable] = answer["saved"][variable], value
        killer.join()
        server.start()
        _compare(acknowledged)
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{world.url}", timeout=10) as page:
        assert b"<form" in page.read()
    assert acknowledged


def _compare(acknowledged: dict[str, tuple[int, Any]]) -> None:
    """What was saved last is what was acknowledged last, or what the server died over."""
    if not acknowledged:
        return
    stored = _stored()
    for name, (sequence, value) in acknowledged.items():
        assert stored.sequences[name] >= sequence
        if stored.sequences[name] == sequence:
            assert str(stored.answers[name]) == value


def _stored() -> Response:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Response)).one()


def test_every_acknowledged_answer_survives_a_killed_server(killed: Killed) -> None:
    killed(lambda server: _survive(server, 3))


@pytest.mark.soak
def test_every_acknowledged_answer_survives_fifty_killed_servers(killed: Killed) -> None:
    killed(lambda server: _survive(server, 50))
