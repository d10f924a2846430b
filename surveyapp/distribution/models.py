"""Tables of distribution: study, sample design, draw, waves, invitations, outbox, receipts."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp import clock
from surveyapp.brands import models as brand_models  # noqa: F401 - the table that a study names
from surveyapp.customers.models import Customer
from surveyapp.database import Base, Encrypted, Json, UtcDateTime
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution import (  # noqa: F401 - tables beside these
    channel_models,
    contact_models,
    sequence,
    trigger_models,
    variant_models,
)
from surveyapp.distribution.labels import models as _labels  # noqa: F401 - what is printed
from surveyapp.distribution.period_models import StudyPeriod


class Study(Base):
    """A questionnaire version, a population and a time zone, run under one name."""

    __tablename__ = "study"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    """draft → running ⇄ paused → closed."""
    population: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """The filter of the customers who may be asked (population.py)."""
    send_from: Mapped[int] = mapped_column(default=9 * 60)
    """Minute of the day, in the study's zone, from which texts may leave."""
    send_until: Mapped[int] = mapped_column(default=20 * 60)
    """Minute of the day at which no text leaves any more."""
    contact_cap: Mapped[int] = mapped_column(default=3)
    """Most texts to one customer in `contact_cap_days`, over all studies, reminders included."""
    contact_cap_days: Mapped[int] = mapped_column(default=30)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_version_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_version.id"))
    """The version that begins to be asked at `next_version_at` (version_moves.py)."""
    next_version_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    visit_days: Mapped[int | None]
    """Days after a purchase in which answers about it make sense; empty: not said."""
    asks_position: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether printed codes offer to share the position once; only a distance is kept."""
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    """The brand of the customer's page and of the links; empty: the default one, if any."""
    created_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[QuestionnaireVersion] = relationship(foreign_keys=[version_id])
    next_version: Mapped[QuestionnaireVersion | None] = relationship(foreign_keys=[next_version_id])

    @property
    def asked(self) -> QuestionnaireVersion:
        """The version that who begins now is asked; `version` is the one before a planned move."""
        return self.next_version if self.next_version and self._moved else self.version

    @property
    def planned_version(self) -> QuestionnaireVersion | None:
        """The version of a move that is still to come."""
        return None if self._moved else self.next_version

    @property
    def _moved(self) -> bool:
        return self.next_version_at is not None and self.next_version_at <= clock.now()


