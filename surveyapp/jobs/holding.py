"""Holding a claimed job: its heartbeat, its progress, and giving it back.

Every claim of a job has a number. Whatever a claimant writes names it, so one that was thought
dead and goes on (paused, or on a clock that jumped) changes nothing and stops at its next report.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Engine, update
from sqlalchemy.exc import InterfaceError, OperationalError

from surveyapp import clock
from surveyapp.database import db
from surveyapp.jobs.models import Job

log = logging.getLogger(__name__)
WRITE_TRIES = 6
CUT = (OperationalError, InterfaceError)
"""What a database that is busy, away or restarting answers."""


class Stopped(BaseException):
    """Raised by a report of progress: somebody else has the job, or this worker is to stop.

    No Exception, so that the handlers of a job's own troubles let it through.
    """


@dataclass(frozen=True)
class Timing:
    """beat: between two signs of life. forgotten: silence after which the worker counts as dead.
    resend: how long a queued job waits before its id is sent again. limit: the longest work.
    deaths: how many workers may die with a job before it is given up.
    """

    beat: timedelta = timedelta(seconds=15)
    forgotten: timedelta = timedelta(minutes=2)
    resend: timedelta = timedelta(minutes=5)
    limit: timedelta = timedelta(hours=3)
    deaths: int = 3


def timing() -> Timing:
    """This installation's timing; tests shorten it."""
    found: Timing = current_app.config.get("JOB_TIMING") or Timing()
    return found


class Held:
    """A job that is being done here under one claim."""

    def __init__(
        self, engine: Engine, job_id: int, attempt: int, stopping: threading.Event
    ) -> None:
        self.job_id = job_id
        self._engine, self._attempt, self._stopping = engine, attempt, stopping

    def progress(self, step: str, done: int, total: int) -> None:
        """Write how far it is, in a transaction of its own that pages see; raises Stopped."""
        known = self._write(step=step, done=done, total=total, heartbeat_at=clock.now())
        if self._stopping.is_set() or not known:
            raise Stopped

    def beat(self) -> bool:
        """A sign of life; False when the job is no longer ours."""
        return self._write(heartbeat_at=clock.now())

    def finish(self, state: str, **values: Any) -> bool:
        """Write the outcome; False when the job is no longer ours."""
        return self._write(state=state, finished_at=clock.now(), **values)

    def give_back(self, lost: int = 0) -> bool:
        """Queue it again, at once, for whoever comes next."""
        return self._write(state="queued", sent_at=None, lost=Job.lost + lost)

    def _write(self, **values: Any) -> bool:
        """Patiently: the database may be busy, or just restarting."""
        ours = update(Job).where(
            Job.id == self.job_id, Job.attempt == self._attempt, Job.state == "running"
        )
        for tried in range(WRITE_TRIES):
            try:
                with self._engine.begin() as connection:
                    return bool(connection.execute(ours.values(**values)).rowcount)
            except CUT:
                if tried == WRITE_TRIES - 1:
                    raise
                time.sleep(0.1 * 2**tried)
        raise AssertionError("unreachable")


class Holding:
    """The jobs that one process is doing."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._held: set[Held] = set()

    @contextmanager
    def hold(self, job_id: int, attempt: int) -> Iterator[Held]:
        """Inside, the job shows signs of life whether or not it reports progress."""
        held, ended = Held(db.engine, job_id, attempt, self.stopping), threading.Event()
        beating = threading.Thread(target=_keep_beating, args=(held, ended, timing()), daemon=True)
        self._held.add(held)
        beating.start()
        try:
            yield held
        finally:
            ended.set()
            beating.join()
            self._held.discard(held)

    def give_back_all(self) -> int:
        """Queue again what is still being done, when the process ends; how many there were."""
        return sum(held.give_back() for held in tuple(self._held))


def holding() -> Holding:
    """What this application's process is doing."""
    found: Holding = current_app.extensions.setdefault("jobs_held", Holding())
    return found


def _keep_beating(held: Held, ended: threading.Event, times: Timing) -> None:
    until = time.monotonic() + times.limit.total_seconds()
    while not ended.wait(times.beat.total_seconds()):
        try:
            if time.monotonic() > until:
                hours = round(times.limit.total_seconds() / 3600, 1)
                held.finish("failed", error=f"stopped after {hours} hours, the longest allowed")
                return
            if not held.beat():
                return
        except CUT:
            log.warning("job %s could not show that it goes on", held.job_id)
