"""A screening run on a study: gather, screen, keep the flags, follow the policy, draw reviews."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.desk import newest_run
from surveyapp.datasets.gather import dataset
from surveyapp.datasets.models import Flag, Review, ScreeningRun
from surveyapp.datasets.screening import frozen
from surveyapp.datasets.screening.engine import Screening, screen
from surveyapp.datasets.screening.recipe import Recipe, recipe_of
from surveyapp.datasets.snapshots.models import Snapshot
from surveyapp.datasets.table import Dataset
from surveyapp.findings import N_, Finding, SurveyError


def run_screening(
    study_id: int, recipe: Recipe | None = None, snapshot: Snapshot | None = None
) -> ScreeningRun:
    """Screen a study's completed responses, or those of a snapshot of it as they were frozen; one
    transaction. For the worker.

    Without a recipe the study's last one is used, else the default. Raises SurveyError when
    nobody has answered, and `snapshot.changed` or `snapshot.gone`.
    """
    recipe = recipe or last_recipe(study_id)
    data = frozen.read(study_id, snapshot) if snapshot else dataset(study_id)
    if not len(data):
        raise SurveyError(
            Finding("screening.no_responses", "study", N_("There are no completed responses yet."))
        )
    outcome = screen(data, recipe)
    row = store(study_id, data, outcome, snapshot)
    if snapshot:
        row.summary = {**row.summary, **frozen.told(study_id, snapshot, data)}
    db.session.commit()
    return row


def last_recipe(study_id: int) -> Recipe:
    """The recipe of the study's newest run, else the default."""
    run = newest_run(study_id)
    return recipe_of(run.recipe if run else None)


def flags_of(run_id: int, response_id: int | None = None) -> list[Flag]:
    """The flags of a run, or those of one response."""
    flags = select(Flag).where(Flag.run_id == run_id)
    if response_id is not None:
        flags = flags.where(Flag.response_id == response_id)
    return list(db.session.scalars(flags.order_by(Flag.response_id, Flag.layer, Flag.rule)))


def store(
    study_id: int, data: Dataset, outcome: Screening, snapshot: Snapshot | None = None
) -> ScreeningRun:
    """Keep a run and write its exclusions to the cleaning log, in the caller's transaction."""
    row = ScreeningRun(
        study_id=study_id,
        recipe=outcome.recipe.as_json(),
        recipe_hash=outcome.recipe.hash,
        dataset_hash=outcome.dataset_hash,
        result_hash=outcome.hash,
        summary=outcome.summary(),
        actor=audit.actor(),
    )
    db.session.add(row)
    db.session.flush()
    flags = [
        {
            "run_id": row.id,
            "response_id": hit.response,
            "layer": hit.layer,
            "rule": hit.rule[:60],
            "detail": dict(hit.detail),
        }
        for hit in outcome.hits
    ]
    if flags:
        db.session.execute(insert(Flag), flags)
    reviews = [{"run_id": row.id, "response_id": r} for r in outcome.review]
    if reviews:
        db.session.execute(insert(Review), reviews)
    out, back = cleaning.follow(study_id, row.id, outcome.excluded, data.ids)
    row.summary = {**row.summary, "newly_excluded": out, "restored": back}
    of: dict[str, Any] = {"snapshot": snapshot.id, "sha256": snapshot.sha256} if snapshot else {}
    audit.record(
        "screening.run",
        f"study:{study_id}",
        run=row.id,
        result=outcome.hash,
        dataset=data.hash,
        **of,
    )
    return row
