"""The table of computed figures: what the study page shows without computing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class Snapshot(Base):
    """The newest figures of one study, computed by the worker from one dataset."""

    __tablename__ = "study_snapshot"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    completed: Mapped[int] = mapped_column(default=0)
    """Completed responses when it was computed; another number now means that it is stale."""
    cleaning_id: Mapped[int] = mapped_column(default=0)
    """Newest line of the cleaning log then; likewise."""
    dataset_hash: Mapped[str] = mapped_column(String(64), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
