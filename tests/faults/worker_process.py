"""A whole worker that a test may kill: `python -m tests.faults.worker_process FOLDER SETTINGS`.

SETTINGS is JSON: the environment's settings. It starts at a line on its input and answers with one.
Signs of life come and are missed quickly; long work rests at each report of its progress, so that
it can be met in the middle.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from surveyapp import create_app
from surveyapp.distribution.outbox import Timing as SendingTiming
from surveyapp.jobs.holding import Timing
from surveyapp.worker import Worker
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


def main(folder: str, settings: str) -> None:
    """Run until told to stop."""
    rest_between_batches()
    app = create_app(make_settings(Path(folder), **json.loads(settings)))
    app.config["JOB_TIMING"] = BRISK
    app.config["SENDING_TIMING"] = SendingTiming(
        lease=timedelta(seconds=4), settle=timedelta(seconds=2)
    )
    worker, told = Worker(app), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    sys.stdin.readline()
    worker.start()
    sys.stdout.write("runs\n")
    sys.stdout.flush()
    told.wait()
    worker.shut_down()


class Process:
    """Such a worker on the database and broker of `app`."""

    def __init__(self, app: Flask, **more: str) -> None:
        known = app.config["SETTINGS"]
        settings = {
            "DATABASE_URL": known.database_url,
            "BROKER_URL": known.broker_url,
            "SECRET_KEY": known.secret_key,
            **more,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker_process", str(known.instance),
             json.dumps(settings)],
            cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def runs(self) -> Process:
        """Let it start; returns when it runs."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.close()
        assert self._process.stdout.readline() == "runs\n"
        return self

    def kill(self) -> None:
        """End it without warning."""
        self._process.kill()
        self._ended()

    def stop(self) -> None:
        """Ask it to end."""
        self._process.terminate()
        self._ended()

    def _ended(self) -> None:
        assert self._process.stdout is not None
        self._process.wait(30)
        self._process.stdout.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
