"""The server is killed between two answers, again and again: what was acknowledged is there."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from surveyapp.answering.models import Response
from surveyapp.database import db
from tests.answering.world import build
from tests.conftest import make_app, make_settings

pytestmark = pytest.mark.fault

SERVER = """
import json, sys
from pathlib import Path
from werkzeug.serving import make_server
from tests.conftest import make_settings
from surveyapp import create_app
folder, port, environment = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
app = create_app(make_settings(folder, **environment))
make_server("127.0.0.1", port, app, threaded=True).serve_forever()
"""
ROOT = Path(__file__).resolve().parents[2]


class Server:
    """The product in a process of its own, on one port, killed without warning."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._arguments = [str(folder), str(self.port), json.dumps(environment)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER, *self._arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        if self._process:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


def post_to(url: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """The server's acknowledgement; None when it died before it gave one."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        return None


def _survive(server: Server, kills: int) -> None:
    world = build("all_types")
    draw = random.Random(4)
    acknowledged: dict[str, tuple[int, Any]] = {}
    counter = 0
    server.start()
    for _ in range(kills):
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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def survive(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[int], None]:
    environment = {}
    if request.param == "postgresql":
        environment["DATABASE_URL"] = request.getfixturevalue("postgresql_url")
    app = make_app(make_settings(tmp_path, **environment))
    server = Server(tmp_path, environment)

    def run(kills: int) -> None:
        with app.app_context():
            try:
                _survive(server, kills)
            finally:
                server.kill()
                db.session.remove()
                db.engine.dispose()

    return run


def test_every_acknowledged_answer_survives_a_killed_server(survive: Callable[[int], None]) -> None:
    survive(3)


@pytest.mark.soak
def test_every_acknowledged_answer_survives_fifty_killed_servers(
    survive: Callable[[int], None],
) -> None:
    survive(50)
