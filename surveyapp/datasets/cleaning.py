"""The cleaning log: who excluded or restored which response, by which rule, and why.

Append-only: the newest line of a response decides, an exclusion is undone by a further line, and
no line is ever changed or deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, func, select

from surveyapp.accounts import audit
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.models import CleaningEntry
from surveyapp.findings import N_, Finding, SurveyError

EXCLUDE, RESTORE = "exclude", "restore"
BY_PERSON = ("review", "manual")
"""Rules of lines that a person wrote: no later run overrides them."""


def log(study_id: int) -> list[CleaningEntry]:
    """Every line of a study, oldest first."""
    lines = select(CleaningEntry).where(CleaningEntry.study_id == study_id)
    return list(db.session.scalars(lines.order_by(CleaningEntry.id)))


def deciding(study_id: int) -> dict[int, CleaningEntry]:
    """Response → its newest line."""
    newest = (
        select(func.max(CleaningEntry.id))
        .where(CleaningEntry.study_id == study_id)
        .group_by(CleaningEntry.response_id)
    )
    lines = db.session.scalars(select(CleaningEntry).where(CleaningEntry.id.in_(newest)))
    return {line.response_id: line for line in lines}


def excluded(study_id: int) -> dict[int, CleaningEntry]:
    """Response → the line that excludes it, for those that are out at present."""
    return {r: line for r, line in deciding(study_id).items() if line.action == EXCLUDE}


def exclude(response_id: int, reason: str, *, rule: str = "manual") -> CleaningEntry:
    """Take a response out of the cleaned data, by a person's decision (in the caller's
    transaction). Raises SurveyError without a reason or when it is out already.
    """
    return _decide(response_id, EXCLUDE, reason, rule)


def restore(response_id: int, reason: str, *, rule: str = "manual") -> CleaningEntry:
    """Take it in again. Raises SurveyError without a reason or when it is not out."""
    return _decide(response_id, RESTORE, reason, rule)


def _decide(response_id: int, action: str, reason: str, rule: str) -> CleaningEntry:
    response = db.session.get(Response, response_id)
    if response is None:
        template = N_("There is no response {response}.")
        raise SurveyError(
            Finding("cleaning.unknown", "response", template, {"response": response_id})
        )
    reason = reason.strip()
    if not reason:
        raise SurveyError(
            Finding("cleaning.no_reason", "reason", N_("Write why, so that others can follow."))
        )
    out = is_excluded(response_id)
    if out == (action == EXCLUDE):
        template = N_("Response {response} is excluded already.")
        if action == RESTORE:
            template = N_("Response {response} is not excluded.")
        raise SurveyError(
            Finding("cleaning.no_change", "response", template, {"response": response_id})
        )
    by = audit.actor()
    entry = CleaningEntry(
        study_id=response.study_id,
        response_id=response_id,
        action=action,
        layer=3,
        rule=rule,
        reason=reason[:500],
        actor=by,
    )
    db.session.add(entry)
    audit.record(f"dataset.{action}", f"response:{response_id}", rule=rule)
    db.session.flush()
    return entry


def is_excluded(response_id: int) -> bool:
    """Whether a response is out at present."""
    newest = (
        select(CleaningEntry.action)
        .where(CleaningEntry.response_id == response_id)
        .order_by(CleaningEntry.id.desc())
        .limit(1)
    )
    return db.session.scalar(newest) == EXCLUDE


def follow(
    study_id: int, run_id: int, proposed: dict[int, tuple[int, str]], everyone: Iterable[int]
) -> tuple[int, int]:
    """Bring the log in line with a run's proposals: how many were excluded and restored.

    A response about which a person decided stays as it is, whatever the run proposes.
    """
    lines = deciding(study_id)
    actor, written = audit.actor(), {EXCLUDE: 0, RESTORE: 0}
    for response in everyone:
        line = lines.get(response)
        out = line is not None and line.action == EXCLUDE
        if (line is not None and line.rule in BY_PERSON) or out == (response in proposed):
            continue
        if response in proposed:
            action, (layer, rule) = EXCLUDE, proposed[response]
        else:
            action, layer, rule = RESTORE, line.layer if line else 0, "run"
        written[action] += 1
        db.session.add(
            CleaningEntry(
                study_id=study_id,
                response_id=response,
                action=action,
                layer=layer,
                rule=rule[:60],
                reason=rule if len(rule) > 60 else "",
                run_id=run_id,
                actor=actor,
            )
        )
    db.session.flush()
    return written[EXCLUDE], written[RESTORE]


@event.listens_for(CleaningEntry, "before_update")
@event.listens_for(CleaningEntry, "before_delete")
def _refuse_change(_mapper: Any, _connection: Any, entry: CleaningEntry) -> None:
    raise RuntimeError(f"line {entry.id} of the cleaning log cannot be changed")
