"""The values that a population filter can name: what the customers on file have."""

from __future__ import annotations

from sqlalchemy import select

from surveyapp.customers.models import Customer
from surveyapp.customers.tiers.rule import LIFE_CYCLES, VALUE_TIERS
from surveyapp.database import db
from surveyapp.distribution.population import LISTS

_ORDER = {name: place for place, name in enumerate((*VALUE_TIERS, *LIFE_CYCLES))}


def values() -> dict[str, list[str]]:
    """Filter (`cities`, …) → the values in use, sorted; tiers in an order of their own."""
    return {name: _distinct(attribute) for name, attribute in LISTS.items()}


def stores() -> list[str]:
    """The stores that customers on file have."""
    return _distinct("store")


def _distinct(attribute: str) -> list[str]:
    column = getattr(Customer, attribute)
    found = db.session.scalars(select(column).where(column != "").distinct()).all()
    return sorted(found, key=lambda value: (_ORDER.get(value, 99), value))
