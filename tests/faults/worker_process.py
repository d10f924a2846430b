"""Whole workers that a test may kill: `python -m tests.faults.worker_process`.

For each line on its input (JSON: the folder, and the environment's settings) a worker is forked,
which prints its process id when it runs: forking spares every start the seconds of importing.
Signs of life come and are missed quickly; long work rests at each report of its progress, so that
it can be met in the middle.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import apscheduler.schedulers.background  # noqa: F401 - imported before forking
from flask import Flask

from surveyapp import create_app
from surveyapp.distribution.outbox import Timing as SendingTiming
from surveyapp.jobs import consuming  # noqa: F401 - imported before forking
from surveyapp.jobs.holding import Timing
from surveyapp.worker import Worker, import_kinds
from tests.conftest import make_settings

ROOT = Path(__file__).resolve().parents[2]
BRISK = Timing(
    beat=timedelta(seconds=0.3),
    forgotten=timedelta(seconds=2),
    resend=timedelta(seconds=3),
    deaths=9,
)
REST = 0.15


def rest_between_batches() -> None:
    """Make imports and exports wait at each report of progress."""
    from surveyapp.jobs.holding import Held

    report = Held.progress

    def slowly(self: Held, *how_far: Any) -> None:
        report(self, *how_far)
        time.sleep(REST)

    Held.progress = slowly  # type: ignore[method-assign]


def plan_in_small_chunks() -> None:
    """Let planning be met in the middle of a few hundred people."""
    from surveyapp.distribution import invitations, waves

    invitations.CHUNK = waves.CHUNK = 40


def work(folder: str, settings: dict[str, str]) -> None:
    """Run until told to stop."""
    app = create_app(make_settings(Path(folder), **settings))
    app.config["JOB_TIMING"] = BRISK
    app.config["SENDING_TIMING"] = SendingTiming(
        lease=timedelta(seconds=4), settle=timedelta(seconds=2)
    )
    worker, told = Worker(app), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    worker.start()
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    told.wait()
    worker.shut_down()


def main() -> None:
    """Fork a worker per line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the killed ones
    rest_between_batches()
    plan_in_small_chunks()
    import_kinds()
    for line in sys.stdin:
        if os.fork() == 0:
            work(*json.loads(line))
            os._exit(0)


@cache
def nursery() -> subprocess.Popen[str]:
    """The process that forks; one for all tests of a run, gone with it."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker_process"],
        cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    atexit.register(started.kill)
    return started


class Process:
    """Such a worker on the database and broker of `app`."""

    def __init__(self, app: Flask) -> None:
        known = app.config["SETTINGS"]
        settings = {
            "DATABASE_URL": known.database_url,
            "BROKER_URL": known.broker_url,
            "SECRET_KEY": known.secret_key,
        }
        forks = nursery()
        assert forks.stdin is not None
        assert forks.stdout is not None
        forks.stdin.write(json.dumps([str(known.instance), settings]) + "\n")
        forks.stdin.flush()
        self._pid = int(forks.stdout.readline())

    def kill(self) -> None:
        """End it without warning."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        os.kill(self._pid, how)
        until = time.monotonic() + 30
        while Path(f"/proc/{self._pid}").exists():
            assert time.monotonic() < until, "it does not end"
            time.sleep(0.01)


if __name__ == "__main__":
    main()
