"""Figures of a study as they stand now: computed by the worker, shown by the page as they are.

The web process never computes statistics. A snapshot is stale when responses were completed or
cleaning decisions were made since; the worker then computes it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.models import CleaningEntry
from surveyapp.distribution.models import Study
from surveyapp.jobs import standing
from surveyapp.reports.models import Snapshot
from surveyapp.reports.publication import STALE, minimum_of

KIND = "reports.figures"
FORMAT = 4
"""Of the figures; one more whenever a release adds or changes one, so that after an upgrade pages
fill themselves."""
UNSYNCED = {"synchronize_session": False}
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


def outdate() -> int:
    """Mark the figures of other releases as stale; how many. For the worker that takes the lead:
    once is enough, and reading every study's figures is too much for each turn.
    """
    made_by = Snapshot.figures["format"].as_integer()
    other = made_by.is_distinct_from(FORMAT) & (Snapshot.completed != STALE)
    marked = update(Snapshot).where(other).values(completed=STALE).returning(Snapshot.study_id)
    found = len(db.session.execute(marked, execution_options=UNSYNCED).all())
    db.session.commit()
    return found


def mark_stale(study_id: int) -> None:
    """Have the figures of a study computed again, in the caller's transaction; those that are there
    stay until then.
    """
    ours = update(Snapshot).where(Snapshot.study_id == study_id)
    db.session.execute(ours.values(completed=STALE), execution_options=UNSYNCED)


def refresh(study_id: int) -> Snapshot:
    """Compute the figures of one study and keep them. Heavy: for the worker.

    A minimum that was changed meanwhile holds at once, and the figures stay stale.
    """
    from surveyapp.datasets import cleaning, gather
    from surveyapp.datasets.withholding import published

    completed, cleaning_id = state_of(study_id)
    minimum = minimum_of(study_id)
    data = gather.dataset(study_id)
    figures = computed(data, cleaning.excluded(study_id), minimum)
    db.session.rollback()
    now = minimum_of(study_id)
    if now > minimum:
        figures = published(figures, now)
    state = (completed if now == minimum else STALE, cleaning_id)
    return _keep(study_id, state, data.hash, figures)


def computed(data: Any, excluded: Mapping[int, Any], minimum: int) -> dict[str, Any]:
    """The figures of a data set as they may be published; excluded: response → what has its layer.

    Heavy: for the worker.
    """
    from surveyapp.datasets import changing, numbers, sensitivity, trending
    from surveyapp.datasets.in_depth import in_depth
    from surveyapp.datasets.withholding import published

    kept = sensitivity.cleaned(data, excluded)
    figures: dict[str, Any] = {
        "format": FORMAT,
        **numbers.results(kept),
        **in_depth(kept, minimum),
        "change": changing.change(kept, minimum),
        "trend": trending.trend(kept, minimum),
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


def notice() -> int:
    """Ask for the figures of every stale study as a job of its own; how many were asked for.

    A study that cannot be computed keeps its old figures and holds up no other.
    """
    asked = sum(standing.ask(KIND, study_id) for study_id in stale())
    db.session.commit()
    return asked


def snapshot_of(study: Study) -> Snapshot | None:
    """The newest figures of the study, None before its first answer."""
    return db.session.get(Snapshot, study.id)


@dataclass(frozen=True)
class Stand:
    """A snapshot without its figures, which may be hundreds of kilobytes."""

    completed: int
    cleaning_id: int
    dataset_hash: str
    at: datetime


def stand_of(study_id: int) -> Stand | None:
    """Of when and of what the newest figures are, None before the first answer."""
    names = (Snapshot.completed, Snapshot.cleaning_id, Snapshot.dataset_hash, Snapshot.at)
    row = db.session.execute(select(*names).where(Snapshot.study_id == study_id)).one_or_none()
    return None if row is None else Stand(*row)


def part_of(study_id: int, names: Sequence[str]) -> dict[str, Any]:
    """Only these figures: the database reads the rest and hands over what is asked for. Those that
    are not there are left out; empty before the first answer.
    """
    columns = [Snapshot.figures[name] for name in names]
    row = db.session.execute(select(*columns).where(Snapshot.study_id == study_id)).one_or_none()
    found = () if row is None else zip(names, row, strict=True)
    return {name: value for name, value in found if value is not None}
