"""Drawing while the page waits, or as a job when the frame is large."""

from __future__ import annotations

from typing import Any

from surveyapp.database import db
from surveyapp.distribution import designs, eligibility, panels, specs
from surveyapp.distribution.models import Study
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from surveyapp.findings import N_
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import Progress, job
from surveyapp.jobs.running import enqueue

AT_ONCE = 50_000
"""Frames up to this size are drawn at once: about a second."""


def start(study: Study, chosen: Population, spec: Spec) -> Job | None:
    """Give the study this population and draw, in the caller's transaction.

    None when it is drawn; the job that will draw it when the frame is large. SurveyError when
    the request is impossible, before any job is made of it.
    """
    specs.check(spec)
    panels.refuse_wave(study)
    study.population = chosen.as_json()
    db.session.flush()
    if eligibility.count(chosen, study).eligible <= AT_ONCE:
        designs.draw(study, spec)
        return None
    designs.refuse_late(study)
    return enqueue("distribution.draw", study_id=study.id, spec=spec.as_json())


@job("distribution.draw")
def draw_later(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Draw what the job was asked for; the same seed, so a second run draws the same people."""
    progress(N_("Drawing the sample"), 0, 0)
    study = db.session.get_one(Study, params["study_id"])
    design = designs.draw(study, specs.read(params["spec"]))
    db.session.commit()
    return {"design": design.id, "hash": design.draw_hash}
