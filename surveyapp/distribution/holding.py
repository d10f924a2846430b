"""One at a time: who draws, invites or queues for a study waits for whoever does."""

from __future__ import annotations

from sqlalchemy import select, update

from surveyapp.database import db
from surveyapp.distribution.models import Study


def hold(study_id: int) -> None:
    """Keep others from drawing or inviting for this study until the transaction ends; what is
    asked from here on stays true, and the study is as it is now.

    PostgreSQL locks the row. SQLite locks nothing for who only reads, so a write that changes
    nothing takes its one lock, for which everyone else waits who writes.
    """
    if db.engine.dialect.name == "sqlite":
        nothing = update(Study).where(Study.id == study_id).values(state=Study.state)
        db.session.execute(nothing.execution_options(synchronize_session=False))
    hold_for_long(study_id)


def hold_for_long(study_id: int) -> None:
    """The same where much is computed before anything is written, for which SQLite must not keep
    answers waiting: there, ask again under `hold` before writing.
    """
    row = select(Study).where(Study.id == study_id).with_for_update()
    db.session.execute(row.execution_options(populate_existing=True))
