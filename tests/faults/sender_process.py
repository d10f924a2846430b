"""Workers as processes that a test may kill: `python -m tests.faults.sender_process`.

Arguments: the instance's folder, the database's address, the provider's address. For each line on
standard input a worker is forked and its process id printed: forking spares every start the
seconds that importing takes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

import apscheduler.schedulers.background  # noqa: F401 - imported before forking

import surveyapp.distribution.sms.twilio_provider  # noqa: F401 - imported before forking
from surveyapp import create_app
from surveyapp.distribution.outbox import Timing
from surveyapp.worker import Worker
from tests.conftest import make_settings


def work(folder: str, database_url: str, provider: str) -> None:
    """Be a worker until killed."""
    settings = make_settings(
        Path(folder),
        DATABASE_URL=database_url,
        TWILIO_API_BASE=provider,
        SMS_DOMESTIC="1",
        SMS_RATE="400",
    )
    app = create_app(settings)
    app.config["SENDING_TIMING"] = Timing(lease=timedelta(seconds=2), settle=timedelta(seconds=2))
    Worker(app).start()
    threading.Event().wait()


def main(arguments: list[str]) -> None:
    """Fork a worker per line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the killed ones
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(*arguments)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
