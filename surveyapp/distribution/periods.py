"""Recurring studies: one definition; every period draws, invites and is answered on its own.

A period is opened by whoever first inserts its row: the row, its draw and its invitations are one
transaction, so a period is opened wholly and once, also by two workers or after a crash. Where many
are drawn, that transaction has the job in it which gives them their links in chunks (inviting.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution import designs, invitations, inviting, recurrence, specs
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Study, Wave
from surveyapp.distribution.period_models import StudyPeriod, StudyRecurrence
from surveyapp.distribution.recurrence import Recurrence, Span
from surveyapp.distribution.specs import Spec
from surveyapp.findings import N_, Finding, SurveyError


def definition_of(study: Study) -> StudyRecurrence | None:
    """How the study asks again and again; None when it asks once."""
    return db.session.get(StudyRecurrence, study.id)


def recurrence_of(study: Study, definition: StudyRecurrence) -> Recurrence:
    """The definition as the pure core knows it."""
    names = ("every", "day", "minute", "first", "last")
    return Recurrence(**{name: getattr(definition, name) for name in names}, zone=study.timezone)


def spec_of(definition: StudyRecurrence, number: int) -> Spec:
    """What the draw of one period asks for."""
    seed = recurrence.seed_of(definition.seed, number)
    return specs.read({**definition.design, "seed": seed})


def save(study: Study, it: Recurrence, spec: Spec, answer_days: int | None) -> StudyRecurrence:
    """Make the study recurring, or change how, in the caller's transaction.

    Periods that were opened stay as they were. SurveyError names everything that is wrong, and
    refuses a study that has asked its customers once.
    """
    specs.check(spec)
    found = list(recurrence.findings(it))
    if found or (found := _asked_once(study)):
        raise SurveyError(*found)
    definition = definition_of(study) or StudyRecurrence(
        study_id=study.id, seed=spec.seed, created_by=audit.actor()
    )
    definition.design = {k: value for k, value in spec.as_json().items() if k != "seed"}
    definition.every, definition.day, definition.minute = it.every, it.day, it.minute
    definition.first, definition.last, definition.answer_days = it.first, it.last, answer_days
    db.session.add(definition)
    _refuse_moved(study, it)
    db.session.flush()
    audit.record("recurrence.save", f"study:{study.id}", every=it.every, day=it.day, n=spec.n)
    return definition


def switch(study: Study, *, active: bool) -> None:
    """Let new periods begin, or no more of them; open ones go on."""
    definition = definition_of(study)
    if definition is not None and definition.active != active:
        definition.active = active
        audit.record("recurrence.switch", f"study:{study.id}", active=active)


def of(study: Study) -> Sequence[StudyPeriod]:
    """The periods that the study has had, newest first."""
    rows = select(StudyPeriod).where(StudyPeriod.study_id == study.id)
    return db.session.scalars(rows.order_by(StudyPeriod.number.desc())).all()


def coming(study: Study, most: int = 6) -> list[Span]:
    """The periods that will begin, as far as they can be told; none while nothing will."""
    definition = definition_of(study)
    if definition is None or not definition.active or study.state == "closed":
        return []
    last = _last(study)
    spans = recurrence.upcoming(recurrence_of(study, definition), clock.now(), most + 1)
    return [span for span in spans if span.number > last][:most]


def open_due(study_id: int | None = None) -> int:
    """Open every period that has begun, of one running study or of all; how many. Commits each."""
    opened = 0
    for study, definition in _asking():
        if study_id in (None, study.id):
            for span in _due(study, definition):
                opened += _open(study, definition, span)
                db.session.commit()
    return opened


def due_studies() -> set[int]:
    """Running studies of which a period has begun that is not opened yet. Writes nothing."""
    return {study.id for study, definition in _asking() if _due(study, definition)}


def _asking() -> list[tuple[Study, StudyRecurrence]]:
    rows = (
        select(Study, StudyRecurrence)
        .join(StudyRecurrence, StudyRecurrence.study_id == Study.id)
        .join(Wave, Wave.study_id == Study.id)
        .where(
            Study.state == "running",
            StudyRecurrence.active,
            Wave.kind == "invitation",
            Wave.state == "running",
        )
        .order_by(Study.id)
    )
    return [(study, definition) for study, definition in db.session.execute(rows)]


def failed(study: Study, number: int) -> tuple[StudyRecurrence, StudyPeriod]:
    """A period that failed and is not over, with its definition; SurveyError when it is not so."""
    definition = definition_of(study)
    period = db.session.scalar(
        select(StudyPeriod).where(StudyPeriod.study_id == study.id, StudyPeriod.number == number)
    )
    if definition is None or period is None or period.state != "failed":
        raise SurveyError(
            Finding("period.not_failed", f"period:{number}", N_("This period did not fail."))
        )
    if period.ends_at <= clock.now():
        raise SurveyError(Finding("period.passed", f"period:{number}", N_("This period is over.")))
    return definition, period


def _due(study: Study, definition: StudyRecurrence) -> list[Span]:
    return recurrence.due(recurrence_of(study, definition), clock.now(), _last(study))


def _last(study: Study) -> int:
    """Number of the newest period that was opened, 0 before the first."""
    newest = select(func.max(StudyPeriod.number)).where(StudyPeriod.study_id == study.id)
    return db.session.scalar(newest) or 0


def _open(study: Study, definition: StudyRecurrence, span: Span) -> bool:
    """Open one period unless somebody else has; whether people were invited."""
    values: dict[str, Any] = {**asdict(span), "study_id": study.id, "state": "opening"}
    values["seed"] = recurrence.seed_of(definition.seed, span.number)
    row = insert_missing(StudyPeriod).values(**values).returning(StudyPeriod.id)
    period_id = db.session.scalar(row)
    if period_id is None:
        return False
    period = db.session.get_one(StudyPeriod, period_id)
    if period.ends_at <= clock.now():
        period.state = "missed"
        return False
    try:
        fill(study, definition, period)
    except SurveyError:
        audit.record("period.fail", f"study:{study.id}", period=span.label)
        return False
    return True


def fill(study: Study, definition: StudyRecurrence, period: StudyPeriod) -> None:
    """Draw and invite for a period, in the caller's transaction; where that is refused, nothing but
    the period's failure and its reason is left, and SurveyError raised.
    """
    try:
        with db.session.begin_nested():
            _fill(study, definition, period)
    except SurveyError as refusal:
        period.state, period.finding = "failed", _stored(refusal.findings[0])
        raise


def _fill(study: Study, definition: StudyRecurrence, period: StudyPeriod) -> None:
    design = designs.draw(study, spec_of(definition, period.number), period=period)
    invited = inviting.without_link(design)
    inviting.invite(design, invited)
    period.state, period.finding, period.opened_at = "open", None, clock.now()
    audit.record("period.open", f"study:{study.id}", period=period.label, invitations=invited)


def _stored(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "params": {k: str(v) for k, v in finding.params.items()}}


def _asked_once(study: Study) -> list[Finding]:
    """A study whose sample was invited stays what it is: its rates have that sample as base."""
    if definition_of(study) is not None or not invitations.any_of(study.id):
        return []
    return [
        Finding(
            "recurrence.asked_once",
            f"study:{study.id}",
            N_("This study has asked its customers once; make a new study that recurs."),
        )
    ]


def _refuse_moved(study: Study, it: Recurrence) -> None:
    """Periods are numbered from the first day: those that were opened must keep their name."""
    for period in of(study):
        span = next((s for s in recurrence.spans(it) if s.number == period.number), None)
        if span is None or span.label != period.label:
            raise SurveyError(
                Finding(
                    "recurrence.moved",
                    "first",
                    N_("{label} was opened already: its beginning can no longer be moved."),
                    {"label": period.label},
                )
            )
