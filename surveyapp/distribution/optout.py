"""Opting out: one word from a customer ends every text, everywhere, at once.

The addresses (phone, e-mail) are suppressed, which outlives the customer's record; every customer
who shares one is marked, and what is open of their invitations is closed. Texts that wait in the
outbox are checked again at the moment of sending and find all this. Works in the caller's
transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, or_, select, update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.customers import addresses, opting
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Invitation, Study

CHUNK = 1_000
"""Addresses in one statement; every database takes so many parameters."""


def opt_out(customer: Customer, reason: str, at: datetime | None = None) -> bool:
    """End all texts to `customer` and to whoever shares an address; False when already ended.

    reason: how they said so: `link`, `reply`, `staff` …
    """
    hashes = customer.addresses
    whose = or_(Customer.id == customer.id, addresses.held_by(hashes))
    return _end(hashes, whose, f"customer:{customer.id}", reason, at)


def opt_out_phone(phone_hash: str, reason: str, at: datetime | None = None) -> bool:
    """End all texts to the phone with this fingerprint, known customer or not."""
    whose = Customer.phone_hash == phone_hash
    return _end([phone_hash], whose, f"phone:{phone_hash[:12]}", reason, at)


def _end(
    hashes: Sequence[str], whose: ColumnElement[bool], of: str, reason: str, at: datetime | None
) -> bool:
    moment = at or clock.now()
    added = _list(hashes, reason, moment)
    closed = _close(whose, moment)
    if not added and not closed:
        return False
    audit.record("customer.opt_out", of, reason=reason, customers=closed)
    return True


def _list(hashes: Sequence[str], reason: str, at: datetime) -> int:
    """Put addresses on the suppression list; how many were not there before."""
    if not hashes:
        return 0
    rows = [{"address_hash": one, "reason": reason[:40], "at": at} for one in hashes]
    new = insert_missing(Suppression).values(rows).returning(Suppression.address_hash)
    return len(db.session.scalars(new).all())


def opt_out_addresses(hashes: Collection[str], reason: str) -> int:
    """End all texts to a list of addresses; how many are new on the list. One audit entry."""
    moment, waiting, added = clock.now(), list(dict.fromkeys(hashes)), 0
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        added += _list(chunk, reason, moment)
        _close(addresses.held_by(chunk), moment)
    audit.record("customer.opt_out", "addresses", reason=reason, given=len(waiting), added=added)
    return added


def is_opted_out(customer: Customer) -> bool:
    """Whether no text may go to `customer`, by their own record or by an address of theirs."""
    return customer.opted_out_at is not None or bool(opting.suppressed(customer.addresses))


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
