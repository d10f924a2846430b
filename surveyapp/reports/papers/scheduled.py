"""Reports that a recurring study makes by itself: one for each period, when its answers are in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.distribution.period_models import StudyPeriod, StudyRecurrence
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue
from surveyapp.reports.papers import keeping
from surveyapp.reports.papers.models import ReportSchedule
from surveyapp.reports.papers.sources import PERIOD


def of(study_id: int) -> ReportSchedule | None:
    """Whether and how the study makes reports by itself."""
    return db.session.get(ReportSchedule, study_id)


def start(study: Study, language: str) -> ReportSchedule:
    """From now on a report for every period that ends, in the caller's transaction."""
    row = ReportSchedule(study_id=study.id, asked={"language": language}, actor=audit.actor())
    db.session.add(row)
    db.session.flush()
    audit.record("report.schedule", f"study:{study.id}", active=True, language=language)
    return row


def stop(study: Study) -> None:
    """No more of them."""
    row = of(study.id)
    if row is not None:
        db.session.delete(row)
        audit.record("report.schedule", f"study:{study.id}", active=False)


def closes_at(period: StudyPeriod, recurrence: StudyRecurrence) -> datetime:
    """When no answer of the period can come any more."""
    if recurrence.answer_days is None or period.opened_at is None:
        return period.ends_at
    return max(period.ends_at, period.opened_at + timedelta(days=recurrence.answer_days))


def enqueue_due() -> int:
    """Queue the reports of the periods whose answers are in; how many. A periodic task; commits.

    A request is named after its period, so a report is made once, however often this looks.
    """
    due = list(_due())
    for study_id, name, asked, by in due:
        enqueue(keeping.KIND, study_id=study_id, token=name, by=by, **asked)
    db.session.commit()
    return len(due)


def tend() -> int:
    """What the worker does now and then: queue what is due, sweep what was left."""
    keeping.sweep_folders()
    return enqueue_due()


def _due() -> Iterator[tuple[int, str, dict[str, object], str]]:
    rows = db.session.execute(
        select(ReportSchedule, StudyPeriod, StudyRecurrence)
        .join(StudyPeriod, StudyPeriod.study_id == ReportSchedule.study_id)
        .join(StudyRecurrence, StudyRecurrence.study_id == ReportSchedule.study_id)
        .where(StudyPeriod.state == "open", StudyPeriod.ends_at > ReportSchedule.since)
        .where(StudyPeriod.ends_at <= clock.now())
    )
    waiting = _tokens()
    for schedule, period, recurrence in rows:
        name = f"period-{period.id}-{schedule.asked['language']}"
        if closes_at(period, recurrence) > clock.now() or name in waiting:
            continue
        if keeping.of_token(name) is None:
            asked = {**schedule.asked, "span": PERIOD, "period": period.label}
            yield schedule.study_id, name, asked, schedule.actor


def _tokens() -> set[object]:
    """Requests whose jobs wait, run or failed: a failed one is asked for again by a person."""
    jobs = select(Job.params).where(Job.kind == keeping.KIND, Job.state != "done")
    return {params.get("token") for params in db.session.scalars(jobs)}
