"""The worker: one process that follows the schedule, sends texts and does long work.

APScheduler is only the alarm clock: it keeps its jobs in memory, and what they do rests on rows.
Any number of workers may run on PostgreSQL; one leads, all send. On SQLite the others stand by.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import update

from surveyapp import PACKAGES, clock
from surveyapp.database import db
from surveyapp.distribution import outbox, planning, reconcile, sweeping
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.labels import keeping
from surveyapp.distribution.models import PeriodicRun
from surveyapp.distribution.sending import THREADS, Sender, persist
from surveyapp.distribution.sms.provider import Provider
from surveyapp.jobs import running
from surveyapp.jobs import sweeping as job_sweeping
from surveyapp.jobs.holding import Holding
from surveyapp.jobs.holding import timing as jobs_timing
from surveyapp.jobs.registry import LONG, SOON
from surveyapp.leading import leadership
from surveyapp.reports import snapshots
from surveyapp.reports.papers import scheduled
from surveyapp.steadiness import Steadiness

if TYPE_CHECKING:
    from surveyapp.brokered import Brokered

log = logging.getLogger(__name__)
STOP_SECONDS = 0.8
"""How long a stop waits for calls that are out; what they leave open is looked up later."""


@dataclass(frozen=True)
class Periodic:
    """Something done every `seconds`; `leader`: by the leading worker only.

    ages: judges by how long ago something was written, which a clock that jumped tells wrong.
    """

    name: str
    seconds: float
    work: Callable[[Worker], object]
    leader: bool = True
    ages: bool = False


class Worker:
    """The periodic work of one process."""

    def __init__(
        self,
        app: Flask,
        provider: Provider | None = None,
        threads: int = THREADS,
        jobs: int = 1,
    ) -> None:
        import_kinds()
        self.app, self.threads = app, threads
        self.sender = Sender(app, provider)
        self.stop = self.sender.stop
        self._holding = app.extensions["jobs_held"] = Holding()
        with app.app_context():
            engine = db.engine
        self._alone = engine.dialect.name != "postgresql"
        self._lead = leadership(engine, Path(app.instance_path))
        self.leading = False
        self._scheduler: Any = None
        self._sending = threading.Lock()
        self.steadiness = Steadiness()
        self.brokered = _brokered(app, self.wake, jobs)

    def wake(self) -> None:
        """Look for texts that are due now instead of at the next turn."""
        if self._scheduler is not None:
            self._scheduler.modify_job("send", next_run_time=datetime.now(UTC))

    def send(self) -> None:
        """Send what is due; one at a time in a process."""
        if outbox.waiting_in("queued") and self._sending.acquire(blocking=False):
            try:
                self.sender.drain(self.threads)
            finally:
                self._sending.release()

    def lead(self) -> None:
        """Take the lead when it is free; a new leader first settles what the last one left, and
        marks the figures that another release computed.
        """
        held = self._lead.hold()
        if held and not self.leading and self._alone:
            sweeping.reap(everything=True)
        if held and not self.leading:
            snapshots.outdate()
        self.leading = held

    def run(self, periodic: Periodic) -> None:
        """Do one periodic piece of work and note that it was done; its failure is not the end."""
        if self.stop.is_set() or not (self.leading or self._helps(periodic)):
            return
        try:
            with self.app.app_context():
                if periodic.ages and not self.steadiness.for_seconds(_longest()):
                    return
                periodic.work(self)
                persist(lambda: beat(periodic.name))
        except Exception:
            log.exception("the periodic work %s failed", periodic.name)

    def _helps(self, periodic: Periodic) -> bool:
        return periodic.name == "lead" or not (periodic.leader or self._alone)

    def start(self) -> None:
        """Start the alarm clock."""
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a long run is no news
        self.run(PERIODIC[0])
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(PERIODIC))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        for periodic in BROKERED if self.brokered else PERIODIC:
            self._scheduler.add_job(
                self.run, "interval", [periodic], seconds=periodic.seconds, id=periodic.name,
                next_run_time=datetime.now(UTC),
            )  # fmt: skip
        self._scheduler.start()
        threading.Thread(target=self._watch, daemon=True).start()
        if self.brokered:
            self.brokered.consumer.start()

    def _watch(self) -> None:
        while not self.stop.wait(1.0):
            self.mind_the_clock()

    def mind_the_clock(self) -> None:
        """Set the alarms anew when the clock was: put back an hour, they would be an hour late."""
        if jump := self.steadiness.look():
            log.warning("the clock jumped by %.0f seconds", jump)
            for alarm in self._scheduler.get_jobs():
                alarm.modify(next_run_time=datetime.now(UTC))

    def shut_down(self) -> bool:
        """Stop within a second; whether everything came to its end."""
        self.stop.set()
        self._holding.stopping.set()
        done = threading.Event()

        def wait() -> None:
            if self.brokered:
                self.brokered.stop(STOP_SECONDS)
            if self._scheduler is not None:
                self._scheduler.shutdown(wait=True)
            done.set()

        threading.Thread(target=wait, daemon=True).start()
        finished = done.wait(STOP_SECONDS)
        self._holding.give_back_all()
        self._lead.resign()
        return finished

    def tick(self) -> Counter[str]:
        """Everything that is due at this moment, once, in this thread; endings of the texts."""
        with self.app.app_context():
            sweeping.reap()
            planning.notice()
            running.run_waiting(SOON)
            sweeping.sweep()
            settled = reconcile.resolve(self.sender.providers) if unknown() else 0
        tally = self.sender.drain(self.threads)
        with self.app.app_context():
            running.run_waiting()
        return tally + Counter(settled=settled)


def unknown() -> bool:
    """Whether any outcome is unknown (the provider's heavy package can stay out otherwise)."""
    return bool(outbox.waiting_in("unknown"))


def _longest() -> float:
    """Seconds after which every lease and sign of life of before a jump is out of date."""
    return max(outbox.timing().lease, jobs_timing().forgotten).total_seconds()


def _reconcile(worker: Worker) -> None:
    sweeping.reap()
    if unknown():
        reconcile.resolve(worker.sender.providers)


def _waves(_worker: Worker) -> None:
    sweeping.sweep()
    planning.notice()


def _brokered(app: Flask, wake: Callable[[], None], jobs: int) -> Brokered | None:
    if not app.config["SETTINGS"].broker_url:
        return None
    from surveyapp.brokered import Brokered

    return Brokered(app, wake, jobs)


def _with_broker(work: Callable[[Brokered], None]) -> Callable[[Worker], None]:
    return lambda worker: work(worker.brokered) if worker.brokered else None


PERIODIC = (
    Periodic("lead", 1.0, Worker.lead),
    Periodic("waves", 2.0, _waves),
    Periodic("send", 0.5, Worker.send, leader=False),
    Periodic("reconcile", 2.0, _reconcile, ages=True),
    Periodic("jobs", 0.5, lambda _worker: running.run_waiting(LONG), leader=False),
    Periodic("soon", 0.5, lambda _worker: running.run_waiting(SOON), leader=False),
    Periodic("figures", 3.0, lambda _worker: snapshots.notice()),
    Periodic("labels", 3600.0, lambda _worker: keeping.sweep()),
    Periodic("reports", 60.0, lambda _worker: scheduled.tend()),
    Periodic("forgotten", 5.0, lambda _worker: job_sweeping.requeue_forgotten(), ages=True),
)
"""The alarm clock's whole list."""
BROKERED = (
    *(periodic for periodic in PERIODIC if periodic.name not in {"send", "jobs", "soon"}),
    Periodic("send", 5.0, Worker.send, leader=False),
    Periodic("wake", 1.0, _with_broker(lambda it: it.wake())),
    Periodic("unsent", 3.0, _with_broker(lambda it: it.send_unsent())),
)
"""The list where a broker tells workers what to look for."""


def beat(name: str) -> None:
    """Note that a periodic piece of work was done just now."""
    now = clock.now()
    found = db.session.execute(
        update(PeriodicRun)
        .where(PeriodicRun.name == name)
        .values(finished_at=now)
        .returning(PeriodicRun.name)
    ).scalar()
    if found is None:
        db.session.execute(insert_missing(PeriodicRun).values(name=name, finished_at=now))
    db.session.commit()


def import_kinds() -> None:
    """Import every package's `work` module, which registers its kinds of long work."""
    package = Path(__file__).resolve().parent
    for name in PACKAGES:
        if (package / name / "work.py").is_file():
            import_module(f"surveyapp.{name}.work")


def tick(app: Flask, provider: Provider | None = None, threads: int = THREADS) -> Counter[str]:
    """Do everything that is due now, synchronously: for simulations and tests.

    The worker is kept with the application, so that a loop of ticks shares its connections.
    """
    kept = app.extensions.get("surveyapp_worker")
    if kept is None or provider is not None:
        kept = app.extensions["surveyapp_worker"] = Worker(app, provider, threads)
    done: Counter[str] = kept.tick()
    return done


def drain(app: Flask, threads: int = THREADS) -> Counter[str]:
    """Tick until nothing more leaves at this moment; endings of the texts."""
    total: Counter[str] = Counter()
    while done := tick(app, threads=threads):
        total += done
    return total
