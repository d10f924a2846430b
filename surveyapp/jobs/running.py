"""Running long work: enqueue a row, claim it once, do it, keep its outcome."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import select, true, update
from sqlalchemy.exc import DBAPIError

from surveyapp import clock
from surveyapp.accounts.audit import actor
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.jobs.announcing import announce
from surveyapp.jobs.holding import Held, Stopped, holding
from surveyapp.jobs.models import Job
from surveyapp.jobs.refusals import as_stored
from surveyapp.jobs.registry import LONG, SOON, kinds, work_of

log = logging.getLogger(__name__)


def enqueue(kind: str, **params: Any) -> Job:
    """Queue work of `kind` in the caller's transaction (commit it yourself)."""
    work_of(kind)
    row = Job(kind=kind, params=params, actor=actor())
    db.session.add(row)
    db.session.flush()
    announce(row.id)
    return row


def claim(job_id: int) -> int:
    """Take a queued job; exactly one claimant gets the number of its claim, the others 0."""
    now = clock.now()
    attempt = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == "queued")
        .values(state="running", started_at=now, heartbeat_at=now, attempt=Job.attempt + 1)
        .returning(Job.attempt)
    ).scalar()
    db.session.commit()
    return attempt or 0


def run(job_id: int) -> None:
    """Claim and do one job; a second call does nothing. Its failure is its outcome."""
    if holding().stopping.is_set() or not (attempt := claim(job_id)):
        return
    row = db.session.get_one(Job, job_id)
    kind, params = row.kind, dict(row.params)
    db.session.rollback()
    with holding().hold(job_id, attempt) as held:
        _do(held, kind, params)


def _do(held: Held, kind: str, params: dict[str, Any]) -> None:
    try:
        result = work_of(kind)(params, held.progress)
    except Stopped:
        db.session.rollback()
        held.give_back()
    except SurveyError as refusal:
        db.session.rollback()
        found = [as_stored(finding) for finding in refusal.findings]
        said = "; ".join(finding.message for finding in refusal.findings)
        held.finish("failed", error=said[:2000], result={"refusals": found})
    except Exception as trouble:
        log.exception("job %s (%s) failed", held.job_id, kind)
        db.session.rollback()
        if isinstance(trouble, DBAPIError) and trouble.connection_invalidated:
            held.give_back(lost=1)  # the database went away under it: that is no outcome
        else:
            held.finish("failed", error=f"{type(trouble).__name__}: {trouble}"[:2000])
    else:
        held.finish("done", result=result or {})


def run_waiting(lane: str = "") -> int:
    """Do every queued job, oldest first, or those of one lane; how many there were."""
    soon = Job.kind.in_(kinds(SOON))
    ours = {SOON: soon, LONG: ~soon}.get(lane, true())
    rows = select(Job.id).where(Job.state == "queued", ours)
    waiting = db.session.scalars(rows.order_by(Job.created_at, Job.id)).all()
    db.session.rollback()
    for job_id in waiting:
        run(job_id)
    return len(waiting)
