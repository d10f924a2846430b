"""Writing one batch of rows: one transaction, in which every row is whole or absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from blinker import Signal
from sqlalchemy import Row as Record
from sqlalchemy import bindparam, delete, insert, select, update

from surveyapp import clock
from surveyapp.customers import addresses, opting
from surveyapp.customers.bulk import insert_rows, widen_cache
from surveyapp.customers.committing import committed
from surveyapp.customers.models import Customer, Suppression
from surveyapp.customers.rows import Row
from surveyapp.database import db
from surveyapp.findings import N_, Finding

customers_written = Signal()
"""Sent in the transaction that wrote a batch, with their `numbers`."""

_TABLE: Any = Customer.__table__
_DEFAULTS: dict[str, object] = {
    "name": None, "phone": None, "phone_hash": None, "email": None, "email_hash": None,
    "city": "", "store": "", "product_line": "",
    "tier": "", "spend": Decimal(0), "purchases": 0, "last_purchase": None, "language": "zh-Hans",
    "consent": False, "extra": None,
}  # fmt: skip
"""What a new customer has where the file says nothing."""
_SEALED = {"phone": addresses.of_phone, "email": addresses.of_email}
"""Attribute → how its fingerprint is made, which is kept beside it as `…_hash`."""
_NOT_COMPUTED = {"value_tier": "", "life_cycle": ""}
_KNOWN = [
    column
    for column in _TABLE.columns
    if column.name in {"id", "number", "opted_out_at", "erased_at", *_DEFAULTS} - set(_SEALED)
]
"""What is read of customers that are there; addresses are compared by their fingerprints."""


@dataclass
class Written:
    """What became of a batch."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept_opt_outs: int = 0
    rejected: list[Finding] = field(default_factory=list)
    waiting: list[Finding] = field(default_factory=list)
    """Rows that were kept, and what they wait for."""


def write(rows: Sequence[Row], *, opt_in: bool, own: Mapping[str, str] | None = None) -> Written:
    """Create and update the customers of `rows` (numbers distinct, no findings) and commit.

    own: name of an own attribute → its key in `Customer.extra`. Another writer's conflict or a
    locked database rolls the batch back and tries it again.
    """
    return committed(lambda: _Batch(rows, opt_in, own or {}).write())


class _Batch:
    def __init__(self, rows: Sequence[Row], opt_in: bool, own: Mapping[str, str]) -> None:
        self.rows, self.opt_in, self.own, self.now = rows, opt_in, own, clock.now()
        self.written = Written()
        self.inserts: list[dict[str, Any]] = []
        self.updates: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        self.suppress: dict[str, dict[str, Any]] = {}
        self.release: set[str] = set()
        self.said_out: set[str] = set()
        self.again: list[int] = []

    def write(self) -> Written:
        widen_cache()
        there = self._there()
        given = [self._columns(row) for row in self.rows]
        pairs = zip(self.rows, given, strict=True)
        at = [_addresses(g, there.get(str(row.values["number"]))) for row, g in pairs]
        self.listed = opting.suppressed({one for those in at for one in those})
        for row, columns in zip(self.rows, given, strict=True):
            self._place(row, columns, there.get(str(row.values["number"])))
        self._flush()
        customers_written.send(numbers=[str(row.values["number"]) for row in self.rows])
        return self.written

    def _there(self) -> dict[str, Record[Any]]:
        numbers = [row.values["number"] for row in self.rows]
        found = db.session.execute(select(*_KNOWN).where(_TABLE.c.number.in_(numbers)))
        return {record.number: record for record in found}

    def _columns(self, row: Row) -> dict[str, Any]:
        columns = {name: value for name, value in row.values.items() if name != "opted_out"}
        for name, fingerprint in _SEALED.items():
            if given := columns.get(name):
                columns[f"{name}_hash"] = fingerprint(str(given))
        if self.own:
            extra = {k: columns.pop(name) for name, k in self.own.items() if name in columns}
            if extra:
                columns["extra"] = extra
        return columns

    def _place(self, row: Row, columns: dict[str, Any], known: Record[Any] | None) -> None:
        if known is not None and known.erased_at is not None:
            self.written.rejected.append(_erased(row))
            return
        hashes = _addresses(columns, known)
        since = self._opted_out(row, hashes, known.opted_out_at if known else None)
        if known is None:
            self.inserts.append({**_DEFAULTS, **columns, "opted_out_at": since})
            self.written.created += 1
        else:
            self._update(known, {**columns, "opted_out_at": since})

    def _opted_out(
        self, row: Row, hashes: Sequence[str], since: datetime | None
    ) -> datetime | None:
        said: Any = row.values.get("opted_out")
        listed = opting.strongest(map(self.listed.get, hashes))
        decision = opting.decide(said, since, listed, opt_in=self.opt_in, now=self.now)
        self.written.kept_opt_outs += decision.kept
        if decision.suppress:
            self.said_out.update(hashes)
            for one in hashes:
                entry = {"address_hash": one, "reason": opting.BY_IMPORT, "at": self.now}
                if one not in self.listed:
                    self.suppress.setdefault(one, entry)
        if decision.release:
            self.release.update(hashes)
        return decision.since

    def _update(self, known: Record[Any], columns: dict[str, Any]) -> None:
        for name in _SEALED:
            if columns.get(f"{name}_hash") == getattr(known, f"{name}_hash"):
                columns.pop(name, None)
        if given := columns.get("extra"):
            columns["extra"] = {**(known.extra or {}), **given}
        changed = {
            name: value
            for name, value in columns.items()
            if name in _SEALED or value != getattr(known, name)
        }
        if not changed:
            self.written.unchanged += 1
            return
        self.written.updated += 1
        if "opted_out_at" in changed and changed["opted_out_at"] is None:
            self.again.append(known.id)
        values = {**changed, "updated_at": self.now, "key": known.id}
        self.updates.setdefault(tuple(sorted(changed)), []).append(values)

    def _flush(self) -> None:
        run = db.session.execute
        if self.inserts:
            moments = {"created_at": self.now, "updated_at": self.now}
            insert_rows(_TABLE, self.inserts, {**_NOT_COMPUTED, **moments})
        for values in self.updates.values():
            run(update(_TABLE).where(_TABLE.c.id == bindparam("key")), values)
        if gone := self.release - self.said_out:  # two customers at one address: the opt-out wins
            run(delete(Suppression).where(Suppression.address_hash.in_(gone)))
        if self.suppress:
            run(insert(Suppression), list(self.suppress.values()))
        if self.said_out:
            self._spread()
        if self.again:
            opting.allowed_again.send(customer_ids=self.again)

    def _spread(self) -> None:
        """Opt out everyone at the addresses whose owner said so, and tell who listens."""
        opting.mark_opted_out(self.said_out)
        here = addresses.held_by(self.said_out)
        ids = db.session.scalars(select(Customer.id).where(here)).all()
        opting.opted_out.send(customer_ids=list(ids))


def _addresses(columns: Mapping[str, Any], known: Record[Any] | None) -> list[str]:
    """What the row says, else what is known: fingerprints."""
    names = [f"{name}_hash" for name in _SEALED]
    both = [columns.get(name) or (getattr(known, name) if known else None) for name in names]
    return [str(one) for one in both if one]


def _erased(row: Row) -> Finding:
    return Finding(
        "customer.erased",
        f"row:{row.number}",
        N_('Row {row}: customer "{value}" was erased at their own request and cannot be imported again.'),  # noqa: E501
        {"row": row.number, "column": "", "value": row.values["number"]},
    )  # fmt: skip
