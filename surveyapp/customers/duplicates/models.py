"""The table of pairs that are, or are not, one customer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import Base, Json, UtcDateTime


class DuplicatePair(Base):
    """Two customers, the lower id first, and what a person decided about them."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey(Customer.id))
    second_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), index=True)
    state: Mapped[str] = mapped_column(String(10), default="proposed", index=True)
    """proposed, merged, or different: then it is never proposed again."""
    score: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(Json)
    kept_id: Mapped[int | None]
    """Who went on, of a merged pair."""
    undo: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the merge changed beside events, so that it can be taken back."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    first: Mapped[Customer] = relationship(foreign_keys=[first_id])
    second: Mapped[Customer] = relationship(foreign_keys=[second_id])
