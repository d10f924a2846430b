"""The server is killed while people finish: everybody ends with one code, nobody with another's."""

from __future__ import annotations

import random
import threading

import pytest
from sqlalchemy import select

from surveyapp.answering.endings.models import Coupon
from surveyapp.database import db
from tests.answering.endings_world import ends
from tests.answering.world import batch
from tests.faults.conftest import Killed
from tests.faults.killed_server import Server, post_to

pytestmark = pytest.mark.fault
PEOPLE = 40


def _finish_through(server: Server, kills: int) -> None:
    world = ends(PEOPLE, links_count=PEOPLE)
    waiting = list(world.tokens)
    draw = random.Random(7)
    server.start()
    for round_ in range(kills + 1):
        killer = threading.Timer(draw.uniform(0.05, 0.15), server.kill)
        if round_ < kills:
            killer.start()
        while waiting:
            url = f"http://127.0.0.1:{server.port}/r/{waiting[0]}/submit"
            answer = post_to(url, batch({"csat": 5}))
            if answer is None:
                break
            assert answer["state"] == "completed"
            waiting.pop(0)
        if round_ < kills:
            killer.join()
            server.start()
    assert waiting == []
    db.session.rollback()
    held = db.session.execute(select(Coupon.response_id, Coupon.code)).all()
    assert len({response for response, _code in held if response}) == PEOPLE
    assert len({code for _response, code in held}) == PEOPLE


def test_everybody_gets_one_code_though_the_server_is_killed(killed: Killed) -> None:
    killed(lambda server: _finish_through(server, 2))
