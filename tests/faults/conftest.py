"""A server that may be killed, on either engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from surveyapp.database import db
from tests.conftest import make_app, make_settings
from tests.faults.killed_server import Server

Killed = Callable[[Callable[[Server], None]], None]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def killed(request: pytest.FixtureRequest, tmp_path: Path) -> Killed:
    """`killed(work)`: do some work with a server over a database that the test sees, too."""
    environment = {}
    if request.param == "postgresql":
        environment["DATABASE_URL"] = request.getfixturevalue("postgresql_url")
    app = make_app(make_settings(tmp_path, **environment))
    server = Server(tmp_path, environment)

    def run(work: Callable[[Server], None]) -> None:
        with app.app_context():
            try:
                work(server)
            finally:
                server.kill()
                db.session.remove()
                db.engine.dispose()

    return run
