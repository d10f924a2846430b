"""Opting out and back in. The suppression list outlives records and always wins."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from blinker import Signal
from sqlalchemy import delete, or_, select, update

from surveyapp import clock
from surveyapp.customers import addresses
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db

BY_IMPORT = "import"
BY_STAFF = "staff"

opted_out = Signal()
"""Sent inside the transaction with `customer_ids`, so that open invitations close with it."""


allowed_again = Signal()
"""Sent inside the transaction with `customer_ids` who may be texted again, after that is written:
an opt-out, or a merge, was taken back.
"""


@dataclass(frozen=True)
class Decision:
    """What an import does about a customer's opt-out.

    since: when the customer opted out, None when texts are allowed. suppress and release: the
    addresses join or leave the suppression list. kept: the file said "not opted out" in vain.
    """

    since: datetime | None
    suppress: bool = False
    release: bool = False
    kept: bool = False


def decide(
    said: bool | None,
    since: datetime | None,
    listed: Suppression | None,
    *,
    opt_in: bool,
    now: datetime,
) -> Decision:
    """Combine what the file said, the customer's state, and the suppression list.

    said: the file's answer, None when it gave none. opt_in: a person allowed this import to text
    again those whose earlier *import* opted them out; what the customer or staff said stays.
    """
    if said is True:
        return Decision(since or now, suppress=True)
    before = since or (listed.at if listed else None)
    if said is None or before is None:
        return Decision(before)
    if opt_in and (listed is None or listed.reason == BY_IMPORT):
        return Decision(None, release=listed is not None)
    return Decision(before, kept=True)


def suppressed(hashes: Collection[str]) -> dict[str, Suppression]:
    """The entries of the suppression list for these addresses."""
    found = db.session.scalars(select(Suppression).where(Suppression.address_hash.in_(hashes)))
    return {entry.address_hash: entry for entry in found}


def strongest(entries: Iterable[Suppression | None]) -> Suppression | None:
    """Of the entries for one customer's addresses the one that an import undoes least."""
    there = [entry for entry in entries if entry is not None]
    return min(there, key=lambda entry: entry.reason == BY_IMPORT, default=None)


def suppress(address_hash: str, reason: str) -> None:
    """Put an address on the suppression list; doing it twice changes nothing."""
    if db.session.get(Suppression, address_hash) is None:
        db.session.add(Suppression(address_hash=address_hash, reason=reason))
        db.session.flush()


def mark_opted_out(hashes: Collection[str]) -> list[int]:
    """Mark every customer at one of these addresses; ids of those not marked before."""
    rows = addresses.held_by(hashes) & Customer.opted_out_at.is_(None)
    marked = db.session.scalars(
        update(Customer).where(rows).values(opted_out_at=clock.now()).returning(Customer.id)
    )
    return list(marked)


def opt_out(customer: Customer, reason: str = BY_STAFF) -> None:
    """Never text this customer again, nor anyone else at the same phone or e-mail address."""
    customer.opted_out_at = customer.opted_out_at or clock.now()
    ids = [customer.id]
    for address_hash in customer.addresses:
        suppress(address_hash, reason)
    if customer.addresses:
        ids += mark_opted_out(customer.addresses)
    opted_out.send(customer_ids=ids)


def opt_in(customer: Customer) -> None:
    """Text this customer again, because the customer said so to a member of staff.

    Others at the same address may be texted again too: they share it. Those whose other address
    is still on the list stay as they are.
    """
    mine = customer.addresses
    db.session.execute(delete(Suppression).where(Suppression.address_hash.in_(mine)))
    whose = or_(Customer.id == customer.id, addresses.held_by(mine) & ~addresses.suppressed())
    again = update(Customer).where(whose).values(opted_out_at=None).returning(Customer.id)
    ids = db.session.scalars(again).all()
    db.session.expire(customer, ["opted_out_at"])
    allowed_again.send(customer_ids=list(ids))
