"""Addresses by which a customer is known again: a phone or an e-mail address, as fingerprints."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select

from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import vault

HASHES = (Customer.phone_hash, Customer.email_hash)


def of_phone(e164: str) -> str:
    """The fingerprint of a phone."""
    return vault.fingerprint(e164, "phone")


def of_email(email: str) -> str:
    """The fingerprint of an e-mail address; no provider of note tells capitals apart."""
    return vault.fingerprint(email.casefold(), "email")


def of(address: str) -> str:
    """The fingerprint of either."""
    return of_email(address) if "@" in address else of_phone(address)


def held_by(hashes: Collection[str]) -> ColumnElement[bool]:
    """Customers at one of these addresses."""
    wanted = list(hashes)
    return or_(*(column.in_(wanted) for column in HASHES))


def suppressed() -> ColumnElement[bool]:
    """Customers one of whose addresses is on the suppression list."""
    listed = select(Suppression.address_hash)
    return or_(*(and_(column.is_not(None), column.in_(listed)) for column in HASHES))
