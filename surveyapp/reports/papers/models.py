"""The table of kept reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class Report(Base):
    """One report: what was asked for, and its files, which never change."""

    __tablename__ = "study_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    token: Mapped[str] = mapped_column(String(60), unique=True)
    """Of the request: however often its job runs, one report comes of it."""
    folder: Mapped[str] = mapped_column(String(120))
    """Under instance/reports."""
    title: Mapped[str] = mapped_column(String(200))
    """The period in words."""
    language: Mapped[str] = mapped_column(String(12))
    asked: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the job takes."""
    n: Mapped[int]
    files: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Name → SHA-256."""
    size: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    """Of the figures: `figures.json`."""
    dataset_hash: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64))
    """Of the audit chain when it was made."""
    words: Mapped[str] = mapped_column(String(40))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What could not be made, and why."""
    actor: Mapped[str] = mapped_column(String(254), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class ReportSchedule(Base):
    """A recurring study makes a report by itself when a period's answers are in."""

    __tablename__ = "study_report_schedule"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    asked: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Language, brand and sections of each."""
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    """Periods that ended before have none."""
    actor: Mapped[str] = mapped_column(String(254), default="")
