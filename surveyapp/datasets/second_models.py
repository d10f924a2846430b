"""The table of second readings: another person reads the same response, blind to the first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, UtcDateTime


class SecondReading(Base):
    """A second verdict on a response of the review sample. It measures and decides nothing."""

    __tablename__ = "second_reading"

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(10))
    """keep or exclude."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    reader: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
