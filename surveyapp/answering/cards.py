"""Member cards at store terminals: whose card was read, matched to the customer of that number.

The number comes with each message of the person's page, because a card may be read before there
is a response, and while there is no network. What is kept is its keyed fingerprint: a customer who
is imported tomorrow can still be found, and a copy of the database names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import unquote

from sqlalchemy import Table, bindparam, delete, func, insert, select, update

from surveyapp import clock
from surveyapp.answering.models import Response, ResponseMember
from surveyapp.customers import values
from surveyapp.customers.batches import customers_written
from surveyapp.customers.cells import CellError
from surveyapp.customers.models import Customer
from surveyapp.database import connection, db, vault
from surveyapp.designer.facts import CUSTOMER, as_facts, facts_of

HEADER = "Survey-Member"
"""Header with the number; empty when the person took the card back."""
LONGEST = 200


def normalised(text: str) -> str | None:
    """The number as the import of customers reads it; None for what is no number of a customer."""
    try:
        return values.customer_number(text[:LONGEST]) or None
    except CellError:
        return None


def fingerprint(number: str) -> str:
    """What is kept of a number."""
    return vault.fingerprint(number, "customer.number")


def note(response_id: int, sent: str) -> None:
    """Link a response to the member whose number was `sent` (as in HEADER), or to nobody.

    In the caller's transaction, which holds the response. What is no number changes nothing.
    """
    under_way = connection()
    number = normalised(unquote(sent))
    mine = {"response": response_id}
    if number is None:
        if not sent:
            under_way.execute(_FORGET, mine)
        return
    mark = fingerprint(number)
    if under_way.execute(_MARK, mine).scalar() == mark:
        return
    customer = under_way.execute(_CUSTOMERS, {"numbers": [number]}).first()
    under_way.execute(_FORGET, mine)
    row = {"response_id": response_id, "number_hash": mark, "read_at": clock.now()}
    under_way.execute(insert(_TABLE), {**row, **_found(customer)})


def match(numbers: Sequence[str]) -> int:
    """Link the responses that wait for customers of these numbers; how many were linked.

    In the caller's transaction. Free where nothing waits.
    """
    if db.session.scalar(select(_WAITING.limit(1).exists())) is not True:
        return 0
    marks = {fingerprint(number): number for number in numbers}
    found = _WAITING.where(ResponseMember.number_hash.in_(list(marks)))
    waiting = [(response_id, marks[mark]) for response_id, mark in db.session.execute(found)]
    wanted = {"numbers": [number for _, number in waiting]}
    customers = {row.number: row for row in db.session.execute(_CUSTOMERS, wanted)}
    linked = [(one, customers[number]) for one, number in waiting if number in customers]
    for response_id, customer in linked:
        mine = _TABLE.c.response_id == response_id
        db.session.execute(update(_TABLE).where(mine).values(**_found(customer)))
    return len(linked)


@customers_written.connect
def _match_imported(sender: object, numbers: Sequence[str]) -> None:
    match(numbers)


def counted(study_id: int) -> dict[int, tuple[int, int]]:
    """Touchpoint → responses with a card, and those whose customer is known."""
    rows = db.session.execute(
        select(Response.touchpoint_id, func.count(), func.count(ResponseMember.customer_id))
        .join(ResponseMember, ResponseMember.response_id == Response.id)
        .where(Response.study_id == study_id)
        .group_by(Response.touchpoint_id)
    )
    return {touchpoint: (cards, known) for touchpoint, cards, known in rows if touchpoint}


def _found(customer: Any) -> dict[str, Any]:
    """The columns that a customer fills; None: nobody has the number yet."""
    if customer is None:
        return {"customer_id": None, "facts": {}}
    fixed = {name: getattr(customer, name) for name in CUSTOMER}
    known = {**fixed, **as_facts(customer.extra)}
    return {"customer_id": customer.id, "facts": dict(facts_of(customer=known)["customer"])}


_TABLE = cast(Table, ResponseMember.__table__)
_MARK = select(ResponseMember.number_hash).where(
    ResponseMember.response_id == bindparam("response")
)
_FORGET = delete(_TABLE).where(_TABLE.c.response_id == bindparam("response"))
_WAITING = select(ResponseMember.response_id, ResponseMember.number_hash).where(
    ResponseMember.customer_id.is_(None)
)
_CUSTOMERS: Any = select(
    Customer.id, Customer.number, Customer.extra, *(getattr(Customer, name) for name in CUSTOMER)
).where(Customer.number.in_(bindparam("numbers", expanding=True)), Customer.erased_at.is_(None))
