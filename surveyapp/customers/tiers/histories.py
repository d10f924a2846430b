"""Reading what customers bought, block by block, aggregated in the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, select

from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.customers.tiers.rule import History, Limits
from surveyapp.database import db
from surveyapp.zones import HOME

BLOCK = 20_000
"""Customers read at a time."""


def blocks(limits: Limits, now: datetime) -> Iterator[list[tuple[int, History]]]:
    """Every customer who was not erased with their history, in the order of ids."""
    after = 0
    while rows := db.session.execute(_query(limits, now, after)).all():
        after = rows[-1].id
        today = now.astimezone(ZoneInfo(HOME)).date()
        yield [(row.id, _history(row, limits, now, today)) for row in rows]


def counted() -> tuple[ColumnElement[bool], ...]:
    """Who has tiers: not erased, and not merged into another customer."""
    return Customer.erased_at.is_(None), Customer.merged_into_id.is_(None)


def _query(limits: Limits, now: datetime, after: int) -> Select[Any]:
    people = (
        select(Customer.id, Customer.spend, Customer.purchases, Customer.last_purchase)
        .where(Customer.id > after, *counted())
        .order_by(Customer.id)
        .limit(BLOCK)
        .subquery()
    )
    bought = _bought(limits, now, people)
    return (
        select(people, *(c for c in bought.c if c.name != "customer_id"))
        .outerjoin(bought, bought.c.customer_id == people.c.id)
        .order_by(people.c.id)
    )


def _bought(limits: Limits, now: datetime, people: Subquery) -> Subquery:
    purchase = Event.kind == "purchase"
    window = Event.happened_at > now - timedelta(days=limits.window_days)
    growth = timedelta(days=limits.growth_days)
    recent = and_(purchase, Event.happened_at > now - growth)
    before = and_(purchase, Event.happened_at > now - 2 * growth, Event.happened_at <= now - growth)
    sign = case((purchase, Event.amount), else_=-Event.amount)
    return (
        select(
            Event.customer_id,
            func.sum(case((window, sign))).label("spent"),
            _times(and_(purchase, window)).label("times"),
            func.min(case((purchase, Event.happened_at))).label("first"),
            func.max(case((purchase, Event.happened_at))).label("last"),
            _times(recent).label("recent"),
            _times(before).label("before"),
        )
        .where(
            Event.customer_id.in_(select(people.c.id)),
            Event.kind.in_(("purchase", "return")),
            Event.happened_at <= now,
        )
        .group_by(Event.customer_id)
        .subquery()
    )


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _history(row: Row[Any], limits: Limits, now: datetime, today: Any) -> History:
    """From events; from the file of customers where there is no purchase among the events."""
    if row.last is not None:
        first, last = (now - row.first).days, (now - row.last).days
        return History(row.spent or Decimal(0), row.times, first, last, row.recent, row.before)
    if row.last_purchase is None:
        return History()
    last = max((today - row.last_purchase).days, 0)
    first = last if row.purchases == 1 else None
    counted = last < limits.window_days
    spend, purchases = (row.spend, row.purchases) if counted else (Decimal(0), 0)
    return History(spend, purchases, first, last)
