"""Tables of telephone interviews: how a study calls, who works on it, lists, cases, attempts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp import clock
from surveyapp.accounts.models import User
from surveyapp.database import Base, Encrypted, Json, UtcDateTime
from surveyapp.distribution.models import Invitation, Study


class CallPlan(Base):
    """How a study is done by telephone. A study without one is not called."""

    __tablename__ = "call_plan"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    call_from: Mapped[int] = mapped_column(default=9 * 60)
    """Minute of the day, in the study's zone, from which people may be called."""
    call_until: Mapped[int] = mapped_column(default=20 * 60)
    most_attempts: Mapped[int] = mapped_column(default=6)
    gap_minutes: Mapped[int] = mapped_column(default=4 * 60)
    """Least time between two attempts at one customer."""
    intro: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Language → what is read out first, with {name}, {store}, {interviewer}."""
    consent: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Language → the question that is asked before the first one of the questionnaire."""
    shown: Mapped[list[str]] = mapped_column(Json, default=list)
    """The customer's attributes that an interviewer sees, beside name and masked phone."""
    notes: Mapped[dict[str, dict[str, str]]] = mapped_column(Json, default=dict)
    """Question's id → language → a hint for the interviewer, not read out."""
    study: Mapped[Study] = relationship()


class CallCrew(Base):
    """An interviewer who works on a study."""

    __tablename__ = "call_crew"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id"), primary_key=True, index=True
    )
    user: Mapped[User] = relationship()


class CallList(Base):
    """A part of a study's sample that is called."""

    __tablename__ = "call_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    interviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Whose list it is; None: of everyone who works on the study."""
    created_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    interviewer: Mapped[User | None] = relationship()


class CallCase(Base):
    """One customer on a call list. States and their transitions: states.py."""

    __tablename__ = "call_case"
    __table_args__ = (Index("ix_call_case_study_state_due", "study_id", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("call_list.id"), index=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), unique=True)
    """Nobody stands on two lists."""
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    reason: Mapped[str] = mapped_column(String(60), default="")
    """Why it is done though no outcome ended it."""
    priority: Mapped[int] = mapped_column(default=0)
    """Higher is called first; from the customer's tier."""
    attempts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    """Key of the last call's outcome."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appointment_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    interviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """Who promised the call back, and keeps it."""
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the customer said yes to the plan's `consent`."""
    lease_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    """Who has this customer before them: unique, so one call an interviewer."""
    lease_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invitation: Mapped[Invitation] = relationship()
    list: Mapped[CallList] = relationship()


class CallAttempt(Base):
    """One call that was made."""

    __tablename__ = "call_attempt"
    __table_args__ = (Index("ix_call_attempt_user_finished", "user_id", "finished_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("call_case.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    outcome: Mapped[str] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Encrypted("call.note"))
    """What the next interviewer should know."""
    before: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """The case as it stood before, for an undo."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    case: Mapped[CallCase] = relationship()
    user: Mapped[User] = relationship()
