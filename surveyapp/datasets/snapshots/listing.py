"""The snapshots of a study, without what computes."""

from __future__ import annotations

from sqlalchemy import select

from surveyapp.database import db
from surveyapp.datasets.snapshots.models import Snapshot


def of_study(study_id: int, most: int = 50) -> list[Snapshot]:
    """The study's snapshots, newest first."""
    rows = select(Snapshot).where(Snapshot.study_id == study_id)
    return list(db.session.scalars(rows.order_by(Snapshot.id.desc()).limit(most)))
