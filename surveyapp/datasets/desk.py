"""What the screening pages show: light queries, nothing that computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.models import CleaningEntry, ExportFile, Flag, Review, ScreeningRun
from surveyapp.findings import N_
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue

PAGE = 50


@dataclass(frozen=True)
class Flagged:
    """A response with the rules that it tripped, and the line that keeps it out, if one does."""

    response_id: int
    rules: tuple[tuple[int, str], ...]
    excluded_by: CleaningEntry | None


@dataclass(frozen=True)
class Export:
    """A data file, and what was made with it."""

    data: ExportFile
    beside: tuple[ExportFile, ...]


BESIDE = {
    "codebook": N_("Codebook"),
    "log": N_("Cleaning log"),
    "weights": N_("How it was weighted"),
    "ddi": N_("DDI codebook"),
    "package": N_("Data package"),
    "notebook": N_("Python notebook"),
    "r": N_("R script"),
}
"""What comes with a data file: its kind and its name."""


def exports(study_id: int, most: int = PAGE) -> list[Export]:
    """The study's newest exports."""
    rows = select(ExportFile).where(ExportFile.study_id == study_id)
    newest = db.session.scalars(
        rows.order_by(ExportFile.id.desc()).limit(most * (len(BESIDE) + 1))
    ).all()
    found, beside = [], []
    for file in newest:
        if file.format in BESIDE:
            beside.append(file)
        else:
            found.append(Export(file, tuple(reversed(beside))))
            beside = []
    return found


def newest_run(study_id: int) -> ScreeningRun | None:
    """The study's newest run."""
    runs = select(ScreeningRun).where(ScreeningRun.study_id == study_id)
    return db.session.scalar(runs.order_by(ScreeningRun.id.desc()).limit(1))


def flagged(run: ScreeningRun, rule: str, page: int) -> tuple[list[Flagged], bool]:
    """A page of the responses that the run flagged (by one rule, or any), and whether more come."""
    wanted = select(Flag.response_id).where(Flag.run_id == run.id).distinct()
    if rule:
        wanted = wanted.where(Flag.rule == rule)
    start = max(page - 1, 0) * PAGE
    rows = wanted.order_by(Flag.response_id).limit(PAGE + 1).offset(start)
    ids = list(db.session.scalars(rows))
    out = cleaning.excluded(run.study_id)
    rules = _rules(run.id, ids[:PAGE])
    found = [Flagged(i, tuple(rules.get(i, ())), out.get(i)) for i in ids[:PAGE]]
    return found, len(ids) > PAGE


def _rules(run_id: int, responses: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    rows = select(Flag.response_id, Flag.layer, Flag.rule).where(
        Flag.run_id == run_id, Flag.response_id.in_(responses)
    )
    for response, layer, rule in db.session.execute(rows.order_by(Flag.layer, Flag.rule)):
        found.setdefault(response, []).append((layer, rule))
    return found


def flags_of(run: ScreeningRun | None, response_id: int) -> list[Flag]:
    """The flags of one response in a run."""
    if run is None:
        return []
    rows = select(Flag).where(Flag.run_id == run.id, Flag.response_id == response_id)
    return list(db.session.scalars(rows.order_by(Flag.layer, Flag.rule)))


def history(response_id: int) -> list[CleaningEntry]:
    """The cleaning log of one response, oldest first."""
    rows = select(CleaningEntry).where(CleaningEntry.response_id == response_id)
    return list(db.session.scalars(rows.order_by(CleaningEntry.id)))


def log_page(study_id: int, most: int = PAGE) -> tuple[list[CleaningEntry], int]:
    """The newest lines of the study's cleaning log, and how many there are."""
    rows = select(CleaningEntry).where(CleaningEntry.study_id == study_id)
    count = select(func.count()).where(CleaningEntry.study_id == study_id)
    newest = db.session.scalars(rows.order_by(CleaningEntry.id.desc()).limit(most))
    return list(newest), db.session.execute(count).scalar_one()


def next_review(run: ScreeningRun, after: int = 0) -> Review | None:
    """The next response of the review sample that nobody has read, going round once."""
    waiting = select(Review).where(Review.run_id == run.id, Review.verdict == "")
    later = waiting.where(Review.id > after).order_by(Review.id).limit(1)
    return db.session.scalar(later) or db.session.scalar(waiting.order_by(Review.id).limit(1))


def running_job(study_id: int, kind: str) -> Job | None:
    """The newest job of this kind for the study, unless it has ended well."""
    rows = select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(50)
    ours = (job for job in db.session.scalars(rows) if job.params.get("study_id") == study_id)
    newest = next(ours, None)
    return newest if newest and newest.state != "done" else None


LAYERS = {
    "layer_1": N_("Flagged by rules (layer 1)"),
    "layer_2": N_("Flagged by patterns (layer 2)"),
    "excluded": N_("Excluded by the two layers"),
}
"""What the readings measure."""


def measure_again(run_id: int) -> None:
    """Have the worker measure the run by its readings, unless that waits already."""
    if not any(job.state == "queued" for job in _measurements(run_id)):
        enqueue("screening.quality", run_id=run_id)


def measured(run_id: int) -> dict[str, Any] | None:
    """The newest measurement of a run by its readings."""
    done = (job.result for job in _measurements(run_id) if job.state == "done")
    return next(done, None)


def _measurements(run_id: int) -> list[Job]:
    rows = select(Job).where(Job.kind == "screening.quality").order_by(Job.id.desc()).limit(50)
    return [job for job in db.session.scalars(rows) if job.params.get("run_id") == run_id]
