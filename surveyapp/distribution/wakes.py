"""Which studies have texts that may leave now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution.models import Message, Study, Wave
from surveyapp.distribution.outbox_states import State


def due_studies() -> Sequence[int]:
    """Running studies with a queued message whose time has come."""
    due = exists().where(
        Message.wave_id == Wave.id, Message.state == State.QUEUED, Message.due_at <= clock.now()
    )
    running = select(Wave.study_id).join(Study, Study.id == Wave.study_id)
    return db.session.scalars(
        running.where(Wave.state == "running", Study.state == "running", due).distinct()
    ).all()
