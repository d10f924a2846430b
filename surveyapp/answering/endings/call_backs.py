"""Wishes to be called back: offered with an ending, agreed to by a press, worked off by staff."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from surveyapp import clock
from surveyapp.answering.endings.models import CallBack
from surveyapp.answering.models import Response
from surveyapp.answering.visits import Visit
from surveyapp.customers.models import Customer
from surveyapp.customers.phones import masked
from surveyapp.database import db
from surveyapp.distribution.models import Invitation
from surveyapp.findings import N_

WINDOWS = {
    "morning": N_("In the morning, 9–12"),
    "afternoon": N_("In the afternoon, 12–18"),
    "evening": N_("In the evening, 18–20"),
    "any": N_("At any time of the day"),
}
"""When a person likes to be called."""
OPEN, DONE = "open", "done"


@dataclass(frozen=True)
class Offer:
    """What the closing page offers: a choice of times, and a phone that is known or asked for.

    known: the customer's phone, masked; empty where it is asked for. wished: the window that the
    person has chosen, if they have. done: whether staff have called.
    """

    known: str = ""
    wished: str = ""
    done: bool = False


def offer(visit: Visit) -> Offer:
    """The offer to one person, or what became of it."""
    asked = select(CallBack.window, CallBack.state).where(CallBack.response_id == visit.response_id)
    wish = db.session.execute(asked).first()
    if wish:
        return Offer(wished=wish.window, done=wish.state == DONE)
    phone = _phone_of(visit.invitation_id)
    return Offer(known=masked(phone) if phone else "")


def wish(visit: Visit, window: str, phone: str | None) -> bool:
    """Keep a wish, in the caller's transaction; False when there is one already.

    phone: in E.164, or None for the customer's own. ValueError for a window that is not offered,
    and where there is no phone.
    """
    if window not in WINDOWS or not (phone or _phone_of(visit.invitation_id)):
        raise ValueError(window)
    connection = db.session.connection()
    made = connection.execute(
        _beginning(connection.dialect.name),
        {
            "study_id": visit.study_id,
            "response_id": visit.response_id,
            "phone": phone,
            "window": window,
            "state": OPEN,
            "wished_at": clock.now(),
            "done_by": "",
        },
    )
    return made.rowcount == 1


def withdraw(response_id: int) -> None:
    """Take a wish back that nobody has worked off; its phone goes with it."""
    mine = CallBack.response_id == response_id, CallBack.state == OPEN
    db.session.execute(delete(CallBack).where(*mine))


def of_study(study_id: int, state: str, most: int) -> list[CallBack]:
    """The study's wishes in a state: open ones the oldest first, done ones the newest."""
    order = CallBack.id if state == OPEN else CallBack.id.desc()
    return list(
        db.session.scalars(
            select(CallBack)
            .where(CallBack.study_id == study_id, CallBack.state == state)
            .options(
                joinedload(CallBack.response)
                .joinedload(Response.invitation)
                .joinedload(Invitation.customer),
                joinedload(CallBack.response).joinedload(Response.touchpoint),
            )
            .order_by(order)
            .limit(most)
        )
    )


def counts(study_id: int) -> dict[str, int]:
    """How many wishes are in each state."""
    asked = select(CallBack.state, func.count()).where(CallBack.study_id == study_id)
    return {state: n for state, n in db.session.execute(asked.group_by(CallBack.state))}  # noqa: C416


def phone_of(call_back: CallBack) -> str | None:
    """The number to call: the one that was given, else the customer's; None where it is gone."""
    invitation = call_back.response.invitation
    known = invitation.customer if invitation else None
    return call_back.phone or (known.phone if known and not known.erased_at else None)


def settle(call_back: CallBack, by: str) -> None:
    """Note that the person was called."""
    call_back.state, call_back.done_at, call_back.done_by = DONE, clock.now(), by


def reopen(call_back: CallBack) -> None:
    """Undo that."""
    call_back.state, call_back.done_at, call_back.done_by = OPEN, None, ""


def _phone_of(invitation_id: int | None) -> str | None:
    if invitation_id is None:
        return None
    return db.session.scalar(
        select(Customer.phone)
        .join(Invitation, Invitation.customer_id == Customer.id)
        .where(Invitation.id == invitation_id, Customer.erased_at.is_(None))
    )


@lru_cache
def _beginning(dialect: str) -> Any:
    table = cast(Table, CallBack.__table__)
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing()
