"""The worker's part when there is a broker: ids come and go instead of looks into the database.

Imported only where BROKER_URL is set. The rows stay the truth: what the broker loses, the sweep of
unsent jobs and the sender's own look every few seconds find again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask

from config import Settings
from surveyapp.database import db
from surveyapp.distribution import wakes
from surveyapp.jobs import sweeping
from surveyapp.jobs.announcing import send_unsent
from surveyapp.jobs.broker import Post
from surveyapp.jobs.consuming import Consumer

log = logging.getLogger(__name__)


class Brokered:
    """Takes jobs and wake-ups from the broker and, as the leader, tells it what waits."""

    def __init__(self, app: Flask, wake: Callable[[], None], jobs: int) -> None:
        settings: Settings = app.config["SETTINGS"]
        self._post = Post(settings)
        self.consumer = Consumer(app, wake, jobs)

    def send_unsent(self) -> None:
        """Tell the broker of jobs that it does not know."""
        send_unsent(self._post.job, sweeping.unsent())

    def wake(self) -> None:
        """Wake a sender for each study with texts that are due."""
        studies = wakes.due_studies()
        db.session.rollback()
        try:
            for study_id in studies:
                self._post.wake(study_id)
        except Exception as trouble:
            log.warning("the broker cannot wake the senders, who look by themselves: %r", trouble)
