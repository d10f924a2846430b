"""Accepting a response: the server finds the path, checks it, keeps what is on it, exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from flask import current_app
from sqlalchemy import Table, bindparam, select, update

from surveyapp import clock
from surveyapp.answering import photos, quotas
from surveyapp.answering.batches import Batch, photo_variables
from surveyapp.answering.endings import giving
from surveyapp.answering.knowing import way_of
from surveyapp.answering.merging import Standing, standing
from surveyapp.answering.models import Response
from surveyapp.answering.origins import Origin
from surveyapp.answering.saving import MINE, UNKNOWN, others, save_open, whose
from surveyapp.answering.sentences import errors, page_of
from surveyapp.answering.signals import response_completed
from surveyapp.answering.visits import DONE, FULL, SCREENED, Visit
from surveyapp.database import Json, UtcDateTime, commit, connection, rollback
from surveyapp.designer import computed
from surveyapp.designer.answers import check
from surveyapp.designer.document import Document
from surveyapp.designer.path import Path
from surveyapp.distribution import invitations
from surveyapp.findings import Finding


@dataclass(frozen=True)
class Outcome:
    """What became of a submission: one of FINISHED, or None and what to mend on `page`.

    newer: what another device answered later.
    """

    state: str | None
    findings: Sequence[Finding] = ()
    page: str | None = None
    newer: Mapping[str, tuple[int, object]] = field(default_factory=dict)


def submit(
    visit: Visit, document: Document, batch: Batch, language: str, origin: Origin = UNKNOWN
) -> Outcome:
    """Merge the last answers and accept the response, or say what to mend (answers are kept).

    The merge locks the row, so no other phone can change what is being checked; a second
    submission waits for that lock, finds the response completed and gets the same thanks.
    """
    saved = save_open(visit, batch, language, origin)
    if saved is None:
        rollback()
        return Outcome(_ended(visit))
    response_id = saved.response_id
    merged = standing(response_id)
    way = way_of(
        replace(visit, answers=merged.answers, facts=merged.facts, seed=merged.seed),
        document,
        language,
    )
    answers = way.on_path(merged.answers)
    wrong = errors(check(document, way, answers, language))
    if wrong:
        commit()
        return Outcome(None, wrong, page_of(way, wrong[0]), others(saved))
    state = _closing(visit, document, way, answers)
    _accept(visit, response_id, state, answers, _facts(document, way, answers, merged))
    photos.tidy(response_id, photo_variables(document), answers)
    if document.endings and state == DONE:
        giving.give(visit, response_id, document, answers, way.facts)
    commit()
    if state == DONE:
        _announce(response_id, visit.study_id)
    return Outcome(state)


def _ended(visit: Visit) -> str:
    """The state in which this person's response ended before."""
    state = connection().execute(_STATE, whose(visit)).scalar_one()
    return str(state)


_STATE = select(Response.state).where(MINE)


def _closing(visit: Visit, document: Document, way: Path, answers: Mapping[str, Any]) -> str:
    """The state that the response ends in; a place in each of its quota cells is taken first."""
    if way.ended:
        return SCREENED
    return DONE if quotas.take(visit.study_id, document, way, answers) else FULL


def _facts(
    document: Document, way: Path, answers: Mapping[str, Any], merged: Standing
) -> dict[str, Any]:
    """What was known at submit, for the dataset: random groups and computed values included."""
    found: dict[str, Any] = {**merged.facts, "survey": dict(way.facts["survey"])}
    if random := way.facts.get("random"):
        found["random"] = dict(random)
    if document.computed:
        found["computed"] = computed.values(document, answers, way.facts)
    return found


def _accept(
    visit: Visit,
    response_id: int,
    state: str,
    answers: Mapping[str, object],
    facts: Mapping[str, Any],
) -> None:
    now = clock.now()
    values = {"ends": state, "on_path": answers, "known": facts, "now": now}
    connection().execute(_ACCEPT, {"response": response_id, **values})
    if visit.invitation_id:
        moment = "completed_at" if state == DONE else "ineligible_at"
        invitations.note(visit.invitation_id, moment, now)


_ACCEPT = (
    update(cast(Table, Response.__table__))
    .where(Response.id == bindparam("response"))
    .values(
        state=bindparam("ends"),
        answers=bindparam("on_path", type_=Json),
        facts=bindparam("known", type_=Json),
        completed_at=bindparam("now", type_=UtcDateTime()),
        saved_at=bindparam("now", type_=UtcDateTime()),
    )
)


def _announce(response_id: int, study_id: int) -> None:
    """Tell the listeners; what goes wrong with one of them is not the customer's trouble."""
    application = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        response_completed.send(application, response_id=response_id, study_id=study_id)
    except Exception:
        current_app.logger.exception("a listener failed after response %s", response_id)
