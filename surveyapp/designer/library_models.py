"""Tables of the team's library and of the translation desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class LibraryEntry(Base):
    """A question, a scale or a block that the team keeps for reuse."""

    __tablename__ = "library_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int] = mapped_column(default=1)
    """Rises with every change of the content."""
    name: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    citation: Mapped[str] = mapped_column(String(400), default="")
    locked: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_by: Mapped[str] = mapped_column(String(254), default="")
    updated_by: Mapped[str] = mapped_column(String(254), default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TranslationMark(Base):
    """That `target_hash`, a text in one language, says what `source_hash` said in another.

    A text whose present source has another hash is stale. Where there is no mark, neither text has
    changed since both were there. Marks are kept for former texts too, so that undo finds them.
    """

    __tablename__ = "translation_mark"
    __table_args__ = (
        UniqueConstraint(
            "questionnaire_id", "text_key", "language", "source_language", "target_hash",
            name="uq_translation_mark_text",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    text_key: Mapped[str] = mapped_column(String(160))
    """Address of the text: `question:q1/title`."""
    language: Mapped[str] = mapped_column(String(35))
    source_language: Mapped[str] = mapped_column(String(35))
    target_hash: Mapped[str] = mapped_column(String(32))
    source_hash: Mapped[str] = mapped_column(String(32))
    marked_by: Mapped[str] = mapped_column(String(254), default="")
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
