"""The table of responses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution.models import Invitation, Study, Touchpoint


class Response(Base):
    """One person's answers to one version: a JSON document, however wide the questionnaire is."""

    __tablename__ = "response"
    __table_args__ = (Index("ix_response_study_state", "study_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), unique=True)
    """One response an invitation, kept by the database."""
    touchpoint_id: Mapped[int | None] = mapped_column(ForeignKey("touchpoint.id"), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Touchpoint responses: keyed hash of the resume token in the person's browser."""
    mode: Mapped[str] = mapped_column(String(12), default="link")
    """link, qr, kiosk, interviewer or reply (a text sent back)."""
    language: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default="started")
    """started → completed, screened_out or quota_full."""
    seed: Mapped[int] = mapped_column(BigInteger)
    """Of everything random in what this person sees; the same on every device and every time."""
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Variable → value, off-path answers included until submit."""
    sequences: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    """Variable → sequence number of the newest accepted save."""
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """{"customer": …, "touchpoint": …} as they stood at the start; no contact data. At submit come
    "survey" (today, language, mode), "random" (experiment → arm) and "computed" (id → value)."""
    paradata: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Server-measured times: {"pages": {page: [first_save, last_save]}, "saves": n, "device": …};
    client-reported ones are under "claims" and never trusted. What screening is to know beside
    that is in `marks`."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    study: Mapped[Study] = relationship()
    version: Mapped[QuestionnaireVersion] = relationship()
    invitation: Mapped[Invitation | None] = relationship()
    touchpoint: Mapped[Touchpoint | None] = relationship()


class Photo(Base):
    """A picture that a customer attached: sealed at rest, shown to staff alone."""

    __tablename__ = "photo"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The answer to its question."""
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), index=True)
    variable: Mapped[str] = mapped_column(String(81))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """A JPEG without metadata, encrypted."""
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class ResponseMember(Base):
    """The card that somebody held to a store terminal, and the customer whose number it carries.

    A number is a claim: it says whose card it was, not who answered.
    """

    __tablename__ = "response_member"

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), primary_key=True)
    number_hash: Mapped[str] = mapped_column(String(64), index=True)
    """`vault.fingerprint(number, "customer.number")`; the number itself is kept nowhere."""
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    """None until a customer with this number is imported."""
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """The customer's attributes when the number was matched; no contact data. Not among the
    response's facts: rules that the page could not follow must not change what was asked."""
    read_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class QuotaCount(Base):
    """How many responses one cell of a quota has taken."""

    __tablename__ = "quota_count"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    quota: Mapped[str] = mapped_column(String(40), primary_key=True)
    cell: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
