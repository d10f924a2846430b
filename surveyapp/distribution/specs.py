"""What a researcher asks of a sample, and what is wrong with it before any frame is seen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling.allocation import METHODS

ATTRIBUTES = {
    "city": N_("City"),
    "store": N_("Store"),
    "product_line": N_("Product line"),
    "tier": N_("Tier"),
    "value_tier": N_("Customer value"),
    "life_cycle": N_("Life cycle"),
    "language": N_("Language"),
}
"""What strata can be made of, with its name."""
MEASURES = {"spend": N_("Spend"), "purchases": N_("Purchases")}
"""Whose standard deviation guides Neyman allocation, and sizes of a draw in proportion to size."""
METHOD_NAMES = {
    "proportional": N_("Proportional"),
    "equal": N_("Equal"),
    "neyman": N_("Neyman"),
    "cost": N_("Cost-optimal"),
    "power": N_("Power"),
}
SELECTION_NAMES = {
    "simple": N_("Simple random"),
    "systematic": N_("Systematic"),
    "pps": N_("In proportion to size"),
    "two_stage": N_("Stores, then customers"),
}
BETWEEN = " · "
"""Stands between the values in the name of a stratum or class."""
CLUSTER = "store"
"""The attribute whose values are drawn first in two stages."""
MOST_ATTRIBUTES = 3
MOST_REPLICATES = 50
LARGEST_SEED = 2**31 - 1
"""What the seed's column holds on every database."""


