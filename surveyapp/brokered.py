"""The worker's part when there is a broker: ids come and go instead of looks into the database.

Imported only where BROKER_URL is set. The rows stay the truth: what the broker loses, the sweep of
unsent jobs and the sender's own look every few seconds find again.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from surveyapp.database import db
from surveyapp.distribution import wakes
from surveyapp.jobs import sweeping
from surveyapp.jobs.announcing import Announcer
from surveyapp.jobs.consuming import Consumer


class Brokered:
    """Takes jobs and wake-ups from the broker and, as the leader, tells it what waits."""

    def __init__(self, app: Flask, wake: Callable[[], None], jobs: int) -> None:
        self._announcer: Announcer = app.extensions["job_announcer"]
        self.consumer = Consumer(app, wake, jobs)

    def send_unsent(self) -> None:
        """Tell the broker of jobs that it does not know."""
        if self._announcer.idle:
            self._announcer.tell(sweeping.unsent())

    def wake(self) -> None:
        """Wake a sender for each study with texts that are due."""
        if self._announcer.idle:
            self._announcer.wake(wakes.due_studies())
            db.session.rollback()

    def stop(self, seconds: float) -> None:
        """Take no more, and wait so long for what is being done."""
        self.consumer.stop(seconds)
        self._announcer.close()
