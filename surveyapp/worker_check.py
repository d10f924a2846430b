"""`worker --check`: whether database, broker and schedule work, and how much waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import click
from flask import Flask
from sqlalchemy import func, select

from config import Settings
from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution.models import Message, PeriodicRun
from surveyapp.jobs.models import Job

SILENT_AFTER = timedelta(seconds=60)
WRONG_SECONDS = 5.0


def report(app: Flask) -> int:
    """Print a line for each part; 0 when all work, 1 when one does not."""
    settings: Settings = app.config["SETTINGS"]
    parts = [("database", _database)]
    if settings.broker_url:
        parts.append(("broker", lambda: _broker(settings)))
    if db.engine.dialect.name == "postgresql":
        parts.append(("clock", _clock))
    parts.append(("schedule", _schedule))
    return max([_line(name, check) for name, check in parts])


def _line(name: str, check: Callable[[], str]) -> int:
    try:
        click.echo(f"{name}: {check()}")
    except Exception as trouble:
        click.echo(
            f"{name}: {type(trouble).__name__}: {str(trouble).partition(chr(10))[0]}", err=True
        )
        return 1
    return 0


def _database() -> str:
    return "ok; " + "; ".join(_waiting())


def _waiting() -> Iterator[str]:
    for what, model in (("jobs", Job), ("texts", Message)):
        states = db.session.execute(
            select(model.state, func.count())
            .where(model.state.in_(("queued", "running", "sending", "unknown")))
            .group_by(model.state)
        ).all()
        yield f"{what}: {', '.join(f'{count} {state}' for state, count in sorted(states)) or 'none wait'}"  # noqa: E501


def _broker(settings: Settings) -> str:
    from surveyapp.jobs.broker import Post

    post = Post(settings)
    try:
        post.check()
    finally:
        post.close()
    return "ok"


def _clock() -> str:
    """Hosts judge each other's leases, so all must keep the database server's time."""
    theirs = db.session.execute(select(func.clock_timestamp())).scalar_one()
    off = (clock.now() - theirs).total_seconds()
    if abs(off) > WRONG_SECONDS:
        raise RuntimeError(f"this host is {off:+.0f} seconds off the database server: set both")
    return "ok"


def _schedule() -> str:
    last = db.session.scalar(select(func.max(PeriodicRun.finished_at)))
    if last is None or clock.now() - last > SILENT_AFTER:
        raise RuntimeError(f"no worker was at work in the last minute (last: {last})")
    return "ok"
