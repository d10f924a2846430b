"""Computing every customer's tiers: one pass reads, one writes; 17 bytes a customer in between."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select, update

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.customers.tiers import rule
from surveyapp.customers.tiers.histories import blocks, counted
from surveyapp.customers.tiers.models import TierComputation
from surveyapp.customers.tiers.rule import Limits, Thresholds
from surveyapp.database import db
from surveyapp.findings import N_
from surveyapp.jobs.registry import Progress

CHUNK = 5_000
"""Customers written in one transaction."""
_CYCLES = ("", *rule.LIFE_CYCLES)


class _Read:
    """What the first pass found, customer by customer: id, worth, place of the life cycle."""

    def __init__(self) -> None:
        self.ids, self.worths, self.cycles = array("q"), array("q"), array("b")

    def add(self, customer_id: int, worth: int, cycle: str) -> None:
        self.ids.append(customer_id)
        self.worths.append(worth)
        self.cycles.append(_CYCLES.index(cycle))

    def thresholds(self, limits: Limits) -> Thresholds:
        if limits.high_from is not None and limits.middle_from is not None:
            return Thresholds(limits.high_from * 100, limits.middle_from * 100)
        bought = sorted((worth for worth in self.worths if worth), reverse=True)
        if not bought:
            return Thresholds(None, None)
        high = rule.place(len(bought), limits.high_share)
        middle = rule.place(len(bought), limits.high_share + limits.middle_share)
        return Thresholds(bought[high - 1], bought[middle - 1])


def compute(limits: Limits, progress: Progress) -> TierComputation:
    """Give every customer tiers by `limits` as of now, and commit; what was computed."""
    now = clock.now()
    total = db.session.scalar(select(func.count(Customer.id)).where(*counted())) or 0
    read = _Read()
    for block in blocks(limits, now):
        for customer_id, history in block:
            read.add(customer_id, rule.worth(history), rule.life_cycle(history, limits))
        db.session.rollback()  # nothing was written; a long read would hold the database's log
        progress(N_("Reading purchases"), len(read.ids), total)
    thresholds = read.thresholds(limits)
    for start in range(0, len(read.ids), CHUNK):
        _write(read, start, thresholds, now)
        db.session.commit()
        progress(N_("Writing tiers"), min(start + CHUNK, len(read.ids)), len(read.ids))
    done = TierComputation(
        limits=limits.as_json(),
        high_from=thresholds.high,
        middle_from=thresholds.middle,
        customers=len(read.ids),
        computed_at=now,
    )
    db.session.add(done)
    return done


def _write(read: _Read, start: int, thresholds: Thresholds, now: datetime) -> None:
    """One statement for each pair of tiers that occurs among the next customers."""
    placed = sorted(_placed(read, start, thresholds))
    for (cycle, value), group in groupby(placed, key=lambda row: row[:2]):
        ids = [customer_id for _cycle, _value, customer_id in group]
        db.session.execute(
            update(Customer)
            .where(Customer.id.in_(ids))
            .values(life_cycle=cycle, value_tier=value, tiers_at=now)
            .execution_options(synchronize_session=False)
        )


def _placed(read: _Read, start: int, thresholds: Thresholds) -> Iterator[tuple[str, str, int]]:
    for place in range(start, min(start + CHUNK, len(read.ids))):
        cycle = _CYCLES[read.cycles[place]]
        yield cycle, rule.tier(read.worths[place], bool(cycle), thresholds), read.ids[place]


def newest() -> TierComputation | None:
    """The computation that stands."""
    query = select(TierComputation).order_by(TierComputation.id.desc()).limit(1)
    return db.session.scalar(query)


def counts() -> dict[tuple[str, str], int]:
    """(life cycle, value tier) → customers; both "" for who never bought; "?" before computing."""
    cycles, values, known = Customer.life_cycle, Customer.value_tier, Customer.tiers_at.is_not(None)
    query = (
        select(cycles, values, known, func.count())
        .where(*counted())
        .group_by(cycles, values, known)
    )
    found: dict[tuple[str, str], int] = {}
    for cycle, value, computed, number in db.session.execute(query):
        key = (cycle, value) if computed else ("?", "?")
        found[key] = found.get(key, 0) + number
    return found
