"""What the tests of the data pages share: a study with answers, jobs that run, words of a page."""

from __future__ import annotations

from lxml import html

from surveyapp.database import db
from surveyapp.datasets.models import CleaningEntry, Flag, ScreeningRun
from surveyapp.datasets.screening.running import run_screening
from surveyapp.distribution.models import Study
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import run_waiting
from tests.datasets.studies import small_study


def screened_study() -> tuple[Study, ScreeningRun]:
    """77 answers, screened once with the default recipe."""
    study, _ = small_study()
    return study, run_screening(study.id)


def do_the_work() -> Job:
    """Run what waits; the newest job, which must have ended well."""
    assert run_waiting() == 1
    db.session.expire_all()
    newest = db.select(Job).order_by(Job.id.desc()).limit(1)
    job: Job = db.session.scalars(newest).one()
    assert job.state == "done", job.error
    return job


def words(page: str) -> str:
    """What a person reads in the main part of a page, in one line."""
    (main,) = html.document_fromstring(page).iter("main")
    return " ".join(main.text_content().split())


def flagged(run: ScreeningRun, rule: str = "") -> list[int]:
    """Responses that the run flagged, by a rule or any, in order."""
    rows = db.select(Flag.response_id).where(Flag.run_id == run.id).distinct()
    rows = rows.where(Flag.rule == rule) if rule else rows
    return list(db.session.scalars(rows.order_by(Flag.response_id)))


def log_of(response_id: int) -> list[tuple[str, str, str]]:
    """Action, reason and actor of each line of a response's cleaning log."""
    db.session.expire_all()
    lines = db.select(CleaningEntry).where(CleaningEntry.response_id == response_id)
    rows = db.session.scalars(lines.order_by(CleaningEntry.id))
    return [(line.action, line.reason, line.actor) for line in rows]
