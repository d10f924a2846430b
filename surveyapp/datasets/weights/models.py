"""The table of weight recipes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class StudyWeights(Base):
    """One recipe of a study's weights, never changed: the newest counts."""

    __tablename__ = "study_weights"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    recipe: Mapped[dict[str, Any]] = mapped_column(Json)
    recipe_hash: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(254), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