@dataclass(frozen=True)
class Spec:
    """What the researcher asks for.

    n: answers wanted, 0: what `margin` needs. minimum: answers per stratum. selection: how units
    are drawn in a stratum. order_by: attributes and measures by which a systematic draw's list is
    sorted. power: q of the power allocation. costs: stratum value → cost of an interview; values
    that are not named cost 1, several multiply. margin: ± of a share in every stratum at 95 %, 0:
    none. take_all: strata of up to so many customers are drawn whole; certain: values whose strata
    are. response_rate: expected share of answers among the invited; rates: stratum value → its own,
    the lowest where several are named. stores, take: of two stages.
    replicates, released: parts of the draw, and how many of them are invited at once. groups: of a
    panel's wave, the replicates that are in it; there is no reserve then.
    """

    n: int
    seed: int
    strata_by: tuple[str, ...] = ()
    method: str = "proportional"
    measure: str = "spend"
    minimum: int = 2
    selection: str = "simple"
    order_by: tuple[str, ...] = ()
    power: float = 0.5
    costs: tuple[tuple[str, float], ...] = ()
    margin: float = 0.0
    take_all: int = 0
    certain: tuple[str, ...] = ()
    response_rate: float = 1.0
    rates: tuple[tuple[str, float], ...] = ()
    stores: int = 0
    take: int = 0
    replicates: int = 1
    released: int = 1
    groups: tuple[int, ...] = ()

    def options(self) -> dict[str, Any]:
        """What differs from a plain draw, as JSON; empty for one."""
        given = asdict(self)
        found = {f.name: given[f.name] for f in fields(self) if f.name not in PLAIN}
        return {k: v for k, v in found.items() if v != getattr(_PLAIN, k)}

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON."""
        return {**{name: getattr(self, name) for name in PLAIN}, **self.options()}


PLAIN = ("n", "seed", "strata_by", "method", "measure", "minimum")
"""Fields that every design has a column for."""
_PLAIN = Spec(n=1, seed=0)


def read(stored: Mapping[str, Any]) -> Spec:
    """The request from its JSON."""
    given = dict(stored)
    for name in ("strata_by", "order_by", "certain", "groups"):
        if name in given:
            given[name] = tuple(given[name])
    for name in ("costs", "rates"):
        if name in given:
            given[name] = tuple((value, figure) for value, figure in given[name])
    return Spec(**given)


def check(spec: Spec) -> None:
    """SurveyError names everything in `spec` that no frame could satisfy."""
    found = [*_strata_findings(spec), *_request_findings(spec), *_number_findings(spec)]
    if found or (found := [*_option_findings(spec), *_selection_findings(spec)]):
        raise SurveyError(*found)


def _strata_findings(spec: Spec) -> Iterator[Finding]:
    for name in spec.strata_by:
        if name not in ATTRIBUTES:
            yield Finding(
                "design.unknown_attribute",
                f"attribute:{name}",
                N_("Customers have no attribute {name} to stratify by; use one of {known}."),
                {"name": name, "known": ", ".join(ATTRIBUTES)},
            )
    if len(set(spec.strata_by)) < len(spec.strata_by):
        yield Finding(
            "design.repeated_attribute", "strata", N_("Name each attribute of the strata once.")
        )
    if len(spec.strata_by) > MOST_ATTRIBUTES:
        yield Finding(
            "design.too_many_attributes",
            "strata",
            N_("Stratify by at most three attributes: more make strata of one person."),
        )


def _request_findings(spec: Spec) -> Iterator[Finding]:
    if spec.method not in METHODS:
        yield Finding(
            "design.unknown_method",
            "method",
            N_("There is no allocation {name}; use one of {known}."),
            {"name": spec.method, "known": ", ".join(METHODS)},
        )
    if spec.selection not in SELECTION_NAMES:
        yield Finding(
            "design.unknown_selection",
            "selection",
            N_("There is no selection {name}; use one of {known}."),
            {"name": spec.selection, "known": ", ".join(SELECTION_NAMES)},
        )
    if spec.measure not in MEASURES:
        yield Finding(
            "design.unknown_measure",
            "measure",
            N_("{name} is no measure; use one of {known}."),
            {"name": spec.measure, "known": ", ".join(MEASURES)},
        )
    for name in spec.order_by:
        if name not in ATTRIBUTES and name not in MEASURES:
            yield Finding(
                "design.unknown_order",
                "order_by",
                N_("Customers have no {name} to sort by; use one of {known}."),
                {"name": name, "known": ", ".join([*ATTRIBUTES, *MEASURES])},
            )


def _number_findings(spec: Spec) -> Iterator[Finding]:
    if spec.n < 1 and not (spec.n == 0 and (spec.margin or spec.selection == "two_stage")):
        yield Finding("design.n_too_small", "n", N_("Draw at least 1 customer."))
    if spec.minimum < 0:
        yield Finding("design.negative_minimum", "minimum", N_("The minimum cannot be negative."))
    if not 0 <= spec.seed <= LARGEST_SEED:
        yield Finding(
            "design.bad_seed", "seed", N_("The seed is a whole number from 0 to 2147483647.")
        )


def _option_findings(spec: Spec) -> Iterator[Finding]:
    if not all(0 < rate <= 1 for rate in (spec.response_rate, *dict(spec.rates).values())):
        yield Finding(
            "design.bad_rate",
            "response_rate",
            N_("The response rate is above 0 and at most 100 %."),
        )
    if not 0 <= spec.margin < 1:
        yield Finding("design.bad_margin", "margin", N_("The margin is between 0 and 100 points."))
    if not 0 <= spec.power <= 1:
        yield Finding(
            "design.bad_power",
            "power",
            N_("The power is from 0 (equal precision everywhere) to 1 (Neyman)."),
        )
    if any(cost <= 0 for _value, cost in spec.costs):
        yield Finding("design.bad_cost", "costs", N_("A cost is above 0."))
    if not all(1 <= group <= spec.replicates for group in spec.groups):
        yield Finding("design.bad_groups", "groups", N_("The panel has no such group."))
    if not 1 <= spec.released <= spec.replicates <= MOST_REPLICATES:
        yield Finding(
            "design.bad_replicates",
            "replicates",
            N_("Make 1 to {most} batches and release at least one of them and at most all."),
            {"most": MOST_REPLICATES},
        )


def _selection_findings(spec: Spec) -> Iterator[Finding]:
    if spec.selection != "two_stage":
        return
    if spec.stores < 1 or spec.take < 1:
        yield Finding(
            "design.no_stages",
            "stores",
            N_("Say how many stores to draw and how many customers in each."),
        )
    if CLUSTER in spec.strata_by:
        yield Finding(
            "design.cluster_in_strata",
            "strata",
            N_("Stores are drawn first, so they cannot be strata at the same time."),
        )
