"""Finding customers: filters, an order, and pages that continue where the last one ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from surveyapp.customers import addresses
from surveyapp.customers.cells import CellError, narrow
from surveyapp.customers.models import Customer
from surveyapp.customers.phones import normalise
from surveyapp.database import db

PAGE = 50
MOST_CHOICES = 500
STATUSES = ("may_ask", "no_consent", "opted_out", "no_phone")
_NEVER = date(1, 1, 1)
_FILTERS = ("city", "store", "product_line", "tier")


@dataclass(frozen=True)
class Order:
    """One way to sort: the column, whether the largest comes first, how its text reads."""

    column: Any
    descending: bool
    parse: Callable[[str], object]


ORDERS = {
    "number": Order(Customer.number, False, str),
    "city": Order(Customer.city, False, str),
    "store": Order(Customer.store, False, str),
    "spend": Order(Customer.spend, True, Decimal),
    "purchases": Order(Customer.purchases, True, int),
    "last_purchase": Order(func.coalesce(Customer.last_purchase, _NEVER), True, date.fromisoformat),
    "updated_at": Order(Customer.updated_at, True, datetime.fromisoformat),
}


@dataclass(frozen=True)
class Search:
    """What a person asks for. `q` is the start of a number, or a whole phone."""

    q: str = ""
    city: str = ""
    store: str = ""
    product_line: str = ""
    tier: str = ""
    status: str = ""
    sort: str = "number"
    after: str = ""
    before: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Search:
        """From a query string; what is not known is left out."""
        known = {name: given.get(name, "").strip()[:200] for name in cls.__dataclass_fields__}
        if known["sort"] not in ORDERS:
            known["sort"] = "number"
        return cls(**known)

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.q) or self.narrowed

    @property
    def narrowed(self) -> bool:
        """Whether a filter beside the search box narrows the list."""
        return any((self.status, *(getattr(self, name) for name in _FILTERS)))


@dataclass(frozen=True)
class Page:
    """One page of customers, and the cursors to its neighbours ("" where there is none)."""

    customers: Sequence[Customer]
    total: int
    previous: str
    next: str


def conditions(search: Search, *, by_phone: bool) -> list[ColumnElement[bool]]:
    """The filters as SQL; phones are only looked up for those who may see contact data."""
    found: list[ColumnElement[bool]] = [
        getattr(Customer, name) == getattr(search, name)
        for name in _FILTERS
        if getattr(search, name)
    ]
    if search.q:
        found.append(_matching(search.q, by_phone))
    if search.status in STATUSES:
        found.append(_in_status(search.status))
    return found


def _matching(text: str, by_phone: bool) -> ColumnElement[bool]:
    by_number = Customer.number.startswith(narrow(text), autoescape=True)
    if not by_phone:
        return by_number
    try:
        phone_hash = addresses.of_phone(normalise(text))
    except CellError:
        return by_number
    return or_(by_number, Customer.phone_hash == phone_hash)


def _in_status(status: str) -> ColumnElement[bool]:
    out = Customer.opted_out_at.is_not(None)
    return {
        "opted_out": out,
        "no_consent": ~out & ~Customer.consent,
        "no_phone": Customer.phone_hash.is_(None),
        "may_ask": ~out & Customer.consent & Customer.phone_hash.is_not(None),
    }[status]


def find(search: Search, *, by_phone: bool) -> Page:
    """The page of customers that `search` asks for."""
    where = [
        Customer.erased_at.is_(None),
        Customer.merged_into_id.is_(None),
        *conditions(search, by_phone=by_phone),
    ]
    total = db.session.scalar(select(func.count(Customer.id)).where(*where)) or 0
    order, back = ORDERS[search.sort], bool(search.before)
    query = select(Customer).where(*where)
    cursor = _read_cursor(order, search.before or search.after)
    if cursor:
        query = query.where(_beyond(order, *cursor, back=back))
    rows = list(db.session.scalars(_sorted(query, order, back).limit(PAGE + 1)))
    more = len(rows) > PAGE
    rows = rows[:PAGE][::-1] if back else rows[:PAGE]
    if not rows:
        return Page([], total, "", "")
    first, last = (_cursor(search.sort, rows[i]) for i in (0, -1))
    has_previous = more if back else cursor is not None
    return Page(rows, total, first if has_previous else "", last if more or back else "")


def _sorted(query: Select[Any], order: Order, back: bool) -> Select[Any]:
    if order.descending != back:
        return query.order_by(order.column.desc(), Customer.id.desc())
    return query.order_by(order.column, Customer.id)


def _beyond(order: Order, value: object, row_id: int, *, back: bool) -> ColumnElement[bool]:
    """Past the cursor; the id decides between equal values, so no row is shown twice or lost."""
    tie = order.column == value
    if order.descending != back:
        return or_(order.column < value, and_(tie, Customer.id < row_id))
    return or_(order.column > value, and_(tie, Customer.id > row_id))


def _cursor(sort: str, customer: Customer) -> str:
    value = getattr(customer, sort)
    if value is None:
        value = _NEVER
    return f"{customer.id}~{value.isoformat() if isinstance(value, date) else value}"


def _read_cursor(order: Order, text: str) -> tuple[object, int] | None:
    row_id, _, value = text.partition("~")
    try:
        return order.parse(value), int(row_id)
    except (ValueError, InvalidOperation):
        return None


def choices(column: str) -> list[str]:
    """The values of a text column that occur, in order; at most 500."""
    field = getattr(Customer, column)
    query = select(field).where(field != "").distinct().order_by(field).limit(MOST_CHOICES)
    return list(db.session.scalars(query))
