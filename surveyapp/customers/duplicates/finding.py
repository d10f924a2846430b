"""Looking for pairs: those who share a phone or an e-mail address, and those of one name in one
store.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from surveyapp import clock
from surveyapp.customers.addresses import HASHES
from surveyapp.customers.duplicates import likeness
from surveyapp.customers.duplicates.likeness import MOST_ALIKE, Person
from surveyapp.customers.duplicates.models import DuplicatePair
from surveyapp.customers.models import Customer
from surveyapp.database import db, vault
from surveyapp.findings import N_
from surveyapp.jobs.registry import Progress

BLOCK = 20_000
CHUNK = 500
"""Groups looked at in one transaction."""
_ALIVE = Customer.erased_at.is_(None) & Customer.merged_into_id.is_(None)


def find(progress: Progress) -> int:
    """Propose every pair that is alike enough and was not decided yet; how many are new."""
    addresses = [group for address in HASHES for group in _by_address(address)]
    groups = [*addresses, *_by_name(progress)]
    new = 0
    for start in range(0, len(groups), CHUNK):
        new += _propose(groups[start : start + CHUNK])
        db.session.commit()
        progress(N_("Comparing customers"), min(start + CHUNK, len(groups)), len(groups))
    return new


def _by_address(address: InstrumentedAttribute[str | None]) -> Iterator[list[int]]:
    shared = (
        select(address)
        .where(_ALIVE, address.is_not(None))
        .group_by(address)
        .having(func.count().between(2, MOST_ALIKE))
    )
    rows = db.session.execute(
        select(address, Customer.id)
        .where(_ALIVE, address.in_(shared))
        .order_by(address, Customer.id)
    ).all()
    yield from _grouped([(str(hashed), customer_id) for hashed, customer_id in rows])


def _by_name(progress: Progress) -> Iterator[list[int]]:
    known = Customer.name.is_not(None) & (Customer.store != "")
    query = select(Customer.id, Customer.name, Customer.city, Customer.store).where(known)
    yield from _by_secret(query, lambda step: progress(N_("Reading names"), step, 0))


def _by_secret(
    query: Select[*tuple[Any, ...]], report: Callable[[int], None]
) -> Iterator[list[int]]:
    """Customers of whom all columns but the id are the same, without case. Names are ciphertext,
    so they are opened block by block; 8 bytes of each are kept.
    """
    hashes, ids = array("Q"), array("q")
    after = 0
    query = query.where(_ALIVE).order_by(Customer.id).limit(BLOCK)
    while rows := db.session.execute(query.where(Customer.id > after)).all():
        after = rows[-1].id
        for customer_id, *parts in rows:
            text = "\0".join(map(str, parts)).casefold()
            hashes.append(int(vault.fingerprint(text, "duplicates")[:16], 16))
            ids.append(customer_id)
        db.session.rollback()
        report(len(ids))
    order = sorted(range(len(ids)), key=hashes.__getitem__)
    yield from _grouped([(str(hashes[place]), ids[place]) for place in order])


def _grouped(rows: list[tuple[str, int]]) -> Iterator[list[int]]:
    """The ids of neighbours with one key, where they are few enough to mean something."""
    group: list[int] = []
    key = ""
    for this, customer_id in [*rows, ("", 0)]:
        if this != key:
            if 2 <= len(group) <= MOST_ALIKE:
                yield sorted(group)
            group, key = [], this
        group.append(customer_id)


def _propose(groups: list[list[int]]) -> int:
    pairs = {pair for group in groups for pair in combinations(group, 2)}
    people = _people({customer_id for pair in pairs for customer_id in pair})
    firsts = [first for first, _second in pairs]
    known = {
        (pair.first_id, pair.second_id): pair
        for pair in db.session.scalars(
            select(DuplicatePair).where(DuplicatePair.first_id.in_(firsts))
        )
    }
    new = 0
    for first, second in sorted(pairs):
        codes = likeness.reasons(people[first], people[second])
        points = likeness.score(codes)
        pair = known.get((first, second))
        if pair is not None:
            if pair.state == "proposed":
                pair.score, pair.reasons = points, codes
        elif points >= likeness.PROPOSED_FROM:
            new += 1
            told = {"first_id": first, "second_id": second, "score": points, "reasons": codes}
            db.session.add(DuplicatePair(found_at=clock.now(), **told))
    return new


def _people(ids: set[int]) -> dict[int, Person]:
    known = (Customer.phone_hash, Customer.name, Customer.city, Customer.store, Customer.email)
    found = db.session.execute(
        select(Customer.id, *known).where(Customer.id.in_(ids)).order_by(Customer.id)
    )
    return {
        row.id: Person(
            row.phone_hash or "", row.name or "", row.city, row.store, (row.email or "").casefold()
        )
        for row in found
    }
