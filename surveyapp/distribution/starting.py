"""Starting to text while the page waits, or as a job when many are to be given a link.

The state of the invitation's wave decides: while it is `starting`, and only then, links are made,
a chunk in each transaction, so that answers go on meanwhile. Whoever dies is gone on after; whoever
cancels moves the state back, and what was made is taken away again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.exc import IntegrityError

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import commit_resumable, db
from surveyapp.distribution import invitations, planning, wave_plans
from surveyapp.distribution.holding import hold
from surveyapp.distribution.inviting import AT_ONCE, STEP
from surveyapp.distribution.models import Invitation, SampleDesign, SampleMember, Study, Wave
from surveyapp.findings import N_
from surveyapp.jobs import standing
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import SOON, Progress, job
from surveyapp.jobs.running import enqueue

CHUNK = 5_000
"""Links that are taken away in one transaction; every database takes so many parameters."""
START, WITHDRAW = "distribution.start", "distribution.withdraw"
STEPS = {
    START: STEP,
    WITHDRAW: N_("Taking the links back"),
}


def start(study: Study, at: datetime | None = None) -> Job | None:
    """Invite the drawn sample from `at` (default: now) on, in the caller's transaction.

    None when it is done; the job that does it when there are many. SurveyError as that of
    `wave_plans.start`, before any job is made of it. Asked again after a failed job, it goes on.
    """
    design = wave_plans.to_invite(study)
    if design is None or _members(design) <= AT_ONCE:
        wave_plans.start(study, at)
        return None
    wave_plans.refuse_unready(study)
    failed = standing.newest(START, study.id)
    again = failed is not None and failed.state == "failed"
    if not wave_plans.move_first(study, "planned", "starting") and not (
        again and wave_plans.move_first(study, "starting", "starting")
    ):
        raise wave_plans.not_now(study)
    moment = (at or clock.now()).isoformat()
    audit.record("wave.prepare", f"study:{study.id}", at=moment, design=design.id)
    since = failed.params["since"] if failed and again else clock.now().isoformat()
    return enqueue(START, study_id=study.id, at=moment, since=since)


def cancel(study: Study) -> Job:
    """Start after all not; the job that takes away the links which were made already."""
    hold(study.id)
    if not wave_plans.move_first(study, "starting", "planned"):
        raise wave_plans.not_now(study)
    audit.record("wave.cancel", f"study:{study.id}")
    begun = standing.newest(START, study.id)
    return enqueue(WITHDRAW, study_id=study.id, since=begun.params["since"] if begun else "")


def under_way(study: Study) -> Job | None:
    """What the page of waves shows: the newest of these jobs unless it ended well, else the
    planning of many texts.
    """
    found = standing.newest_of((START, WITHDRAW, planning.KIND), study.id)
    planned = found.pop(planning.KIND, None)
    newest = max(found.values(), key=lambda one: one.id, default=None)
    if newest is not None and newest.state != "done":
        return newest
    return planned if planned is not None and planning.worth_showing(planned) else None


@job(START, lane=SOON)
def give_links(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id, at (ISO). Result: invited; or cancelled, when somebody did meanwhile."""
    study = db.session.get_one(Study, params["study_id"])
    design = wave_plans.to_invite(study)
    if design is None or not all(_linked(study, design, progress)):
        return {"cancelled": True}
    hold(study.id)
    invited = _invited(design)
    if not _is_starting(study) or study.state == "closed":
        db.session.rollback()  # what is held would keep the job's own outcome waiting
        return {"cancelled": True}
    wave_plans.begin(study, datetime.fromisoformat(params["at"]), invited, before="starting")
    db.session.commit()
    return {"invited": invited}


@job(WITHDRAW, lane=SOON)
def take_back(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Delete the invitations that a cancelled start made and nobody used meanwhile; a new start
    ends this. params: study_id, since (ISO). Result: left.
    """
    study = db.session.get_one(Study, params["study_id"])
    design = wave_plans.to_invite(study)
    if design is None:
        return {"left": 0}
    total = left = _invited(design)
    progress(STEPS[WITHDRAW], 0, total)
    while gone := _take_back(study, _unused(design, datetime.fromisoformat(params["since"]))):
        left -= gone
        progress(STEPS[WITHDRAW], total - left, total)
    return {"left": left}


def _take_back(study: Study, ids: list[int]) -> int:
    """Delete these, and keep that; how many there were. None where a call list holds some."""
    unwanted = delete(Invitation).where(Invitation.id.in_(ids), _in_state(study, "planned"))
    hold(study.id)
    try:
        gone = db.session.connection().execute(unwanted).rowcount
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return 0
    return int(gone)


def _linked(study: Study, design: SampleDesign, progress: Progress) -> Iterator[bool]:
    """After each chunk whether to go on."""
    total, chunk = _members(design), invitations.CHUNK
    progress(STEPS[START], 0, total)
    starting = _in_state(study, "starting")
    with invitations.roomy():
        for number, _new in enumerate(invitations.issuing(design, starting), start=1):
            commit_resumable()
            progress(STEPS[START], min(total, number * chunk), total)
            yield _is_starting(study)


def _in_state(study: Study, state: str) -> ColumnElement[bool]:
    """True while the first wave is in this state and has no moment to begin at."""
    return exists().where(
        Wave.study_id == study.id,
        Wave.kind == "invitation",
        Wave.state == state,
        Wave.starts_at.is_(None),
    )


def _is_starting(study: Study) -> bool:
    return bool(db.session.scalar(select(_in_state(study, "starting"))))


def _members(design: SampleDesign) -> int:
    rows = select(func.count()).where(SampleMember.design_id == design.id)
    return db.session.scalar(rows) or 0


def _of(design: SampleDesign) -> ColumnElement[bool]:
    return Invitation.member_id.in_(
        select(SampleMember.id).where(SampleMember.design_id == design.id)
    )


def _invited(design: SampleDesign) -> int:
    return db.session.scalar(select(func.count()).where(_of(design))) or 0


def _unused(design: SampleDesign, since: datetime) -> list[int]:
    """Invitations made since a moment of which nobody has seen anything."""
    untouched = (Invitation.opened_at.is_(None), Invitation.called_as == "")
    rows = select(Invitation.id).where(_of(design), Invitation.created_at >= since, *untouched)
    return list(db.session.scalars(rows.limit(CHUNK)))
