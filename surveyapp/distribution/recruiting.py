"""Recruiting a panel, and drawing its waves, while the page waits or as a job of a large frame.

A panel remembers the request that recruited it, and a wave its study: a job that is done again
after its worker died finds what it made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import designs, drawing, eligibility, panels, population, specs
from surveyapp.distribution.models import SampleDesign, Study
from surveyapp.distribution.panel_models import Panel
from surveyapp.distribution.specs import Spec
from surveyapp.findings import N_
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import Progress, job
from surveyapp.jobs.running import enqueue
from surveyapp.stats.sampling.rotation import Pattern

RECRUIT, DRAW = "distribution.recruit", "distribution.panel_wave"


def recruit(
    title: str, study: Study, pattern: Pattern, waves: int, per_wave: int, spec: Spec
) -> Panel | Job:
    """As `panels.recruit`, or the job that does it; SurveyError before any job is made of it."""
    asked = panels.request(pattern, waves, per_wave, spec)
    chosen = population.read(study.population)
    if eligibility.count(chosen, study).eligible <= drawing.AT_ONCE:
        return panels.recruit(title, study, pattern, waves, per_wave, spec)
    specs.check(asked)
    return enqueue(
        RECRUIT,
        request=uuid4().hex,
        title=title,
        study_id=study.id,
        pattern=asdict(pattern),
        waves=waves,
        per_wave=per_wave,
        spec=spec.as_json(),
    )


def draw_wave(panel: Panel, number: int, study: Study) -> SampleDesign | Job:
    """As `panels.draw_wave`, or the job that does it."""
    if panel.frame_size <= drawing.AT_ONCE:
        return panels.draw_wave(panel, number, study)
    panels.refuse_taken(panel, number, study)
    return enqueue(DRAW, panel_id=panel.id, number=number, study_id=study.id)


def under_way(kind: str, panel_id: int | None = None) -> Sequence[Job]:
    """Jobs of a kind that wait, run, or were the last and failed; of one panel or of any."""
    lately = Job.created_at > clock.now() - timedelta(days=1)
    rows = select(Job).where(Job.kind == kind, lately).order_by(Job.id.desc()).limit(50)
    ours = [j for j in db.session.scalars(rows) if j.params.get("panel_id") == panel_id]
    return [j for place, j in enumerate(ours) if j.state in _shown(place)]


def _shown(place: int) -> tuple[str, ...]:
    return ("queued", "running") if place else ("queued", "running", "failed")


@job(RECRUIT)
def recruit_later(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: request (unique) and what `recruit` was asked for. Result: panel (its id)."""
    progress(N_("Recruiting the panel"), 0, 0)
    known = db.session.scalar(select(Panel.id).where(Panel.request == params["request"]))
    if known is not None:
        return {"panel": known}
    panel = panels.recruit(
        params["title"],
        db.session.get_one(Study, params["study_id"]),
        Pattern(**params["pattern"]),
        params["waves"],
        params["per_wave"],
        specs.read(params["spec"]),
    )
    panel.request = params["request"]
    db.session.commit()
    return {"panel": panel.id}


@job(DRAW)
def draw_later(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: panel_id, number, study_id. Result: design."""
    progress(N_("Drawing the wave"), 0, 0)
    panel = db.session.get_one(Panel, params["panel_id"])
    study = db.session.get_one(Study, params["study_id"])
    taken = panels.waves_of(panel).get(params["number"])
    if taken is not None and taken.study_id == study.id:
        design = designs.current(study)
        return {"design": design.id if design else None}
    design = panels.draw_wave(panel, params["number"], study)
    db.session.commit()
    return {"design": design.id}
