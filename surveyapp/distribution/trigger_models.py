"""Tables of event-triggered studies: what makes them ask, and what was decided on each event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, UtcDateTime


class StudyTrigger(Base):
    """Ask whoever something happened to, while it is fresh."""

    __tablename__ = "study_trigger"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    """One of triggers.WHAT."""
    wait_hours: Mapped[int] = mapped_column(default=0)
    """Hours after the moment before which nobody is asked."""
    within_hours: Mapped[int] = mapped_column(default=24)
    """Hours after the moment at which it is over: no first text leaves any more."""
    silent_days: Mapped[int] = mapped_column(default=90)
    """Of `silent`: days without a purchase that make the moment."""
    rest_days: Mapped[int] = mapped_column(default=30)
    """Days in which this study asks the same customer once; 0: every time."""
    answer_days: Mapped[int] = mapped_column(default=7)
    """Days after the moment for which the link takes answers."""
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    """Moments before it are none of this trigger's: history is not asked about."""
    created_by: Mapped[str] = mapped_column(String(254), default="")


class TriggerVerdict(Base):
    """What was decided on one event; the constraint lets each be decided once."""

    __tablename__ = "trigger_verdict"
    __table_args__ = (
        UniqueConstraint("trigger_id", "customer_id", "occasion"),
        Index("ix_trigger_verdict_trigger_id_at", "trigger_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trigger_id: Mapped[int] = mapped_column(ForeignKey("study_trigger.id"))
    occasion: Mapped[str] = mapped_column(String(60))
    """`event:17`, or `silent:2026-08-01` for the day of the last purchase."""
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    moment: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[str] = mapped_column(String(20))
    """`invited`, or why not: a reason of eligibility.REASONS or of triggers.REASONS."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
