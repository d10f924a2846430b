"""The command `worker`: run one until it is told to stop, or look how they are."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from surveyapp.distribution.sending import THREADS
from surveyapp.worker import Worker
from surveyapp.worker_check import report


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@click.option("--threads", default=THREADS, show_default=True, help="Texts under way at once.")
@click.option("--jobs", default=1, show_default=True, help="Long work at once, with a broker.")
@click.option("--check", "only_check", is_flag=True, help="Say whether workers work; 1 if not.")
@with_appcontext
def worker(once: bool, threads: int, jobs: int, only_check: bool) -> None:
    """Send texts, follow the schedule, do long work, until told to stop."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if only_check:
        sys.exit(report(app))
    if once:
        done = Worker(app, threads=threads).tick()
        click.echo(", ".join(f"{name}: {n}" for name, n in sorted(done.items())) or "nothing due")
        return
    it, told = Worker(app, threads=threads, jobs=jobs), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    it.start()
    click.echo("The worker is running.")
    told.wait()
    if not it.shut_down():
        os._exit(0)  # long work is queued again, calls that are out are looked up: both by rows
