"""Sending what is due, from a few threads, at the allowed pace."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from flask import Flask
from sqlalchemy.exc import OperationalError

from config import Settings
from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import outbox, quiet
from surveyapp.distribution.outbox import Claimed
from surveyapp.distribution.pacing import Pace
from surveyapp.distribution.sms.provider import Ending, Outcome, Provider

T = TypeVar("T")
log = logging.getLogger(__name__)
THREADS = 4
BATCH = 16
FRESH_SECONDS = 0.8
"""A claimed message that was not called within this time is given back and checked anew."""
PAUSES = {Ending.BLOCKED: 30.0, Ending.TRANSIENT: 5.0, Ending.THROTTLED: 1.0}
"""Seconds that everyone waits after such an ending: more calls would only end alike."""
LOCKED_TRIES = 8


class Sender:
    """Sends for one process. Threads share the provider's connections and the pace."""

    def __init__(self, app: Flask, provider: Provider | None = None) -> None:
        self.app = app
        self.settings: Settings = app.config["SETTINGS"]
        self._provider = provider
        self.pace = Pace(self.settings.sms_rate)
        self.stop = threading.Event()
        self.owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.tally: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._call_seconds = 0.05

    @property
    def provider(self) -> Provider:
        """The configured provider, made on first use (its package is heavy)."""
        with self._lock:
            if self._provider is None:
                from surveyapp.distribution.sms.twilio_provider import TwilioProvider

                self._provider = TwilioProvider(self.settings)
            return self._provider

    def drain(self, threads: int = THREADS) -> Counter[str]:
        """Send everything that is due and allowed now; endings with their counts.

        Returns at once while the provider is paused; what is not due yet stays queued.
        """
        self.tally = Counter()
        with self.app.app_context():
            persist(quiet.defer)
        if threads == 1:
            self._work()
        else:
            with ThreadPoolExecutor(threads, "sender") as pool:
                for done in [pool.submit(self._work) for _ in range(threads)]:
                    done.result()
        return self.tally

    def _work(self) -> None:
        while not self.stop.is_set() and not self.pace.paused:
            tokens = self.pace.take(self._fitting(), self.stop)
            if not tokens:
                return
            with self.app.app_context():
                taken, sent = self._batch(tokens)
            self.pace.give_back(tokens - sent)
            if not taken:
                return

    def _batch(self, most: int) -> tuple[int, int]:
        """Claim, call, record; rows taken and calls made."""
        domestic = self.settings.sms_domestic
        claim = persist(lambda: outbox.claim(self.owner, most, domestic=domestic))
        if not claim.ready:
            return claim.taken, 0
        results = self._call(claim.ready)
        persist(lambda: outbox.record(self.provider.name, results))
        endings = [outcome.ending.value for _, outcome in results if outcome]
        with self._lock:
            self.tally.update(endings)
        return claim.taken, len(endings)

    def _call(self, batch: Sequence[Claimed]) -> list[tuple[Claimed, Outcome | None]]:
        """Call the provider for each; whoever may not leave any more is given back."""
        started = time.monotonic()
        results: list[tuple[Claimed, Outcome | None]] = []
        for claimed in batch:
            stale = time.monotonic() - started > FRESH_SECONDS
            late = clock.now() >= claimed.leave_before
            if stale or late or self.stop.is_set() or self.pace.paused:
                results.append((claimed, None))
                continue
            outcome = self.provider.send(claimed.text)
            results.append((claimed, outcome))
            self._react(outcome)
        calls = sum(outcome is not None for _, outcome in results)
        if calls:
            self._call_seconds = 0.5 * (self._call_seconds + (time.monotonic() - started) / calls)
        return results

    def _fitting(self) -> int:
        """How many calls fit into the time for which a check is fresh."""
        return max(1, min(BATCH, int(FRESH_SECONDS / 2 / max(self._call_seconds, 0.001))))

    def _react(self, outcome: Outcome) -> None:
        if seconds := PAUSES.get(outcome.ending):
            self.pace.pause(seconds)
        if outcome.ending == Ending.BLOCKED:
            log.error("the provider refuses every text (%s): check its settings", outcome.detail)


def persist(work: Callable[[], T]) -> T:
    """Do a short transaction, again when the database is locked or was cut off for a moment."""
    for attempt in range(LOCKED_TRIES):
        try:
            return work()
        except OperationalError:
            db.session.rollback()
            if attempt == LOCKED_TRIES - 1:
                raise
            time.sleep(0.1 * 2**attempt)
    raise AssertionError("unreachable")
