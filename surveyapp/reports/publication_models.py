"""Tables of what is published of a study: its minimum base, and comparisons that were made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class Publication(Base):
    """What a study demands of a figure before it is shown; without a row the default holds."""

    __tablename__ = "study_publication"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    minimum_n: Mapped[int]
    """Fewest answers behind any figure."""


class Comparison(Base):
    """One comparison that the worker made: what was asked, what came out, from which data."""

    __tablename__ = "study_comparison"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    figures: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    dataset_hash: Mapped[str] = mapped_column(String(64), default="")
    actor: Mapped[str] = mapped_column(String(254), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
