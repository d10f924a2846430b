"""Who is drawn in each stratum: simple, systematic, in proportion to size, or in two stages. Pure.

Every selection gives the drawn units with exact inclusion probabilities, in the order in which
they are released: the certain ones first, the others at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from surveyapp.distribution.frame import Frame, Key, Unit
from surveyapp.distribution.specs import CLUSTER, MEASURES, Spec
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling.allocation import (
    Allocation,
    Stratum,
    bounded_shares,
    largest_remainders,
)
from surveyapp.stats.sampling.draw import draw
from surveyapp.stats.sampling.pps import draw_pps
from surveyapp.stats.sampling.replicates import Drawn, release_order
from surveyapp.stats.sampling.stages import draw_two_stages
from surveyapp.stats.sampling.systematic import equal_probabilities, random_start, systematic


def kept(spec: Spec) -> tuple[str, ...]:
    """Attributes beyond strata and measure that the frame must keep for this selection."""
    if spec.selection == "two_stage":
        return (CLUSTER,)
    if spec.selection == "systematic":
        return tuple(name for name in spec.order_by if name not in MEASURES)
    return ()


def usable(spec: Spec, frame: Frame) -> list[Stratum]:
    """The strata with the units that this selection can reach."""
    if spec.selection != "pps":
        return frame.strata
    sized = {key: sum(_size(u) > 0 for u in units) for key, units in frame.by_stratum.items()}
    return [replace(stratum, size=sized[stratum.key]) for stratum in frame.strata]


def select(spec: Spec, frame: Frame, sizes: Mapping[Key, int]) -> dict[Key, list[Drawn]]:
    """Stratum → drawn numbers with inclusion probability, in the order of release.

    sizes: units to draw; for two stages: stores.
    """
    return {
        key: _select(spec, frame, key, units, sizes[key]) for key, units in frame.by_stratum.items()
    }


def allocate_stores(spec: Spec, frame: Frame) -> Allocation:
    """How many stores each stratum gives, in proportion to its customers; one at least."""
    stores = {key: len({u.also[0] for u in units}) for key, units in frame.by_stratum.items()}
    _refuse_stores(spec, stores)
    caps = list(stores.values())
    weights = [Fraction(stratum.size) for stratum in frame.strata]
    shares = bounded_shares(weights, [1] * len(caps), caps, spec.stores)
    return Allocation(tuple(largest_remainders(shares)))


def _refuse_stores(spec: Spec, stores: Mapping[Key, int]) -> None:
    found = sum(stores.values())
    if not found:
        raise SurveyError(Finding("sample.empty_frame", "frame", N_("The frame has no units.")))
    if not len(stores) <= spec.stores <= found:
        raise SurveyError(
            Finding(
                "sample.stores_do_not_fit",
                "stores",
                N_("The frame has {found} stores in {strata} strata: draw {strata} to {found}."),
                {"found": found, "strata": len(stores)},
            )
        )


def _select(spec: Spec, frame: Frame, key: Key, units: list[Unit], n: int) -> list[Drawn]:
    seed, numbers = spec.seed, [unit.number for unit in units]
    if spec.selection == "simple":
        return [(u, Fraction(n, len(units))) for u in draw(numbers, n, seed=seed, stratum=key)]
    if spec.selection == "pps":
        drawn = draw_pps(numbers, [_size(u) for u in units], n, seed=seed, stratum=key)
    elif spec.selection == "systematic":
        listed = sorted(units, key=lambda unit: _place(spec, frame, unit))
        chances = equal_probabilities(len(units), n)
        taken = systematic(chances, random_start(seed, key))
        drawn = [(listed[place].number, chances[place]) for place in taken]
    else:
        stores: dict[str, list[str]] = {}
        for unit in units:
            stores.setdefault(unit.also[0], []).append(unit.number)
        drawn = draw_two_stages(stores, n, spec.take, seed=seed, stratum=key)
    return release_order(drawn, seed=seed, stratum=key)


def _size(unit: Unit) -> Fraction:
    """The measure as a size; nothing for who has none."""
    return max(Fraction(0), Fraction(unit.measure or 0))


def _place(spec: Spec, frame: Frame, unit: Unit) -> tuple[tuple[int, Decimal, str], ...]:
    """Where a unit stands in the sorted list; its number last, so that every place is one's own."""
    texts = dict(zip(frame.also, unit.also, strict=True))
    keys = [
        (0, Decimal(unit.measure or 0), "") if name in MEASURES else (1, Decimal(0), texts[name])
        for name in spec.order_by
    ]
    return (*keys, (1, Decimal(0), unit.number))
