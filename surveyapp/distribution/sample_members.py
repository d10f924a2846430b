"""The members of a sample: who is released, with the chance and the weight that this release gives.

The reserve needs no rows: it is the rest of the draw, which the frame and the seed give again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import insert, select, update

from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution.frame import Key
from surveyapp.distribution.models import DesignStratum, SampleDesign, SampleMember
from surveyapp.distribution.specs import BETWEEN
from surveyapp.stats.sampling.replicates import Drawn

Member = tuple[str, str, float, float, str | None]
"""Customer number, stratum's label, inclusion probability, design weight, store of two stages."""
Members = Mapping[Key, list[Drawn]]
CHUNK = 5_000
"""Customer numbers in one query; every database takes so many parameters."""


def label(key: Key) -> str:
    """How a stratum is called in tables; a customer without the attribute shows as a dash."""
    return BETWEEN.join(value or "–" for value in key) or "*"


def store(design: SampleDesign, members: Members, clusters: Mapping[str, str]) -> None:
    """Write the first release of a new design. clusters: number → store, where it matters."""
    add(design, {s.id: found for s, found in _by_stratum(design, members)}, clusters)


def add(
    design: SampleDesign, wanted: Mapping[int, list[Drawn]], clusters: Mapping[str, str]
) -> None:
    """Write these members of strata (by id)."""
    ids = _customer_ids(number for found in wanted.values() for number, _p in found)
    rows = [
        {
            "design_id": design.id,
            "stratum_id": stratum_id,
            "customer_id": ids[number],
            "inclusion_probability": float(p),
            "design_weight": float(1 / p),
            "cluster": clusters.get(number),
        }
        for stratum_id, found in wanted.items()
        for number, p in found
    ]
    if rows:
        db.session.execute(insert(SampleMember), rows)


def reweigh(stratum_id: int, found: Iterable[Drawn]) -> None:
    """Give the stored members of a stratum the chances of a larger release."""
    chances = dict(found)
    rows = db.session.execute(
        select(SampleMember.id, Customer.number)
        .join(Customer, Customer.id == SampleMember.customer_id)
        .where(SampleMember.stratum_id == stratum_id)
    )
    changed = [
        {
            "id": member_id,
            "inclusion_probability": float(chances[number]),
            "design_weight": float(1 / chances[number]),
        }
        for member_id, number in rows
    ]
    if changed:
        db.session.execute(update(SampleMember), changed)


def expected(members: Members, clusters: Mapping[str, str]) -> set[Member]:
    """Everyone that a draw releases, as they should stand in the database."""
    return {
        (number, label(key)[:300], float(p), float(1 / p), clusters.get(number))
        for key, found in members.items()
        for number, p in found
    }


def stored(design: SampleDesign) -> set[Member]:
    """The same of everyone in the database."""
    rows = (
        select(
            Customer.number,
            DesignStratum.label,
            SampleMember.inclusion_probability,
            SampleMember.design_weight,
            SampleMember.cluster,
        )
        .join(Customer, Customer.id == SampleMember.customer_id)
        .join(DesignStratum, DesignStratum.id == SampleMember.stratum_id)
        .where(SampleMember.design_id == design.id)
    )
    return set(db.session.execute(rows).all())


def _by_stratum(
    design: SampleDesign, members: Members
) -> Iterable[tuple[DesignStratum, list[Drawn]]]:
    return zip(design.strata, members.values(), strict=True)


def _customer_ids(numbers: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    waiting = list(numbers)
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        rows = select(Customer.number, Customer.id).where(Customer.number.in_(chunk))
        found.update(dict(db.session.execute(rows).all()))
    return found
