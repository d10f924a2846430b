"""Giving released people their links: at once, or as a job where they are many.

The job keeps each chunk and goes on by who has a link already; a study that is closed meanwhile
invites nobody more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select

from surveyapp.database import commit_resumable, db
from surveyapp.distribution import invitations
from surveyapp.distribution.models import Invitation, SampleDesign, SampleMember, Study
from surveyapp.findings import N_
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


@job(KIND, lane=SOON)
def give_links(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id, design_id. Result: invited, by this run."""
    design = db.session.get_one(SampleDesign, params["design_id"])
    total, done = _waiting(design), 0
    progress(STEP, 0, total)
    asking = exists().where(Study.id == design.study_id, Study.state != "closed")
    with invitations.roomy():
        for new in invitations.issuing(design, asking):
            commit_resumable()
            done += new
            progress(STEP, done, max(total, done))
    db.session.commit()
    return {"invited": done}


def _waiting(design: SampleDesign) -> int:
    without = ~exists().where(Invitation.member_id == SampleMember.id)
    rows = select(func.count()).where(SampleMember.design_id == design.id, without)
    return db.session.scalar(rows) or 0
