"""Tables of questionnaires: the draft that is edited, the versions that are asked, the notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class Questionnaire(Base):
    """A questionnaire under one name; `draft` is its document as JSON."""

    __tablename__ = "questionnaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    draft: Mapped[dict[str, Any]] = mapped_column(Json, deferred=True)
    """Read where it is needed: it may be long, and the editor keeps what it has read."""
    revision: Mapped[int] = mapped_column(default=1)
    """Counts saved drafts; a save that names an older one is refused."""
    created_by: Mapped[str] = mapped_column(String(254), default="")
    updated_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    versions: Mapped[list[QuestionnaireVersion]] = relationship(
        back_populates="questionnaire", order_by="QuestionnaireVersion.number"
    )
    import_report: Mapped[ImportReport | None] = relationship()


class QuestionnaireVersion(Base):
    """A published document: immutable, addressed by the hash of its content."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    mapping: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What becomes of answers to earlier versions (`mapping.py`); never changed afterwards."""
    published_by: Mapped[str] = mapped_column(String(254), default="")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    questionnaire: Mapped[Questionnaire] = relationship(back_populates="versions")


class ImportReport(Base):
    """What was said when the questionnaire was read from a file of another program."""

    __tablename__ = "import_report"

    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), primary_key=True)
    filename: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(20), default="")
    carried: Mapped[list[list[Any]]] = mapped_column(Json, default=list)
    """Kinds of elements and how many came over, in the order in which they are told."""
    notes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)


class DraftRevision(Base):
    """One saved draft; together they are what undo, redo and the question "what changed?" read.

    `number` is the questionnaire's revision after the save. An edit's `state` is its own number
    and `before` the state that it was made on; undo and redo save the document of another state
    under a new number, so the line of numbers only ever grows.
    """

    __tablename__ = "draft_revision"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    state: Mapped[int]
    before: Mapped[int | None]
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    summary: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What was done, as `{"do", "what", "label"}`, for the list of changes."""
    saved_by: Mapped[str] = mapped_column(String(254), default="")
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Comment(Base):
    """A remark on one part of a questionnaire; the first of a thread, or a reply to it.

    It names its part by the place, which stays when the part moves; `label` is the part's text at
    the time, by which a comment on a deleted part is still understood.
    """

    __tablename__ = "questionnaire_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_comment.id"))
    place: Mapped[str] = mapped_column(String(120))
    label: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    body: Mapped[str] = mapped_column(String(4000))
    written_by: Mapped[str] = mapped_column(String(254))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    resolved_by: Mapped[str] = mapped_column(String(254), default="")
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Of the first comment: when the thread was settled."""


class Presence(Base):
    """Who has a questionnaire open in the editor, at which part, and when that was last known."""

    __tablename__ = "editor_presence"

    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(120), default="")
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class PreviewLink(Base):
    """A link that shows one fixed state of a questionnaire to people without an account."""

    __tablename__ = "preview_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Keyed hash of the token; the token itself is shown once and kept nowhere."""
    version_number: Mapped[int | None]
    revision: Mapped[int | None]
    """The draft that it shows, for a link to no version."""
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    note: Mapped[str] = mapped_column(String(120), default="")
    created_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
