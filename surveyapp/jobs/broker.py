"""The message broker (RabbitMQ or Redis, through Dramatiq): it carries ids, never content.

Deliveries may be lost or doubled: the row that an id names decides. Queues are named after the
installation's secret, so that installations that share a broker never take each other's ids.
Heavy; imported only where BROKER_URL is set.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import dramatiq
from dramatiq.brokers import rabbitmq
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker

from config import Settings
from surveyapp.jobs.registry import LONG, SOON

WAKES = "wakes"
QUEUES = (LONG, SOON, WAKES)
PATIENCE = {"socket_timeout": "3", "stack_timeout": "5", "blocked_connection_timeout": "5",
            "connection_attempts": "1", "heartbeat": "60"}  # fmt: skip
REDIS_PATIENCE = {"socket_connect_timeout": "3", "socket_timeout": "5"}
"""Seconds (and tries) for a broker that does not answer; BROKER_URL's own parameters win."""
rabbitmq.MAX_ENQUEUE_ATTEMPTS = 2
logging.getLogger("pika").setLevel(logging.CRITICAL)  # Dramatiq reports the same, once


def connect(settings: Settings) -> dramatiq.Broker:
    """A broker at the settings' address; connects when it is first used."""
    if settings.broker_url.startswith("redis"):
        address = _with_parameters(settings.broker_url, REDIS_PATIENCE)
        return RedisBroker(url=address, namespace=prefix(settings), middleware=[])  # type: ignore[no-untyped-call]
    address = _with_parameters(settings.broker_url, PATIENCE)
    return RabbitmqBroker(url=address, confirm_delivery=True, middleware=[])


def close(broker: dramatiq.Broker) -> None:
    """Close all connections; Dramatiq itself leaves those to Redis open."""
    broker.close()
    if isinstance(broker, RedisBroker):
        broker.client.close()


def prefix(settings: Settings) -> str:
    """`surveyapp-` and twelve digits that all hosts with the same SECRET_KEY share."""
    digest = hmac.new(settings.secret_key.encode(), b"broker", hashlib.sha256)
    return f"surveyapp-{digest.hexdigest()[:12]}"


def queue_name(settings: Settings, which: str) -> str:
    """The queue of `which` (one of QUEUES) of this installation."""
    return f"{prefix(settings)}.{which}"


class Post:
    """Sends ids; of one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._broker = settings, connect(settings)

    def job(self, job_id: int, lane: str = LONG) -> None:
        """Say that a job waits in this lane; raises when the broker did not confirm it."""
        self._send(lane, job_id)

    def wake(self, study_id: int) -> None:
        """Say that texts of a study are due."""
        self._send(WAKES, study_id)

    def _send(self, which: str, number: int) -> None:
        name = queue_name(self._settings, which)
        self._broker.enqueue(dramatiq.Message(name, which, (number,), {}, {}))

    def check(self) -> None:
        """Raise when the broker cannot be reached."""
        if isinstance(self._broker, RabbitmqBroker):
            self._broker.declare_queue(queue_name(self._settings, LONG), ensure=True)
        elif isinstance(self._broker, RedisBroker):
            self._broker.client.ping()

    def close(self) -> None:
        """Close its connections."""
        close(self._broker)


def _with_parameters(address: str, defaults: dict[str, str]) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=urlencode({**defaults, **dict(parse_qsl(parts.query))})))
