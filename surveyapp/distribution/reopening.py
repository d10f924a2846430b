"""Trying a failed period again, as a job: it draws, and frames may be large."""

from __future__ import annotations

from typing import Any

from surveyapp.database import db
from surveyapp.distribution import periods
from surveyapp.distribution.holding import hold_for_long
from surveyapp.distribution.models import Study
from surveyapp.findings import N_, SurveyError
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import SOON, Progress, job
from surveyapp.jobs.running import enqueue

KIND = "distribution.open_period"


def again(study: Study, number: int) -> Job:
    """Have a failed period opened, in the caller's transaction; SurveyError when it did not fail
    or has passed.
    """
    periods.failed(study, number)
    return enqueue(KIND, study_id=study.id, number=number)


@job(KIND, lane=SOON)
def open_again(params: dict[str, Any], progress: Progress) -> None:
    """params: study_id, number. SurveyError when it fails again, which the period keeps, or when
    somebody opened it meanwhile.
    """
    progress(N_("Drawing the sample"), 0, 0)
    study = db.session.get_one(Study, params["study_id"])
    hold_for_long(study.id)
    definition, period = periods.failed(study, params["number"])
    try:
        periods.fill(study, definition, period)
    except SurveyError:
        db.session.commit()
        raise
    db.session.commit()
