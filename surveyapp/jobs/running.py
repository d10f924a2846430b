"""Running long work: enqueue a row, claim it once, do it, keep its outcome."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from surveyapp import clock
from surveyapp.accounts.audit import actor
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.jobs.models import Job
from surveyapp.jobs.refusals import as_stored
from surveyapp.jobs.registry import work_of

log = logging.getLogger(__name__)
FORGOTTEN_AFTER = timedelta(minutes=5)
"""A running job whose heartbeat is older than this was lost with its worker."""


def enqueue(kind: str, **params: Any) -> Job:
    """Queue work of `kind` in the caller's transaction (commit it yourself)."""
    work_of(kind)
    row = Job(kind=kind, params=params, actor=actor())
    db.session.add(row)
    db.session.flush()
    return row


def claim(job_id: int) -> bool:
    """Take a queued job; exactly one claimant gets True."""
    now = clock.now()
    taken = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == "queued")
        .values(state="running", started_at=now, heartbeat_at=now)
        .returning(Job.id)
    ).scalar()
    db.session.commit()
    return taken is not None


def run(job_id: int) -> None:
    """Claim and do one job; a second call does nothing. Its failure is its outcome."""
    if not claim(job_id):
        return
    row = db.session.get_one(Job, job_id)
    kind, params = row.kind, dict(row.params)
    db.session.rollback()
    try:
        result = work_of(kind)(params, lambda *how_far: _beat(job_id, *how_far))
    except SurveyError as refusal:
        db.session.rollback()
        found = [as_stored(finding) for finding in refusal.findings]
        said = "; ".join(finding.message for finding in refusal.findings)
        _finish(job_id, "failed", error=said[:2000], result={"refusals": found})
    except Exception as trouble:
        log.exception("job %s (%s) failed", job_id, kind)
        db.session.rollback()
        _finish(job_id, "failed", error=f"{type(trouble).__name__}: {trouble}"[:2000])
    else:
        _finish(job_id, "done", result=result or {})


def _beat(job_id: int, step: str, done: int, total: int) -> None:
    """Write progress in a transaction of its own, so that pages see it while the work goes on."""
    with db.engine.begin() as connection:
        connection.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(step=step, done=done, total=total, heartbeat_at=clock.now())
        )


def _finish(job_id: int, state: str, **values: Any) -> None:
    db.session.execute(
        update(Job).where(Job.id == job_id).values(state=state, finished_at=clock.now(), **values)
    )
    db.session.commit()


def run_waiting() -> int:
    """Do every queued job, oldest first; how many there were."""
    waiting = db.session.scalars(select(Job.id).where(Job.state == "queued").order_by(Job.id)).all()
    db.session.rollback()
    for job_id in waiting:
        run(job_id)
    return len(waiting)


def requeue_forgotten() -> int:
    """Queue again what a dead worker left running; how many there were."""
    stale = Job.heartbeat_at < clock.now() - FORGOTTEN_AFTER
    rows = db.session.execute(
        update(Job).where(Job.state == "running", stale).values(state="queued").returning(Job.id)
    ).all()
    db.session.commit()
    return len(rows)