class SampleDesign(Base):
    """How a sample is drawn and what was drawn: everything needed to draw it again bit by bit."""

    __tablename__ = "sample_design"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    period_id: Mapped[int | None] = mapped_column(ForeignKey("study_period.id"))
    """The period of a recurring study that this draw is for; empty: of a study that asks once."""
    strata_by: Mapped[list[str]] = mapped_column(Json, default=list)
    method: Mapped[str] = mapped_column(String(20), default="proportional")
    measure: Mapped[str] = mapped_column(String(40), default="")
    """Attribute whose standard deviation Neyman allocation uses."""
    n: Mapped[int]
    """Everyone drawn, the reserve included."""
    min_per_stratum: Mapped[int] = mapped_column(default=2)
    seed: Mapped[int]
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")
    """What the request says beyond the columns (specs.py); empty for a plain draw."""
    population: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """The filter as it stood when the frame was frozen."""
    frame: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Frozen frame, compressed: number, stratum and measure of every eligible customer."""
    frame_hash: Mapped[str] = mapped_column(String(64), default="")
    frame_size: Mapped[int] = mapped_column(default=0)
    excluded: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    """Customers left out of the frame, counted by reason."""
    draw_hash: Mapped[str] = mapped_column(String(64), default="")
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    study: Mapped[Study] = relationship()
    period: Mapped[StudyPeriod | None] = relationship()
    strata: Mapped[list[DesignStratum]] = relationship(
        back_populates="design", order_by="DesignStratum.id"
    )


class DesignStratum(Base):
    """One stratum of a design with its allocation."""

    __tablename__ = "design_stratum"

    id: Mapped[int] = mapped_column(primary_key=True)
    design_id: Mapped[int] = mapped_column(ForeignKey("sample_design.id"), index=True)
    key: Mapped[dict[str, str]] = mapped_column(Json)
    """Attribute → value."""
    label: Mapped[str] = mapped_column(String(300))
    size: Mapped[int]
    n: Mapped[int]
    sd: Mapped[float | None]
    design: Mapped[SampleDesign] = relationship(back_populates="strata")


class SampleMember(Base):
    """A drawn customer who is released: the reserve follows from the frame and the seed."""

    __tablename__ = "sample_member"
    __table_args__ = (UniqueConstraint("design_id", "customer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    design_id: Mapped[int] = mapped_column(ForeignKey("sample_design.id"))
    stratum_id: Mapped[int] = mapped_column(ForeignKey("design_stratum.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    inclusion_probability: Mapped[float]
    design_weight: Mapped[float]
    cluster: Mapped[str | None] = mapped_column(String(80))
    """Its store, where stores were drawn first."""
    stratum: Mapped[DesignStratum] = relationship()
    customer: Mapped[Customer] = relationship()


class Wave(Base):
    """A round of texts: the invitation, its reminders, or the thank-you."""

    __tablename__ = "wave"
    __table_args__ = (UniqueConstraint("study_id", "kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    kind: Mapped[str] = mapped_column(String(12))
    """invitation, reminder or thank_you."""
    number: Mapped[int] = mapped_column(default=1)
    after_days: Mapped[int] = mapped_column(default=0)
    """Reminders: days after the invitation left. Others: 0."""
    after_hours: Mapped[int] = mapped_column(default=0, server_default="0")
    """Reminders: hours on top of these days."""
    name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """What people call this step; empty: by its kind and number."""
    condition: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """Reminders: to whom of those who have not answered (sequence.CONDITIONS); empty: to all."""
    medium: Mapped[str] = mapped_column(String(6), default="", server_default="")
    """sms or email (sequence.MEDIA); empty: by the channels' order."""
    medium_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether who lacks that address is skipped, not texted by the other one."""
    share: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many read its own wording, against the shares of its variants."""
    texts: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Language → body with {name}, {store}, {link}."""
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default="planned")
    """planned → running ⇄ paused → done; an invitation whose links are being made: starting."""
    expanded_to: Mapped[int] = mapped_column(default=0, server_default="0")
    """Invitation waves: the last invitation whose message was queued (waves.py)."""
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Follow-ups: up to when everyone who became due has been looked at (due.py); empty: never."""
    study: Mapped[Study] = relationship()

    @property
    def after(self) -> int:
        """Hours after the invitation left."""
        return sequence.hours(self.after_days, self.after_hours)

    @property
    def wait(self) -> timedelta:
        """The same as a span of time."""
        return sequence.wait(self.after_days, self.after_hours)


def _moment_index(name: str) -> Index:
    """By which a look finds who became due lately (due.py); empty moments are left out."""
    column, there = f"{name}_at", text(f"{name}_at IS NOT NULL")
    return Index(
        f"ix_invitation_{name}", "study_id", column, sqlite_where=there, postgresql_where=there
    )


class Invitation(Base):
    """One person's secret link and how far it got (moments only move from empty to set)."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("customer_id", "study_id", "occasion"),  # found by customer as well
        Index("ix_invitation_study", "study_id", "id"),
        Index(
            "ix_invitation_token_hash",
            "token_hash",
            unique=True,
            sqlite_where=text("token_hash IS NOT NULL"),
            postgresql_where=text("token_hash IS NOT NULL"),
        ),
        *(_moment_index(name) for name in ("invited", "opened", "started", "completed")),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """Never given again after a deletion: a link is computed from it."""
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("sample_member.id"), unique=True)
    """Empty for who was asked because of an event: that is no sample."""
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    occasion: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """What the asking is about: a period's label, an event, or nothing in a study that asks once.
    A customer is asked once on each."""
    token_version: Mapped[int] = mapped_column(default=1)
    """Which link it is; the token itself is computed from id and version (links.py)."""
    token_hash: Mapped[str | None] = mapped_column(String(64))
    """Keyed hash by which a link of the older form is found; empty: the token itself leads here."""
    language: Mapped[str] = mapped_column(String(12))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    text_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when the first text may leave; empty: as long as the link takes answers."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the invitation text was accepted by the provider."""
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """First sign of a person (a POST by the page), never a link scanner's GET."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ineligible_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set together with `completed_at` when the answers ended in a screen-out or a full quota."""
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called_as: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """Code of the furthest outcome of its telephone calls (dispositions.py); empty: none."""
    study: Mapped[Study] = relationship()
    member: Mapped[SampleMember | None] = relationship()
    customer: Mapped[Customer] = relationship()


