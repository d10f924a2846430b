"""Releasing while the page waits, or as a job when the frame is large."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from surveyapp.database import db
from surveyapp.distribution import designs, drawing, releases
from surveyapp.distribution.models import Study
from surveyapp.distribution.release_models import SampleRelease
from surveyapp.findings import N_
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import Progress, job
from surveyapp.jobs.running import enqueue


def batches(study: Study, more: int, reason: str, seen: int) -> SampleRelease | Job:
    """Release further replicates; SurveyError when they cannot be."""
    if _is_large(study):
        return _later(study, more=more, reason=reason, seen=seen)
    return releases.release_batches(study, more, reason, seen)


def replacements(study: Study, strata: Collection[int], seen: int) -> SampleRelease | Job:
    """Release who is missing in these strata; SurveyError when nobody can be."""
    if _is_large(study):
        return _later(study, strata=sorted(strata), seen=seen)
    return releases.replace_ineligible(study, strata, seen)


def _is_large(study: Study) -> bool:
    design = designs.current(study)
    return design is not None and design.frame_size > drawing.AT_ONCE


def _later(study: Study, **params: Any) -> Job:
    return enqueue("distribution.release", study_id=study.id, **params)


@job("distribution.release")
def release_later(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What the job was asked for; a second run finds that others are released and does nothing."""
    progress(N_("Releasing from the reserve"), 0, 0)
    study = db.session.get_one(Study, params["study_id"])
    if "strata" in params:
        made = releases.replace_ineligible(study, params["strata"], params["seen"])
    else:
        made = releases.release_batches(study, params["more"], params["reason"], params["seen"])
    db.session.commit()
    return {"release": made.id, "n": made.n}
