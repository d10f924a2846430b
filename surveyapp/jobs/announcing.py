"""Telling a broker of queued jobs: by id, after their rows are committed, never in a page's time.

Without a broker nothing is told: the worker looks into the table. With one, a thread of its own
sends, so a broker that is slow or down delays and fails no page; the row waits for the sweeper.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Protocol

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from surveyapp.database import db
from surveyapp.jobs.sweeping import mark_sent

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
    """What sends ids."""

    def job(self, job_id: int) -> None:
        """Send one; raises when the broker did not confirm it."""

    def close(self) -> None:
        """Close its connections."""


class Announcer:
    """Sends ids from a thread that starts with the first of them (thus after any fork)."""

    def __init__(self, app: Flask, post: Callable[[], Posting]) -> None:
        """post: makes what sends, in the thread that uses it."""
        self._app, self._post = app, post
        self._ids: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def tell(self, ids: list[int]) -> None:
        """Hand over ids; returns at once."""
        for job_id in ids:
            self._ids.put(job_id)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._send_all, daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Send what was handed over, and stop."""
        if self._thread is not None:
            self._ids.put(None)
            self._thread.join()

    def _send_all(self) -> None:
        post = self._post()
        with self._app.app_context():
            while (job_id := self._ids.get()) is not None:
                try:
                    _send(post.job, job_id)
                except Exception as trouble:
                    log.warning(
                        "the broker was not told of job %s, which waits: %r", job_id, trouble
                    )
        post.close()


def _send(send: Callable[[int], None], job_id: int) -> None:
    send(job_id)
    mark_sent(job_id)


def send_unsent(send: Callable[[int], None], ids: list[int]) -> int:
    """Send the ids that the broker does not know; how many. The first failure ends it (logged)."""
    for count, job_id in enumerate(ids):
        try:
            _send(send, job_id)
        except Exception as trouble:
            log.warning(
                "the broker cannot be told of %s jobs, which wait: %r", len(ids) - count, trouble
            )
            return count
    return len(ids)
