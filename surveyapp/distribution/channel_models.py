"""Tables of the channels: what an administrator decided, how they are, what they spent."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, String, false
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.database import Base, UtcDateTime


class ChannelState(Base):
    """One channel's place in the order, its switch and its circuit breaker (sms/breaker.py)."""

    __tablename__ = "channel_state"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[str] = mapped_column(String(12), default="closed")
    failures: Mapped[int] = mapped_column(default=0)
    calls: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    window_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    open_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trips: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(200), default="")
    """The last failure in the provider's words, without contact data."""
    trouble_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ChannelDay(Base):
    """What a channel's messages of one day cost, in millionths of its currency, and its pace.

    Reserved before the call; given back when the message was certainly not sent.
    """

    __tablename__ = "channel_day"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    spent: Mapped[int] = mapped_column(BigInteger, default=0)
    messages: Mapped[int] = mapped_column(default=0)
    paced_to: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """Seconds since 1970 up to which all workers together have used the channel's pace."""
