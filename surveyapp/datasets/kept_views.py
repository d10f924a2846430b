"""The page of what is kept of a study for good: its snapshots, and its archive."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.datasets import desk
from surveyapp.datasets.archive.due import archives_of, refuse_early, standing
from surveyapp.datasets.snapshots.listing import of_study
from surveyapp.distribution.models import Study
from surveyapp.extensions import settings
from surveyapp.findings import SurveyError
from surveyapp.jobs.running import enqueue
from surveyapp.languages import explain

kept = Blueprint("kept", __name__, url_prefix="/studies/<int:study_id>/exports/kept")
KINDS = ("datasets.snapshot", "archive.make", "archive.restore")


@kept.get("")
def page(study_id: int) -> str:
    """Snapshots with their checksums; where the answers lie."""
    study: Study = db.get_or_404(Study, study_id)
    jobs = (desk.running_job(study.id, kind) for kind in KINDS)
    return render_template(
        "datasets/kept.html",
        study=study,
        snapshots=of_study(study.id),
        standing=standing(study),
        archives=archives_of(study.id),
        months=settings().archive_after_months,
        place=settings().archive_to,
        jobs=[job for job in jobs if job],
    )


@kept.post("/snapshot")
@roles("analyst", "researcher")
def snapshot(study_id: int) -> Response:
    """Freeze the data set, as a job."""
    return _start("datasets.snapshot", study_id)


@kept.post("/archive")
@roles("researcher")
def archive(study_id: int) -> Response:
    """Move the answers to the archive, as a job."""
    try:
        refuse_early(db.get_or_404(Study, study_id))
    except SurveyError as refusal:
        for finding in refusal.findings:
            flash(explain(finding), "error")
        return redirect(url_for("kept.page", study_id=study_id))
    return _start("archive.make", study_id)


@kept.post("/restore")
@roles("researcher")
def restore(study_id: int) -> Response:
    """Bring them back, as a job."""
    return _start("archive.restore", study_id)


def _start(kind: str, study_id: int) -> Response:
    """Once, however often the button is pressed."""
    study: Study = db.get_or_404(Study, study_id)
    waiting = desk.running_job(study.id, kind)
    if waiting is None or waiting.state == "failed":
        enqueue(kind, study_id=study.id, by=audit.actor())
        db.session.commit()
    return redirect(url_for("kept.page", study_id=study.id))
