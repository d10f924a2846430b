"""Giving released people their links: at once, or as a job where they are many.

The job keeps each chunk and goes on by who has a link already; a study that is closed meanwhile, or
a period that is over, invites nobody more. A job that failed is shown until somebody lets it go on.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import commit_resumable, db
from surveyapp.distribution import invitations
from surveyapp.distribution.models import Invitation, SampleDesign, SampleMember, Study
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.jobs import standing
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import SOON, Progress, job
from surveyapp.jobs.running import enqueue

AT_ONCE = 5_000
"""So many are given a link while the page waits, in its transaction: about half a second."""
KIND = "distribution.invite"
STEP = N_("Giving everyone a link")


def invite(design: SampleDesign, new: int) -> None:
    """Invite the members of a design who have no link yet, about `new`, in the caller's
    transaction or by a job of it.
    """
    if new <= AT_ONCE:
        invitations.issue(design)
    else:
        enqueue(KIND, study_id=design.study_id, design_id=design.id)


def under_way(study: Study) -> list[Job]:
    """The jobs that still have links to give: waiting, running, or to be gone on with."""
    ours = (Job.kind == KIND, Job.params["study_id"].as_integer() == study.id)
    rows = select(Job).where(*ours, Job.state != "done").order_by(Job.id)
    return [one for one in db.session.scalars(rows) if one.state != "failed" or _is_open(one)]


def go_on(study: Study) -> None:
    """Let what failed go on after the last link that was given, in the caller's transaction.

    SurveyError where nothing is left to be done. A second click finds it queued and adds nothing.
    """
    found = under_way(study)
    if not found:
        raise SurveyError(
            Finding(
                "invite.nothing_left",
                f"study:{study.id}",
                N_("Everyone who may still be asked has a link; nothing is left to go on with."),
            )
        )
    for one in found:
        if standing.go_on(one.id):
            audit.record("sample.go_on", f"study:{study.id}", job=one.id)


@job(KIND, lane=SOON)
def give_links(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id, design_id. Result: invited, by this run."""
    design = db.session.get_one(SampleDesign, params["design_id"])
    total, done = without_link(design), 0
    progress(STEP, 0, total)
    asking = exists().where(Study.id == design.study_id, Study.state != "closed")
    with invitations.roomy():
        for new in invitations.issuing(design, asking) if _asks(design) else ():
            commit_resumable()
            done += new
            progress(STEP, done, max(total, done))
    db.session.commit()
    return {"invited": done}


def _asks(design: SampleDesign) -> bool:
    """False for a period whose links would take no answer any more."""
    period = design.period
    return period is None or invitations.ends_of(period) > clock.now()


def _is_open(failed: Job) -> bool:
    """Whether a failed job left somebody without a link who may still be asked."""
    design = db.session.get_one(SampleDesign, failed.params["design_id"])
    return design.study.state != "closed" and _asks(design) and without_link(design) > 0


def without_link(design: SampleDesign) -> int:
    """How many members of a design have no invitation."""
    without = ~exists().where(Invitation.member_id == SampleMember.id)
    rows = select(func.count()).where(SampleMember.design_id == design.id, without)
    return db.session.scalar(rows) or 0
