"""The tables of endings: coupons, the secrets of addresses, wishes to be called."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import Base, Encrypted, UtcDateTime


class Coupon(Base):
    """One code of a study's stock. It is worth money to whoever reads it, so it is encrypted."""

    __tablename__ = "coupon"
    __table_args__ = (Index("ix_coupon_free", "study_id", "response_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    code: Mapped[str] = mapped_column(Encrypted("coupon.code"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """`vault.fingerprint(code, "coupon.code")`, to know a code again, in whichever study."""
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id"), unique=True)
    """Whose it is. One coupon a response, kept by the database."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EndingSecret(Base):
    """What a study signs the parameters of its addresses with."""

    __tablename__ = "ending_secret"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(Encrypted("ending.secret"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class CallBack(Base):
    """Somebody's wish to be called, agreed to by pressing the button that said so."""

    __tablename__ = "call_back"
    __table_args__ = (Index("ix_call_back_study_state", "study_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), unique=True)
    phone: Mapped[str | None] = mapped_column(Encrypted("call_back.phone"))
    """In E.164, where the person gave one; else the one of the customer's record counts."""
    window: Mapped[str] = mapped_column(String(12))
    """morning, afternoon, evening or any, in the study's time zone."""
    state: Mapped[str] = mapped_column(String(12), default="open")
    """open → done, and back."""
    wished_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str] = mapped_column(String(254), default="")
    response: Mapped[Response] = relationship()
