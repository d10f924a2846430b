"""Workers as processes that a test may kill: `python -m tests.faults.sender_process`.

Arguments: the instance's folder, the database's address, the product's own address; the providers
are in the folder's file of channels. For each line on standard input a worker is forked and its
process id printed: forking spares every start the seconds that importing takes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

import apscheduler.schedulers.background  # noqa: F401 - imported before forking
from flask import Flask

from surveyapp import create_app
from surveyapp.distribution.outbox import Timing
from surveyapp.worker import Worker, import_kinds
from tests.conftest import make_settings


def prepare(folder: str, database_url: str, base: str) -> Flask:
    """The application of every worker; no connection is open when it is forked."""
    settings = make_settings(
        Path(folder),
        DATABASE_URL=database_url,
        PUBLIC_BASE_URL=base,
        TWILIO_ACCOUNT_SID="",
    )
    app = create_app(settings)
    app.config["SENDING_TIMING"] = Timing(lease=timedelta(seconds=4), settle=timedelta(seconds=2))
    import_kinds()
    return app


def main(arguments: list[str]) -> None:
    """Fork a worker per line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the killed ones
    app = prepare(*arguments)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            Worker(app).start()
            threading.Event().wait()
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
