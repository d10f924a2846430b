"""The table of events."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import Base, Money, UtcDateTime


class Event(Base):
    """One thing that happened to a customer, known by the retailer's own id of it."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_kind_happened_at", "kind", "happened_at"),
        Index("ix_event_kind_closed_at", "kind", "closed_at"),
        Index("ix_event_customer_id_kind_happened_at", "customer_id", "kind", "happened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(String(80), unique=True)
    """The retailer's own; what comes again under it is the same event."""
    kind: Mapped[str] = mapped_column(String(20))
    """One of `attributes.KINDS`."""
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it happened; of a service case, when it was opened."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a service case was closed; None while it is open, and for other kinds."""
    customer_number: Mapped[str] = mapped_column(String(64), index=True)
    """As the retailer gave it; the customer may be unknown yet."""
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id))
    """None until a customer of that number is known."""
    store: Mapped[str] = mapped_column(String(80), default="")
    product_line: Mapped[str] = mapped_column(String(40), default="")
    amount: Mapped[Decimal | None] = mapped_column(Money)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