class Message(Base):
    """One text in the outbox: queue, audit and delivery record in one row."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("invitation_id", "wave_id"),  # expanding twice queues nothing twice
        Index("ix_message_claim", "state", "due_at"),
        Index(
            "ix_message_provider_sid",
            "provider_sid",
            unique=True,
            sqlite_where=text("provider_sid IS NOT NULL"),
            postgresql_where=text("provider_sid IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    """outbox_states.py holds the legal transitions."""
    reason: Mapped[str] = mapped_column(String(60), default="")
    """Why it is held, cancelled, expired or failed."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(60))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provider: Mapped[str] = mapped_column(String(20), default="")
    provider_sid: Mapped[str | None] = mapped_column(String(64))
    provider_status: Mapped[str] = mapped_column(String(20), default="")
    error_code: Mapped[str] = mapped_column(String(20), default="")
    segments: Mapped[int] = mapped_column(default=0)
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 5))
    body_hash: Mapped[str] = mapped_column(String(64), default="")
    variant: Mapped[str] = mapped_column(String(1), default="", server_default="")
    """Which of its wave's wordings it has (variants.py); empty: there is only one."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invitation: Mapped[Invitation] = relationship()
    wave: Mapped[Wave] = relationship()


class Attempt(Base):
    """One call of a provider, written before the call."""

    __tablename__ = "message_attempt"
    __table_args__ = (UniqueConstraint("message_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    number: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    """accepted, rejected, throttled, transient, unknown; empty while the call is out."""
    detail: Mapped[str] = mapped_column(String(200), default="")
    channel: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """The channel that was called."""
    cost: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """What was reserved of the channel's budget, in millionths of its currency."""


class Receipt(Base):
    """A status that the provider reported; the same one twice is one row."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("provider_sid", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    provider_sid: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[str] = mapped_column(String(20), default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class InboundText(Base):
    """A text from a customer: an opt-out, or a free reply."""

    __tablename__ = "inbound_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_sid: Mapped[str] = mapped_column(String(64), unique=True)
    phone_hash: Mapped[str] = mapped_column(String(64), index=True)
    body: Mapped[str] = mapped_column(Encrypted("inbound.body"))
    kind: Mapped[str] = mapped_column(String(12))
    """opt_out, help, reply, or answer: a reply that became a response."""
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Touchpoint(Base):
    """A printed code (QR) that knows its store, place and channel."""

    __tablename__ = "touchpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    store: Mapped[str] = mapped_column(String(80))
    city: Mapped[str] = mapped_column(String(80), default="")
    label: Mapped[str] = mapped_column(String(80))
    """Where it stands: receipt, service slip, shopping bag …"""
    channel: Mapped[str] = mapped_column(String(30), default="qr")
    once: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """One answer for each device or receipt; empty: as often as somebody likes."""
    active: Mapped[bool] = mapped_column(default=True)
    open_from: Mapped[int | None]
    """Minute of the day, in the study's zone, at which the store opens; empty: not said."""
    open_until: Mapped[int | None]
    """Minute of the day at which it closes; before `open_from`: after midnight."""
    latitude: Mapped[float | None]
    """Degrees, WGS 84, with `longitude`; empty: not said."""
    longitude: Mapped[float | None]
    radius: Mapped[int] = mapped_column(default=1000, server_default="1000")
    """Metres around it that still count as the store."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    study: Mapped[Study] = relationship()


class PeriodicRun(Base):
    """When a periodic job of the worker last finished: its dead-man's switch."""

    __tablename__ = "periodic_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime)
