"""Real brokers for tests: an address each, or a skip that says so (a failure in CI)."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

import config
from surveyapp.database import db
from surveyapp.jobs.broker import QUEUES, Post, close, connect, prefix, queue_name
from tests.conftest import STRICT, fresh_database, join, make_settings

ADDRESSES = {
    "rabbitmq": os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672/"),
    "redis": os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0"),
}


def address_of(kind: str, tmp_path: Path) -> str:
    """The address of a running broker."""
    address = ADDRESSES[kind]
    settings = make_settings(
        tmp_path,
        DATABASE_URL="postgresql://nowhere",
        BROKER_URL=address,
        SECRET_KEY=secrets.token_hex(16),
    )
    post = Post(settings)
    try:
        post.check()
    except Exception as trouble:
        if STRICT:
            pytest.fail(f"no {kind} at {address}: {trouble!r}")
        pytest.skip(f"no {kind} (set TEST_{kind.upper()}_URL)")
    post.close()
    clean(settings)
    return address


def clean(settings: config.Settings) -> None:
    """Remove what the installation left at the broker."""
    broker = connect(settings)
    if settings.broker_url.startswith("redis"):
        for key in broker.client.scan_iter(f"{prefix(settings)}*"):
            broker.client.delete(key)
    else:
        for which in QUEUES:
            name = queue_name(settings, which)
            for queue in (name, f"{name}.DQ", f"{name}.XQ"):
                broker.channel.queue_delete(queue)
    close(broker)


def brokered_app(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, through: str = ""
) -> Iterator[Flask]:
    """An application on PostgreSQL and a real broker, with queues of its own.

    through: another address that leads to the same broker.
    """
    address = address_of(kind, tmp_path)
    server = request.getfixturevalue("postgresql_server")
    tables = request.getfixturevalue("postgresql_tables")
    with fresh_database(server, tables) as database:
        settings = make_settings(
            tmp_path,
            DATABASE_URL=database,
            BROKER_URL=through or address,
            SECRET_KEY=secrets.token_hex(16),
        )
        app = join(settings)
        with app.app_context():
            yield app
            app.extensions["job_announcer"].close()
            db.session.remove()
            db.engine.dispose()
        clean(replace(settings, broker_url=address))


def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for a condition; an assertion error when it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
        db.session.rollback()
