"""Tables of the contact policy that all studies share."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class ContactPolicy(Base):
    """The one row of what holds for every text, whatever study it is of."""

    __tablename__ = "contact_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    allow_from: Mapped[int] = mapped_column(default=0)
    """Minute of the day from which texts may leave, beside the study's own hours."""
    allow_until: Mapped[int] = mapped_column(default=24 * 60)
    rest: Mapped[str] = mapped_column(String(10), default="")
    """Days without texts: nothing, `holidays`, or `weekends` (and holidays)."""
    customer_zone: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether hours and days are those of the customer's phone number, where it has one zone."""
    stop_words: Mapped[list[str]] = mapped_column(Json, default=list)
    """Texts that opt out beside the usual ones."""
    confirmation: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Language → what is answered to an opt-out; empty: nothing."""
    part_price: Mapped[Decimal | None] = mapped_column(Numeric(10, 5))
    """Price of a message part, for forecasts; empty: no costs are shown."""
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    changed_by: Mapped[str] = mapped_column(String(254), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class ContactRule(Base):
    """At most so many texts to one customer of a group in a time, over all studies."""

    __tablename__ = "contact_rule"
    __table_args__ = (UniqueConstraint("tier", "what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tier: Mapped[str] = mapped_column(String(20))
    """The group; empty: everyone whose tier has no rule of this kind of its own."""
    what: Mapped[str] = mapped_column(String(12))
    """`invitations`, or `texts`: reminders and thank-yous, too."""
    most: Mapped[int]
    days: Mapped[int]
