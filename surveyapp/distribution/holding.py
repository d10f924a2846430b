"""One at a time: who draws, invites or queues for a study waits for whoever does."""

from __future__ import annotations

from sqlalchemy import select

from surveyapp.database import db
from surveyapp.distribution.models import Study


def hold(study_id: int) -> None:
    """Keep others from drawing or inviting for this study until the transaction ends.

    PostgreSQL locks the row; on SQLite the first write makes everyone else wait anyway.
    """
    db.session.execute(select(Study.id).where(Study.id == study_id).with_for_update())
