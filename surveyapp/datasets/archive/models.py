"""The table of archives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, UtcDateTime

_STANDING = text("restored_at IS NULL")


class Archive(Base):
    """One archiving of one study; what was restored stays as a record."""

    __tablename__ = "study_archive"
    __table_args__ = (
        Index(
            "uq_study_archive_standing",
            "study_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    """What its files' names begin with in the store."""
    rows: Mapped[int]
    size_before: Mapped[int] = mapped_column(BigInteger)
    """Bytes of the answers in the database."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes of the files."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the manifest, which holds those of the parts."""
    actor: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    restored_by: Mapped[str] = mapped_column(String(254), default="", server_default="")
