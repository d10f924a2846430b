"""Joining events that came first with customers that came later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update

from surveyapp.customers.batches import customers_written
from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.database import db


@customers_written.connect
def link(_sender: object, numbers: Sequence[str], **_more: Any) -> None:
    """Give the events that wait for these customers to them, in the caller's transaction."""
    waiting = Event.customer_id.is_(None) & Event.customer_number.in_(list(numbers))
    if db.session.scalar(select(Event.id).where(waiting).limit(1)) is None:
        return
    goes_on = func.coalesce(Customer.merged_into_id, Customer.id)
    owner = select(goes_on).where(Customer.number == Event.customer_number).scalar_subquery()
    db.session.execute(
        update(Event).where(waiting).values(customer_id=owner),
        execution_options={"synchronize_session": False},
    )
