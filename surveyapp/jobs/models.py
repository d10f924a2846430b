"""The table of long work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime
from surveyapp.findings import Finding
from surveyapp.jobs.refusals import restored

STATES = ("queued", "running", "done", "failed")


class Job(Base):
    """One piece of long work: claimed by id and state, watched by its progress."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    step: Mapped[str] = mapped_column(String(200), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    error: Mapped[str] = mapped_column(String(2000), default="")
    actor: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was claimed: what an earlier claimant still writes is refused by it."""
    lost: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many workers died with it."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a broker last took its id; None: never since it was queued, or there is no broker."""

    @property
    def remaining_seconds(self) -> int | None:
        """Seconds left at the present pace, or None while that cannot be told."""
        if not (self.started_at and self.done and self.total):
            return None
        spent = (clock.now() - self.started_at).total_seconds()
        return round(spent * (self.total - self.done) / self.done)

    @property
    def refusals(self) -> list[Finding]:
        """Why a failed job was refused; empty when it crashed."""
        return [restored(finding) for finding in self.result.get("refusals", ())]
