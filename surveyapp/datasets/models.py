"""Tables of data quality: screening runs, flags, the cleaning log, reviews, export files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class ScreeningRun(Base):
    """One application of a recipe to one dataset."""

    __tablename__ = "screening_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    recipe: Mapped[dict[str, Any]] = mapped_column(Json)
    recipe_hash: Mapped[str] = mapped_column(String(64))
    dataset_hash: Mapped[str] = mapped_column(String(64))
    result_hash: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the flags: the same recipe on the same dataset gives the same bytes."""
    summary: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    actor: Mapped[str] = mapped_column(String(254), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Flag(Base):
    """One rule or index that a response tripped. A flag deletes nothing."""

    __tablename__ = "screening_flag"
    __table_args__ = (UniqueConstraint("run_id", "response_id", "rule"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("screening_run.id"))
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), index=True)
    layer: Mapped[int]
    rule: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class CleaningEntry(Base):
    """One line of the cleaning log, append-only: the newest line of a response decides."""

    __tablename__ = "cleaning_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), index=True)
    action: Mapped[str] = mapped_column(String(10))
    """exclude or restore."""
    layer: Mapped[int]
    rule: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(500), default="")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("screening_run.id"))
    actor: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Review(Base):
    """A person's reading of one response of the review sample."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("run_id", "response_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("screening_run.id"))
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(10), default="")
    """keep or exclude; empty while it waits."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    reader: Mapped[str] = mapped_column(String(254), default="")
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ExportFile(Base):
    """A file that was written, read back, compared, and is offered."""

    __tablename__ = "export_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    format: Mapped[str] = mapped_column(String(10))
    cleaned: Mapped[bool] = mapped_column(default=True)
    name: Mapped[str] = mapped_column(String(200))
    """File name under instance/exports."""
    rows: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    dataset_hash: Mapped[str] = mapped_column(String(64), default="")
    actor: Mapped[str] = mapped_column(String(254), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
