"""A server that may be killed, on either engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.database import db
from tests.brokers import address_of, brokered_app
from tests.conftest import make_app, make_settings
from tests.faults.cable import Cable
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


@pytest.fixture(params=["rabbitmq", "redis"])
def broker_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on PostgreSQL and a real broker."""
    yield from brokered_app(request, tmp_path, request.param)


@pytest.fixture(params=["rabbitmq", "redis"])
def cable(request: pytest.FixtureRequest, tmp_path: Path) -> Cable:
    """A cable to a real broker."""
    made = Cable(address_of(request.param, tmp_path))
    made.kind = request.param
    return made


@pytest.fixture
def cabled_app(request: pytest.FixtureRequest, tmp_path: Path, cable: Cable) -> Iterator[Flask]:
    """An application whose broker is at the end of `cable`."""
    yield from brokered_app(request, tmp_path, cable.kind, cable.address)
