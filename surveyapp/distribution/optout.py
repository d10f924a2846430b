"""Opting out: one word from a customer ends every text, everywhere, at once.

The phone is suppressed (that outlives the customer's record), every customer who shares it is
marked, and what is open of their invitations is closed. Texts that wait in the outbox are checked
again at the moment of sending and find all this. Works in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, select, update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.customers import opting
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Invitation, Study

CHUNK = 1_000
"""Phones in one statement; every database takes so many parameters."""


def opt_out(customer: Customer, reason: str, at: datetime | None = None) -> bool:
    """End all texts to `customer` and to whoever shares the phone; False when already ended.

    reason: how they said so: `link`, `reply`, `staff` …
    """
    if customer.phone_hash:
        return opt_out_phone(customer.phone_hash, reason, at)
    closed = _close(Customer.id == customer.id, at or clock.now())
    if closed:
        audit.record("customer.opt_out", f"customer:{customer.id}", reason=reason, customers=1)
    return bool(closed)


def opt_out_phone(phone_hash: str, reason: str, at: datetime | None = None) -> bool:
    """End all texts to the phone with this fingerprint, known customer or not."""
    moment = at or clock.now()
    added = db.session.scalars(
        insert_missing(Suppression)
        .values(phone_hash=phone_hash, reason=reason[:40], at=moment)
        .returning(Suppression.phone_hash)
    ).all()
    closed = _close(Customer.phone_hash == phone_hash, moment)
    if not added and not closed:
        return False
    audit.record("customer.opt_out", f"phone:{phone_hash[:12]}", reason=reason, customers=closed)
    return True


def opt_out_phones(phone_hashes: Collection[str], reason: str) -> int:
    """End all texts to a list of phones; how many were not suppressed before. One audit entry."""
    moment, waiting, added = clock.now(), list(dict.fromkeys(phone_hashes)), 0
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        rows = [{"phone_hash": one, "reason": reason[:40], "at": moment} for one in chunk]
        new = insert_missing(Suppression).values(rows).returning(Suppression.phone_hash)
        added += len(db.session.scalars(new).all())
        _close(Customer.phone_hash.in_(chunk), moment)
    audit.record("customer.opt_out", "phones", reason=reason, phones=len(waiting), added=added)
    return added


def is_opted_out(customer: Customer) -> bool:
    """Whether no text may go to `customer`, by their own record or by their phone."""
    if customer.opted_out_at is not None:
        return True
    suppressed = select(Suppression.phone_hash).where(Suppression.phone_hash == customer.phone_hash)
    return db.session.scalar(suppressed) is not None


def _close(whose: ColumnElement[bool], at: datetime) -> int:
    """Mark the customers that `whose` describes and their open invitations; how many were new."""
    marked = db.session.execute(
        update(Customer).where(whose, Customer.opted_out_at.is_(None)).values(opted_out_at=at)
    )
    close_invitations(select(Customer.id).where(whose), at)
    for known in db.session.identity_map.values():
        if isinstance(known, Customer | Invitation):
            db.session.expire(known, ["opted_out_at"])
    return cast(CursorResult[Any], marked).rowcount


def close_invitations(customers: Select[int] | Sequence[int], at: datetime) -> None:
    """Note the refusal on the open invitations of these customers.

    Completed invitations and closed studies keep their outcome: the refusal came after it.
    """
    open_studies = select(Study.id).where(Study.state != "closed")
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.customer_id.in_(customers),
            Invitation.study_id.in_(open_studies),
            Invitation.opted_out_at.is_(None),
            Invitation.completed_at.is_(None),
        )
        .values(opted_out_at=at)
    )


@opting.opted_out.connect
def _when_a_customer_page_opts_out(_sender: object, *, customer_ids: Sequence[int]) -> None:
    close_invitations(customer_ids, clock.now())
