"""Tables of customers: who may be asked."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Numeric, String, func, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Encrypted, SparseJson, UtcDateTime


class Customer(Base):
    """One customer, known by the retailer's own number."""

    __tablename__ = "customer"
    __table_args__ = (
        Index(
            "ix_customer_email_hash",
            "email_hash",
            sqlite_where=text("email_hash IS NOT NULL"),
            postgresql_where=text("email_hash IS NOT NULL"),
        ),
    )
    """Where few have an e-mail address, SQLite would take an index of all for useless."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str | None] = mapped_column(Encrypted("customer.name"))
    phone: Mapped[str | None] = mapped_column(Encrypted("customer.phone"))
    """E.164."""
    phone_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    """`vault.fingerprint(e164, "phone")`; two customers may share a phone."""
    email: Mapped[str | None] = mapped_column(Encrypted("customer.email"))
    """Where letters go when no text channel can be used."""
    email_hash: Mapped[str | None] = mapped_column(String(64))
    """`addresses.of_email`; two customers may share an address."""
    city: Mapped[str] = mapped_column(String(80), default="", index=True)
    store: Mapped[str] = mapped_column(String(80), default="")
    product_line: Mapped[str] = mapped_column(String(40), default="")
    tier: Mapped[str] = mapped_column(String(20), default="")
    spend: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0))
    purchases: Mapped[int] = mapped_column(default=0)
    last_purchase: Mapped[date | None] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(12), default="zh-Hans")
    consent: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[dict[str, Any] | None] = mapped_column(SparseJson)
    """Own attributes of the installation: key → text, number, ISO date or boolean (`own/`)."""
    value_tier: Mapped[str] = mapped_column(String(10), default="")
    """high, middle or low, computed by `tiers.rule`; `tier` is what the file says."""
    life_cycle: Mapped[str] = mapped_column(String(10), default="")
    """new, growing, mature, leaving or silent, computed by `tiers.rule`."""
    tiers_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the two were computed; None: not yet, and "" then means nothing."""
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_contacted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a text was last handed to a provider for this customer (any study)."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    """Who goes on for this customer, when a person said that they are one."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    @hybrid_property
    def person(self) -> int:
        """The id of who goes on for this customer, else their own: one person, one count."""
        return self.merged_into_id or self.id

    @person.inplace.expression
    @classmethod
    def _person(cls) -> ColumnElement[int]:
        return func.coalesce(cls.merged_into_id, cls.id)

    @property
    def addresses(self) -> list[str]:
        """Fingerprints of the phone and the e-mail address, where there are any."""
        return [known for known in (self.phone_hash, self.email_hash) if known]


class Suppression(Base):
    """A phone or e-mail address that is never texted again; outlives the customer's record."""

    __tablename__ = "suppression"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """`Customer.phone_hash` or `email_hash`; they are keyed apart, so that none is the other."""
    reason: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
