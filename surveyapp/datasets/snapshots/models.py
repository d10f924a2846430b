"""The table of snapshots."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, UtcDateTime


class Snapshot(Base):
    """A data set as it was at a watermark, in files that never change."""

    __tablename__ = "dataset_snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    """Folder under instance/snapshots."""
    rows: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes of all its files."""
    newest_response: Mapped[int | None]
    """The watermark: newest completed response, when it was completed, newest cleaning line."""
    newest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cleaning_line: Mapped[int | None]
    dataset_hash: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the manifest, which holds those of the files."""
    actor: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
