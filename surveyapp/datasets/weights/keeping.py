"""The recipes that a study had, and taking a new one."""

from __future__ import annotations

from sqlalchemy import select

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.datasets.weights.models import StudyWeights
from surveyapp.datasets.weights.recipe import WeightRecipe, recipe_of

ACTION = "weights.recipe"
SHOWN = 20


def newest(study_id: int) -> StudyWeights | None:
    """The one that counts; None while the usual weights do."""
    rows = select(StudyWeights).where(StudyWeights.study_id == study_id)
    return db.session.scalar(rows.order_by(StudyWeights.id.desc()).limit(1))


def recipe_for(study_id: int) -> WeightRecipe:
    """The recipe that counts."""
    row = newest(study_id)
    return recipe_of(row.recipe if row else None)


def history(study_id: int) -> list[StudyWeights]:
    """Newest first, the last `SHOWN`."""
    rows = select(StudyWeights).where(StudyWeights.study_id == study_id)
    return list(db.session.scalars(rows.order_by(StudyWeights.id.desc()).limit(SHOWN)))


def keep(study_id: int, recipe: WeightRecipe) -> StudyWeights | None:
    """Let a recipe count from now on, noted in the audit chain; None where it does already. In the
    caller's transaction.
    """
    if recipe.hash == recipe_for(study_id).hash:
        return None
    row = StudyWeights(
        study_id=study_id,
        recipe=recipe.as_json(),
        recipe_hash=recipe.hash,
        actor=audit.actor(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(ACTION, f"study:{study_id}", recipe=row.id, hash=row.recipe_hash)
    return row
