"""Accepting a response: the server finds the path, checks it, keeps what is on it, exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import current_app
from sqlalchemy import Table, bindparam, or_, update

from surveyapp import clock
from surveyapp.answering.batches import Batch
from surveyapp.answering.models import Response
from surveyapp.answering.saving import save_open
from surveyapp.answering.signals import response_completed
from surveyapp.answering.visits import DONE, Visit
from surveyapp.database import Json, UtcDateTime, db
from surveyapp.designer.answers import check
from surveyapp.designer.document import Document, question_of
from surveyapp.designer.path import Path, path
from surveyapp.distribution import invitations
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
    findings = errors(check(document, way, merged.answers, language))
    if findings:
        db.session.commit()
        return Outcome(False, findings, page_of(way, findings[0]))
    response_id = _accept(visit, way.on_path(merged.answers))
    db.session.commit()
    _announce(response_id, visit.study_id)
    return Outcome(completed=True)


def page_of(way: Path, finding: Finding) -> str | None:
    """The page of the path that shows the question of a finding."""
    kind, _, name = finding.place.partition(":")
    if kind == "page":
        return name
    asked = question_of(name)
    return next((p.page.id for p in way.pages if any(q.id == asked for q in p.questions)), None)


def errors(findings: Sequence[Finding]) -> list[Finding]:
    """Those findings that keep an answer from being accepted."""
    return [finding for finding in findings if finding.severity == "error"]


def variable_of(finding: Finding) -> str:
    """The variable that a finding of `designer.answers` is about."""
    return finding.place.partition(":")[2]


def _accept(visit: Visit, answers: dict[str, object]) -> int:
    now = clock.now()
    whose = {"invitation": visit.invitation_id, "hash": visit.token_hash}
    values = {"on_path": answers, "now": now}
    accepted = db.session.connection().execute(_ACCEPT, {**whose, **values}).scalar_one()
    if visit.invitation_id:
        invitations.note(visit.invitation_id, "completed_at", now)
    return int(accepted)


_ACCEPT = (
    update(cast(Table, Response.__table__))
    .where(
        or_(
            Response.invitation_id == bindparam("invitation"),
            Response.token_hash == bindparam("hash"),
        ),
        Response.state == "started",
    )
    .values(
        state=DONE,
        answers=bindparam("on_path", type_=Json),
        completed_at=bindparam("now", type_=UtcDateTime()),
        saved_at=bindparam("now", type_=UtcDateTime()),
    )
    .returning(Response.id)
)


def _announce(response_id: int, study_id: int) -> None:
    """Tell the listeners; what goes wrong with one of them is not the customer's trouble."""
    application = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        response_completed.send(application, response_id=response_id, study_id=study_id)
    except Exception:
        current_app.logger.exception("a listener failed after response %s", response_id)
