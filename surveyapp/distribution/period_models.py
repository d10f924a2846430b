"""Tables of recurring studies: the one definition, and the periods that it has had."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class StudyRecurrence(Base):
    """How a study asks again and again. A study without one asks once."""

    __tablename__ = "study_recurrence"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    every: Mapped[str] = mapped_column(String(8))
    """week, month or quarter (recurrence.py)."""
    day: Mapped[int]
    minute: Mapped[int]
    first: Mapped[date]
    last: Mapped[date | None]
    answer_days: Mapped[int | None]
    """Days for which a period's links take answers; empty: until the next period begins."""
    design: Mapped[dict[str, Any]] = mapped_column(Json)
    """What every period asks of its draw (specs.py), but for the seed."""
    seed: Mapped[int]
    """Each period's own seed is computed from it (recurrence.seed_of)."""
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class StudyPeriod(Base):
    """One period of a recurring study; the constraint lets each be opened once."""

    __tablename__ = "study_period"
    __table_args__ = (UniqueConstraint("study_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(12))
    """2026-11, 2026-Q4 or 2026-W48."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seed: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="opening")
    """opening → open, failed (`finding` says why) or missed."""
    finding: Mapped[dict[str, Any] | None] = mapped_column(Json)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
