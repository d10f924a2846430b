"""Figures of a study as they stand now: computed by the worker, shown by the page as they are.

The web process never computes statistics. A snapshot is stale when responses were completed or
cleaning decisions were made since; the worker then computes it again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.models import CleaningEntry
from surveyapp.distribution.models import Study
from surveyapp.reports.models import Snapshot
from surveyapp.reports.publication import minimum_of

log = logging.getLogger(__name__)
State = tuple[int, int]
"""(completed responses, id of the newest line of the cleaning log)."""


def state_of(study_id: int) -> State:
    """What the figures of the study depend on, right now."""
    return _states(study_id).get(study_id, (0, 0))


def _states(study_id: int | None = None) -> dict[int, State]:
    completed = select(Response.study_id, func.count()).where(Response.state == "completed")
    cleaning = select(CleaningEntry.study_id, func.max(CleaningEntry.id))
    if study_id is not None:
        completed = completed.where(Response.study_id == study_id)
        cleaning = cleaning.where(CleaningEntry.study_id == study_id)
    counts = dict(db.session.execute(completed.group_by(Response.study_id)).all())
    newest = dict(db.session.execute(cleaning.group_by(CleaningEntry.study_id)).all())
    return {study: (count, newest.get(study, 0)) for study, count in counts.items()}


def ended(study_id: int) -> dict[str, int]:
    """How many were screened out or came when their quota was full; only what occurred."""
    counted = select(Response.state, func.count()).where(
        Response.study_id == study_id, Response.state.in_(("screened_out", "quota_full"))
    )
    return dict(db.session.execute(counted.group_by(Response.state)).all())


def stale() -> list[int]:
    """Ids of the studies whose figures must be computed again."""
    kept = {
        row.study_id: (row.completed, row.cleaning_id)
        for row in db.session.execute(
            select(Snapshot.study_id, Snapshot.completed, Snapshot.cleaning_id)
        )
    }
    return sorted(study for study, now in _states().items() if kept.get(study) != now)


def refresh(study_id: int) -> Snapshot:
    """Compute the figures of one study and keep them. Heavy: for the worker."""
    from surveyapp.datasets import cleaning, gather

    completed, cleaning_id = state_of(study_id)
    minimum = minimum_of(study_id)
    data = gather.dataset(study_id)
    figures = computed(data, cleaning.excluded(study_id), minimum)
    db.session.rollback()
    return _keep(study_id, (completed, cleaning_id), data.hash, figures)


def computed(data: Any, excluded: Mapping[int, Any], minimum: int) -> dict[str, Any]:
    """The figures of a data set as they may be published; excluded: response → what has its layer.

    Heavy: for the worker.
    """
    from surveyapp.datasets import numbers, sensitivity
    from surveyapp.datasets.in_depth import in_depth
    from surveyapp.datasets.withholding import published

    kept = sensitivity.cleaned(data, excluded)
    figures: dict[str, Any] = {
        **numbers.results(kept),
        **in_depth(kept, minimum),
        "excluded": len(excluded),
        "sensitivity": sensitivity.sensitivity(data, excluded),
    }
    return published(figures, minimum)


def _keep(study_id: int, state: State, dataset_hash: str, figures: dict[str, Any]) -> Snapshot:
    row = db.session.get(Snapshot, study_id) or Snapshot(study_id=study_id)
    row.completed, row.cleaning_id = state
    row.dataset_hash, row.figures, row.at = dataset_hash, figures, clock.now()
    db.session.add(row)
    db.session.commit()
    return row


def refresh_stale() -> int:
    """Bring every stale study up to date; how many were (a periodic task of the worker).

    A study that cannot be computed is logged and keeps its old figures; the others go on.
    """
    waiting = stale()
    db.session.rollback()
    return sum(_refreshed(study_id) for study_id in waiting)


def _refreshed(study_id: int) -> bool:
    try:
        refresh(study_id)
    except Exception:
        db.session.rollback()
        log.exception("the figures of study %s could not be computed", study_id)
        return False
    return True


def snapshot_of(study: Study) -> Snapshot | None:
    """The newest figures of the study, None before its first answer."""
    return db.session.get(Snapshot, study.id)
