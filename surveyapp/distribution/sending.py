"""Sending what is due, by a few calls at once, at the allowed pace.

One thread claims a batch, has it called by several and records what became of it: a claim costs
about as many statements for one message as for fifty.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from typing import TypeVar

from flask import Flask
from sqlalchemy.exc import OperationalError

from config import Settings
from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import channels, outbox, outcomes, quiet
from surveyapp.distribution.outbox import Claimed
from surveyapp.distribution.pacing import Pace
from surveyapp.distribution.sms.provider import Ending, Outcome, Provider
from surveyapp.distribution.sms.providers import providers_of
from surveyapp.distribution.sms.routing import Live, Routes, leads

T = TypeVar("T")
log = logging.getLogger(__name__)
THREADS = 4
WIDTH = 8
"""Calls at once for each thread that claims and records, and one such thread more, so that calls go
on while it does: what a claim costs is shared by a batch."""
BATCH = 64
FRESH_SECONDS = 0.8
"""A claimed message that was not called within this time is given back and checked anew."""
THROTTLED_SECONDS = 1.0
"""How long a channel waits that was told to slow down; its messages wait with it."""
RESTS = {Ending.BLOCKED: 30.0, Ending.TRANSIENT: 5.0}
"""Seconds that a channel rests after such an ending, while others take over."""
LOCKED_TRIES = 8


class Sender:
    """Sends for one process. Threads share the providers' connections and the channels' paces."""

    def __init__(self, app: Flask, provider: Provider | None = None) -> None:
        self.app = app
        settings: Settings = app.config["SETTINGS"]
        self.providers = providers_of(settings, provider)
        self.paces = {c.name: Pace(c.rate) for c in self.providers.channels}
        self.stop = threading.Event()
        self.owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.tally: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        """Whose thread writes: SQLite lets one write, and waiting in line beats asking again."""
        self._resting: dict[str, float] = {}
        self._call_seconds = {c.name: 0.05 for c in self.providers.channels}
        self._width = 1
        self._calls: ThreadPoolExecutor | None = None

    def drain(self, threads: int = THREADS) -> Counter[str]:
        """Send everything that is due and allowed now; endings with their counts.

        threads: calls under way at once. Returns at once while no channel may send; what is not
        due yet stays queued.
        """
        self.tally = Counter()
        with self.app.app_context():
            persist(quiet.defer)
        claimers = min(threads, threads // WIDTH + 1)
        self._width = threads // claimers
        self._calls = ThreadPoolExecutor(threads, "call")
        with self._calls, ThreadPoolExecutor(claimers, "sender") as pool:
            for done in [pool.submit(self._work) for _ in range(claimers)]:
                done.result()
        return self.tally

    def _work(self) -> None:
        while not self.stop.is_set():
            with self.app.app_context():
                routes = self._routes()
                most, tokens = self._take(routes)
                if not most:
                    self._return_probes(routes, {})
                    return
                taken, sent = self._batch(most, tokens, routes)
                self._return_probes(routes, sent)
            for name, count in tokens.items():
                self.paces[name].give_back(count - sent[name])
            if not taken:
                return

    def _routes(self) -> Routes:
        """The channels as they stand, without those that rest in this process."""
        now = time.monotonic()
        live = persist(lambda: channels.live(self.providers.channels))
        awake = [it for it in live if self._resting.get(it.channel.name, 0) <= now]
        return Routes(self.providers.channels, awake)

    def _take(self, routes: Routes) -> tuple[int, dict[str, int]]:
        """Wait until some leading channel may send; how many do, and how many each channel may.

        The others' tokens are for what a leading one just failed. 0: nothing may leave soon.
        """
        leading = leads(routes.live)
        while not self.stop.is_set():
            ready = [it for it in leading if not self.paces[it.channel.name].paused]
            if not ready:
                return 0, {}
            tokens = self._tokens(ready)
            if most := sum(tokens.values()):
                others = [it for it in routes.live if it not in leading]
                return most, tokens | self._tokens(others)
            self.stop.wait(min(min(self.paces[it.channel.name].wait for it in ready), 0.5))
        return 0, {}

    def _tokens(self, live: Sequence[Live]) -> dict[str, int]:
        names = ((it, it.channel.name) for it in live)
        return {name: self.paces[name].take_now(self._fitting(it)) for it, name in names}

    def _return_probes(self, routes: Routes, sent: Mapping[str, int]) -> None:
        """A probe that found no message is for whoever comes next."""
        for it in routes.live:
            if it.probing and not sent.get(it.channel.name):
                persist(lambda name=it.channel.name: channels.return_probe(name))  # type: ignore[misc]

    def _batch(
        self, most: int, tokens: Mapping[str, int], routes: Routes
    ) -> tuple[int, Counter[str]]:
        """Claim, call, record; rows taken, and calls made by channel."""
        claim = self._write(lambda: outbox.claim(self.owner, most, tokens, routes))
        sent: Counter[str] = Counter()
        if not claim.ready:
            return claim.taken, sent
        results = self._call(claim.ready)
        self._write(lambda: outcomes.record(results))
        sent.update(claimed.channel for claimed, outcome in results if outcome)
        with self._lock:
            self.tally.update(outcome.ending.value for _, outcome in results if outcome)
        return claim.taken, sent

    def _write(self, work: Callable[[], T]) -> T:
        with self._turn if db.engine.dialect.name == "sqlite" else nullcontext():
            return persist(work)

    def _call(self, batch: Sequence[Claimed]) -> list[tuple[Claimed, Outcome | None]]:
        """Call the provider for each, some at once; who may not leave any more is given back."""
        assert self._calls is not None, "only while draining"  # noqa: S101
        call = partial(self._call_one, checked=time.monotonic())
        return list(zip(batch, self._calls.map(call, batch), strict=True))

    def _call_one(self, claimed: Claimed, checked: float) -> Outcome | None:
        """The provider's answer; None: not called, for the check is old or sending is halted."""
        began = time.monotonic()
        stale = began - checked > FRESH_SECONDS
        late = clock.now() >= claimed.leave_before
        if stale or late or self.stop.is_set() or self._halted(claimed.channel, began):
            return None
        outcome = self.providers.get(claimed.channel).send(claimed.text)
        self._react(claimed.channel, outcome, time.monotonic() - began)
        return outcome

    def _halted(self, name: str, now: float) -> bool:
        return self.paces[name].paused or self._resting.get(name, 0) > now

    def _fitting(self, live: Live) -> int:
        """How many calls fit into the time for which a check is fresh; a probe is alone."""
        if live.probing:
            return 1
        seconds = self._call_seconds[live.channel.name]
        turns = max(1, int(FRESH_SECONDS / 2 / max(seconds, 0.001)))
        return min(BATCH, turns * self._width)

    def _react(self, name: str, outcome: Outcome, seconds: float) -> None:
        """Remember how long a call takes; slow down or rest when it says so."""
        self._call_seconds[name] = 0.9 * self._call_seconds[name] + 0.1 * seconds
        if outcome.ending == Ending.THROTTLED:
            self.paces[name].pause(THROTTLED_SECONDS)
        elif outcome.ending in RESTS:
            self._resting[name] = time.monotonic() + RESTS[outcome.ending]
        if outcome.ending == Ending.BLOCKED:
            log.error("%s refuses every text (%s): check its settings", name, outcome.detail)


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
