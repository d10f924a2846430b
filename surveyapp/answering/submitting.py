"""Accepting a response: the server finds the path, checks it, keeps what is on it, exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import update

from surveyapp import clock
from surveyapp.answering.batches import Batch
from surveyapp.answering.models import Response
from surveyapp.answering.saving import save_open
from surveyapp.answering.signals import response_completed
from surveyapp.answering.visits import DONE, Visit
from surveyapp.database import db
from surveyapp.designer.answers import check
from surveyapp.designer.document import Document, question_of
from surveyapp.designer.path import Path, path
from surveyapp.distribution import invitations
from surveyapp.distribution.models import Invitation
from surveyapp.findings import Finding


@dataclass(frozen=True)
class Outcome:
    """What became of a submission. `page` is where the first finding is to be mended."""

    completed: bool
    findings: Sequence[Finding] = ()
    page: str | None = None


def submit(
    visit: Visit, document: Document, batch: Batch, language: str, device: str = ""
) -> Outcome:
    """Merge the last answers and accept the response, or say what to mend (answers are kept).

    The merge locks the row, so no other phone can change what is being checked; a second
    submission waits for that lock, finds the response completed and gets the same thanks.
    """
    merged = save_open(visit, batch, language, device)
    if merged is None:
        db.session.rollback()
        return Outcome(completed=True)
    way = path(document, merged.answers, merged.facts)
    findings = check(document, way, merged.answers)
    if findings:
        db.session.commit()
        return Outcome(False, findings, page_of(way, findings[0]))
    response_id = _accept(visit, way.on_path(merged.answers))
    db.session.commit()
    _announce(response_id, visit.study_id)
    return Outcome(completed=True)


def page_of(way: Path, finding: Finding) -> str | None:
    """The page of the path that shows the question of a finding."""
    asked = question_of(variable_of(finding))
    return next((p.page.id for p in way.pages if any(q.id == asked for q in p.questions)), None)


def variable_of(finding: Finding) -> str:
    """The variable that a finding of `designer.answers` is about."""
    return finding.place.partition(":")[2]


def _accept(visit: Visit, answers: dict[str, object]) -> int:
    now = clock.now()
    mine = (
        Response.invitation_id == visit.invitation_id
        if visit.invitation_id
        else Response.token_hash == visit.token_hash
    )
    accepted = db.session.execute(
        update(Response)
        .where(mine, Response.state == "started")
        .values(state=DONE, answers=answers, completed_at=now, saved_at=now)
        .returning(Response.id)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    if visit.invitation_id:
        invitations.mark_completed(db.session.get_one(Invitation, visit.invitation_id), now)
    return int(accepted)


def _announce(response_id: int, study_id: int) -> None:
    """Tell the listeners; what goes wrong with one of them is not the customer's trouble."""
    application = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        response_completed.send(application, response_id=response_id, study_id=study_id)
    except Exception:
        current_app.logger.exception("a listener failed after response %s", response_id)
