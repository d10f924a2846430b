"""Tables of panels: a draw in rotation groups, and the studies that its waves are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime
from surveyapp.distribution.models import Study


class Panel(Base):
    """A draw whose parts, the rotation groups, are asked in turn.

    Who is in a group follows from frame and seed, as in every draw; nothing else is stored of it.
    """

    __tablename__ = "panel"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    spec: Mapped[dict[str, Any]] = mapped_column(Json)
    """What was asked for (specs.py); its replicates are the groups."""
    frame: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    frame_hash: Mapped[str] = mapped_column(String(64))
    frame_size: Mapped[int] = mapped_column(default=0, server_default="0")
    """Customers in the frame; 0 in panels of before it was counted."""
    draw_hash: Mapped[str] = mapped_column(String(64))
    request: Mapped[str | None] = mapped_column(String(32), unique=True, index=True)
    """The job's request that recruited it, once; empty: it was recruited while its page waited."""
    n: Mapped[int]
    """Members in all groups."""
    stay: Mapped[int]
    away: Mapped[int]
    again: Mapped[int]
    waves: Mapped[int]
    """Planned; with the pattern they say how many groups there are (stats/sampling/rotation.py)."""
    created_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class PanelWave(Base):
    """A study that asks the groups of one wave."""

    __tablename__ = "panel_wave"
    __table_args__ = (UniqueConstraint("panel_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    number: Mapped[int]
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    study: Mapped[Study] = relationship()
