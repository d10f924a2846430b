"""Writing one batch of events: one transaction, in which every row is whole or absent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blinker import Signal
from sqlalchemy import Row as Record
from sqlalchemy import bindparam, select, update

from surveyapp import clock
from surveyapp.customers.batches import Written
from surveyapp.customers.bulk import insert_rows, widen_cache
from surveyapp.customers.committing import committed
from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.customers.rows import Row
from surveyapp.database import db
from surveyapp.findings import N_, Finding

events_written = Signal()
"""Sent in the transaction that wrote a batch, with the `event_ids` that are new or changed."""

_TABLE: Any = Event.__table__
_PEOPLE: Any = Customer.__table__
_DEFAULTS: dict[str, object] = {
    "closed_at": None, "store": "", "product_line": "", "amount": None,
}  # fmt: skip
_GIVEN = ("kind", "happened_at", "closed_at", "customer_number", "store", "product_line", "amount")


def write(rows: Sequence[Row]) -> Written:
    """Create and update the events of `rows` (ids distinct, no findings) and commit.

    Events of customers that nobody knows yet are kept and named in `waiting`; they join when the
    customer comes. Events of erased customers are rejected.
    """
    return committed(lambda: _write(rows))


def _write(rows: Sequence[Row]) -> Written:
    written, now = Written(), clock.now()
    widen_cache()
    there = _there([str(row.values["event_id"]) for row in rows])
    people = _people({str(row.values["number"]) for row in rows})
    inserts: list[dict[str, Any]] = []
    updates: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    touched: list[str] = []
    for row in rows:
        customer = people.get(str(row.values["number"]))
        if customer is not None and customer.erased_at is not None:
            written.rejected.append(_erased(row))
            continue
        if customer is None:
            written.waiting.append(_waiting(row))
        columns = _columns(row, customer)
        known = there.get(columns["event_id"])
        changed = columns if known is None else _changed(known, columns)
        if not changed:
            written.unchanged += 1
            continue
        touched.append(columns["event_id"])
        if known is None:
            inserts.append({**_DEFAULTS, **columns})
        else:
            values = {**changed, "updated_at": now, "key": known.id}
            updates.setdefault(tuple(sorted(changed)), []).append(values)
    written.created, written.updated = len(inserts), sum(map(len, updates.values()))
    if inserts:
        insert_rows(_TABLE, inserts, {"created_at": now, "updated_at": now})
    for batch in updates.values():
        db.session.execute(update(_TABLE).where(_TABLE.c.id == bindparam("key")), batch)
    if touched:
        events_written.send(event_ids=touched)
    return written


def _there(ids: list[str]) -> dict[str, Record[Any]]:
    found = db.session.execute(select(_TABLE).where(_TABLE.c.event_id.in_(ids)))
    return {record.event_id: record for record in found}


def _people(numbers: set[str]) -> dict[str, Record[Any]]:
    columns = [_PEOPLE.c.number, _PEOPLE.c.id, _PEOPLE.c.erased_at, _PEOPLE.c.merged_into_id]
    found = db.session.execute(select(*columns).where(_PEOPLE.c.number.in_(numbers)))
    return {record.number: record for record in found}


def _columns(row: Row, customer: Record[Any] | None) -> dict[str, Any]:
    given = {name: value for name, value in row.values.items() if name != "number"}
    return {
        **given,
        "customer_number": row.values["number"],
        "customer_id": (customer.merged_into_id or customer.id) if customer else None,
    }


def _changed(known: Record[Any], columns: dict[str, Any]) -> dict[str, Any]:
    """What a row says otherwise; who the customer is changes only with the number."""
    changed = {n: columns[n] for n in _GIVEN if n in columns and columns[n] != getattr(known, n)}
    if "customer_number" in changed or known.customer_id is None is not columns["customer_id"]:
        changed["customer_id"] = columns["customer_id"]
    return changed


def _erased(row: Row) -> Finding:
    return Finding(
        "event.customer_erased",
        f"row:{row.number}",
        N_('Row {row}: customer "{value}" was erased at their own request; nothing about them is kept.'),  # noqa: E501
        {"row": row.number, "column": "", "value": row.values["number"]},
    )  # fmt: skip


def _waiting(row: Row) -> Finding:
    return Finding(
        "event.customer_unknown",
        f"row:{row.number}",
        N_('Row {row}: customer "{value}" is not known yet. The event is kept and joins as soon as that customer is imported.'),  # noqa: E501
        {"row": row.number, "column": "", "value": row.values["number"]},
        severity="info",
    )  # fmt: skip
