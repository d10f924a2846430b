"""The progress of long work, for pages that wait for it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from surveyapp.database import db
from surveyapp.jobs.models import Job
from surveyapp.security import path_inside

jobs = Blueprint("jobs", __name__)


@jobs.get("/jobs/<int:job_id>")
def progress(job_id: int) -> str | Response:
    """The card of one job; the page that holds it asks again while the job runs."""
    row = db.get_or_404(Job, job_id)
    done_url = path_inside(request.args.get("next"))
    return render_template("jobs/progress.html", job=row, done_url=done_url)
