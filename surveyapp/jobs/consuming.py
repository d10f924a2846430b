"""Taking ids from the broker and doing what they name. Imported only where BROKER_URL is set."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import dramatiq
from dramatiq import Worker
from flask import Flask

from config import Settings
from surveyapp.database import db
from surveyapp.jobs import running
from surveyapp.jobs.broker import WAKES, close, connect, queue_name
from surveyapp.jobs.registry import LONG, SOON

POLL = 200
"""Milliseconds between two looks at whether to stop."""


class Consumer:
    """A few threads that do long jobs, one for what must not wait behind them, and one that wakes
    this process's sender.

    Each have a broker connection of their own, so that no text waits behind an export.
    """

    def __init__(self, app: Flask, wake: Callable[[], None], jobs: int = 1) -> None:
        settings: Settings = app.config["SETTINGS"]
        self._app = app
        self._workers = [
            _worker(settings, LONG, self._run, jobs),
            _worker(settings, SOON, self._run, 1),
            _worker(settings, WAKES, lambda _study_id: wake(), 1),
        ]

    def _run(self, job_id: int) -> None:
        with self._app.app_context():
            running.run(job_id)
            db.session.remove()

    def start(self) -> None:
        """Begin to take."""
        for worker in self._workers:
            worker.start()

    def stop(self, seconds: float) -> None:
        """Take no more and wait for what is being done; the rest is given back to the broker."""
        ends = [Thread(target=_stop, args=(worker, seconds)) for worker in self._workers]
        for end in ends:
            end.start()
        for end in ends:
            end.join()


def _stop(worker: Worker, seconds: float) -> None:
    worker.stop(timeout=int(seconds * 1000))
    close(worker.broker)


def _worker(settings: Settings, which: str, work: Callable[[int], None], threads: int) -> Worker:
    """No retries: a delivery that fails leaves a row, which the sweeper finds."""
    broker = connect(settings)
    name = queue_name(settings, which)
    dramatiq.Actor(work, broker=broker, actor_name=which, queue_name=name, priority=0, options={})
    worker = Worker(broker, worker_threads=threads, worker_timeout=POLL)
    worker.queue_prefetch = threads  # what waits behind a long job is another worker's
    return worker
