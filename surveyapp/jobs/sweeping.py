"""Sweepers of jobs: what a dead worker left, and what no broker was told or a broker forgot."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, or_, select, update

from surveyapp import clock
from surveyapp.database import db
from surveyapp.findings import N_, Finding
from surveyapp.jobs.holding import timing
from surveyapp.jobs.models import Job
from surveyapp.jobs.refusals import as_stored


def requeue_forgotten() -> int:
    """Queue again what a dead worker left running; how many there were.

    What several workers died with is given up: it would take down one after the other.
    """
    times = timing()
    dead = (Job.state == "running", _long_ago(Job.heartbeat_at, times.forgotten))
    again = Job.lost + 1 < times.deaths
    rows = db.session.execute(
        update(Job)
        .where(*dead, again)
        .values(state="queued", sent_at=None, lost=Job.lost + 1)
        .returning(Job.id)
    ).all()
    db.session.execute(update(Job).where(*dead, ~again).values(_given_up(times.deaths)))
    db.session.commit()
    return len(rows)


def unsent() -> list[int]:
    """Queued jobs whose id a broker was never told, or so long ago that it may be lost."""
    late = or_(Job.sent_at.is_(None), _long_ago(Job.sent_at, timing().resend))
    found = list(db.session.scalars(select(Job.id).where(Job.state == "queued", late)))
    db.session.rollback()
    return found


def kind_of(job_id: int) -> str:
    """The kind of a job; empty when there is none."""
    with db.engine.connect() as connection:
        return connection.scalar(select(Job.kind).where(Job.id == job_id)) or ""


def mark_sent(job_id: int) -> None:
    """Note that a broker took its id just now."""
    with db.engine.begin() as connection:
        connection.execute(update(Job).where(Job.id == job_id).values(sent_at=clock.now()))


def _long_ago(at: SQLColumnExpression[datetime | None], limit: timedelta) -> ColumnElement[bool]:
    """One as far in the future was written before a clock was set back: it tells nothing."""
    now = clock.now()
    return or_(at < now - limit, at > now + limit)


def _given_up(deaths: int) -> dict[str, object]:
    finding = Finding(
        "job.given_up",
        "job",
        N_("The worker died {deaths} times with this work. Start it again; if it dies again, look "
           "at the worker's memory and log."),
        {"deaths": deaths},
    )  # fmt: skip
    return {
        "state": "failed",
        "lost": Job.lost + 1,
        "finished_at": clock.now(),
        "error": finding.message,
        "result": {"refusals": [as_stored(finding)]},
    }
