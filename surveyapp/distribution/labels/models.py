"""Tables of what is printed: files of labels, and batches of receipt codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, UtcDateTime


class LabelFile(Base):
    """A file of labels that is offered for some days."""

    __tablename__ = "label_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("receipt_batch.id"))
    """Of receipt codes; empty: of touchpoints."""
    kind: Mapped[str] = mapped_column(String(10))
    """pdf, svg or png."""
    size: Mapped[str] = mapped_column(String(10), default="")
    """Name of the label's format; empty for pictures."""
    name: Mapped[str] = mapped_column(String(120))
    """File name under instance/labels."""
    labels: Mapped[int]
    sheets: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int]
    actor: Mapped[str] = mapped_column(String(254), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class ReceiptBatch(Base):
    """Receipt codes that were given out together. The codes follow from its id; none is stored."""

    __tablename__ = "receipt_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoint.id"), index=True)
    n: Mapped[int]
    actor: Mapped[str] = mapped_column(String(254), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReceiptUse(Base):
    """A receipt code with which somebody began to answer; which response that is, is not kept."""

    __tablename__ = "receipt_use"

    batch_id: Mapped[int] = mapped_column(ForeignKey("receipt_batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
