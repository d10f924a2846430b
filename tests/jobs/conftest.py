"""Applications on real brokers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.brokers import brokered_app


@pytest.fixture(params=["rabbitmq", "redis"])
def broker_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The same test with RabbitMQ and with Redis."""
    yield from brokered_app(request, tmp_path, request.param)
