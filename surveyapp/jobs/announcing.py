"""Telling a broker of queued jobs: by id, after their rows are committed, never in a page's time.

Without a broker nothing is told: the worker looks into the table. With one, a thread of its own
sends, so a broker that is slow or down delays and fails no page; the row waits for the sweeper.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from surveyapp.database import db
from surveyapp.jobs.registry import LONG, lane_of
from surveyapp.jobs.sweeping import kind_of, mark_sent

log = logging.getLogger(__name__)
NEW = "jobs_to_announce"


def announce(job_id: int) -> None:
    """Tell the broker of a new row when the caller's transaction is committed."""
    db.session.info.setdefault(NEW, []).append(job_id)


@event.listens_for(db.session, "after_commit")
def _committed(session: Session) -> None:
    ids = session.info.pop(NEW, ())
    announcer: Announcer | None = current_app.extensions.get("job_announcer")
    if ids and announcer is not None:
        announcer.tell(ids)


@event.listens_for(db.session, "after_rollback")
def _rolled_back(session: Session) -> None:
    session.info.pop(NEW, None)


class Posting(Protocol):
    """What sends ids; each call raises when the broker did not confirm it."""

    def job(self, job_id: int, lane: str = LONG) -> None:
        """Say that a job waits in this lane."""

    def wake(self, study_id: int) -> None:
        """Say that texts of a study are due."""

    def close(self) -> None:
        """Close its connections."""


class Announcer:
    """Sends ids from a thread that starts with the first of them (thus after any fork)."""

    def __init__(self, app: Flask, post: Callable[[], Posting]) -> None:
        """post: makes what sends, in the thread that uses it."""
        self._app, self._post = app, post
        self._ids: queue.Queue[tuple[str, int] | None] = queue.Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def idle(self) -> bool:
        """Whether everything that was handed over is sent, or was given up."""
        return self._ids.unfinished_tasks == 0

    def tell(self, job_ids: Iterable[int]) -> None:
        """Hand over ids of jobs; returns at once."""
        self._hand_over([("job", job_id) for job_id in job_ids])

    def wake(self, study_ids: Iterable[int]) -> None:
        """Hand over ids of studies whose senders are to wake; returns at once."""
        self._hand_over([("wake", study_id) for study_id in study_ids])

    def close(self) -> None:
        """Send what was handed over, and stop."""
        if self._thread is not None:
            self._ids.put(None)
            self._thread.join()

    def _hand_over(self, told: list[tuple[str, int]]) -> None:
        for one in told:
            self._ids.put(one)
        with self._lock:
            if told and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._send_all, daemon=True)
                self._thread.start()

    def _send_all(self) -> None:
        post = self._post()
        with self._app.app_context():
            while (one := self._ids.get()) is not None:
                try:
                    _send(post, *one)
                except Exception as trouble:
                    log.warning("the broker is not told of %s %s and others: %r", *one, trouble)
                    self._give_up()
                finally:
                    self._ids.task_done()
        self._ids.task_done()
        post.close()

    def _give_up(self) -> None:
        """Leave the rest to the next sweep, instead of one time-out after the other."""
        with contextlib.suppress(queue.Empty):
            while self._ids.get_nowait() is not None:
                self._ids.task_done()
            self._ids.put(None)
            self._ids.task_done()


def _send(post: Posting, what: str, number: int) -> None:
    if what == "wake":
        post.wake(number)
    else:
        post.job(number, lane_of(kind_of(number)))
        mark_sent(number)
