"""Standing work: what is to be done for a study again and again is one row that is queued anew.

The leader notices that it is time and asks; any worker does it. Asking twice, by two leaders or
while it waits, asks once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, Executable, and_, func, or_, select, update

from surveyapp import clock
from surveyapp.accounts.audit import actor
from surveyapp.database import db
from surveyapp.jobs.announcing import announce
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue

REST = timedelta(minutes=1)
"""Until what failed is tried again."""


def newest(kind: str, study_id: int) -> Job | None:
    """The newest job of a kind for a study."""
    return newest_of((kind,), study_id).get(kind)


def newest_of(kinds: Collection[str], study_id: int) -> dict[str, Job]:
    """Kind → its newest job for a study, in one query."""
    ours = (Job.kind.in_(kinds), Job.params["study_id"].as_integer() == study_id)
    newest = select(func.max(Job.id)).where(*ours).group_by(Job.kind)
    return {one.kind: one for one in db.session.scalars(select(Job).where(Job.id.in_(newest)))}


def ask(kind: str, study_id: int) -> bool:
    """Have the work of `kind` done for a study, in the caller's transaction. False when that is
    asked already, or failed less than REST ago.
    """
    found = newest(kind, study_id)
    if found is None:
        enqueue(kind, study_id=study_id)
        return True
    again = db.session.scalar(_again(found.id))
    if again is not None:
        announce(again)
    return again is not None


def go_on(job_id: int) -> bool:
    """Queue a failed job again at once, in the caller's transaction; False when it did not fail."""
    again = db.session.scalar(_queued_anew(job_id, Job.state == "failed"))
    if again is not None:
        announce(again)
    return again is not None


def _again(job_id: int) -> Executable:
    now = clock.now()
    rested = or_(Job.finished_at < now - REST, Job.finished_at > now)
    ended = or_(Job.state == "done", and_(Job.state == "failed", rested))
    return _queued_anew(job_id, ended)


def _queued_anew(job_id: int, ended: ColumnElement[bool]) -> Executable:
    now = clock.now()
    asked = {"state": "queued", "created_at": now, "actor": actor(), "lost": 0}
    empty = {"step": "", "done": 0, "total": 0, "error": "", "result": {}}
    moments = dict.fromkeys(("started_at", "finished_at", "heartbeat_at", "sent_at"))
    return (
        update(Job)
        .where(Job.id == job_id, ended)
        .values({**asked, **empty, **moments})
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
