"""From a frozen frame to a draw: what is allocated, who is drawn, and a hash of both. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from surveyapp.distribution.frame import Frame, Key
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling.allocation import METHODS, Allocation, Stratum, allocate
from surveyapp.stats.sampling.draw import draw_strata
from surveyapp.stats.sampling.weights import StratumWeights, stratum_weights

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
"""Whose standard deviation guides Neyman allocation."""
METHOD_NAMES = {
    "proportional": N_("Proportional"),
    "equal": N_("Equal"),
    "neyman": N_("Neyman"),
}
MOST_ATTRIBUTES = 3
LARGEST_SEED = 2**31 - 1
"""What the seed's column holds on every database."""


@dataclass(frozen=True)
class Spec:
    """What the researcher asks for. minimum: per stratum."""

    n: int
    seed: int
    strata_by: tuple[str, ...] = ()
    method: str = "proportional"
    measure: str = "spend"
    minimum: int = 2


@dataclass(frozen=True)
class Row:
    """One stratum of a plan, ready for a table. n: units to draw."""

    stratum: Stratum
    n: int

    @property
    def weights(self) -> StratumWeights:
        """Inclusion probability and design weight, exact."""
        return stratum_weights(self.stratum.size, self.n)


@dataclass(frozen=True)
class Plan:
    """An allocation over a frame; nothing is drawn yet."""

    spec: Spec
    frame: Frame
    allocation: Allocation

    @property
    def rows(self) -> list[Row]:
        """Every stratum with its allocation."""
        return [
            Row(stratum, n)
            for stratum, n in zip(self.frame.strata, self.allocation.sizes, strict=True)
        ]


@dataclass(frozen=True)
class Draw:
    """Who is drawn: stratum → numbers, in the order of their random numbers."""

    plan: Plan
    drawn: dict[Key, list[str]]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the frame's hash, the request, and every drawn number in its stratum."""
        spec = self.plan.spec
        request = [spec.seed, spec.method, spec.n, spec.minimum, self.plan.frame.hash]
        content = [request, *([list(key), numbers] for key, numbers in self.drawn.items())]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def check(spec: Spec) -> None:
    """SurveyError names everything in `spec` that no frame could satisfy."""
    if found := list(_findings(spec)):
        raise SurveyError(*found)


def plan(spec: Spec, frame: Frame) -> Plan:
    """Allocate; SurveyError when the frame cannot give that sample."""
    check(spec)
    return Plan(spec, frame, allocate(frame.strata, spec.n, spec.method, spec.minimum))


def draw(plan_: Plan) -> Draw:
    """Draw what `plan_` allocates; the same plan always gives the same draw."""
    units = {key: [unit.number for unit in found] for key, found in plan_.frame.by_stratum.items()}
    sizes = {row.stratum.key: row.n for row in plan_.rows}
    return Draw(plan_, draw_strata(units, sizes, seed=plan_.spec.seed))


def _findings(spec: Spec) -> Iterator[Finding]:
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
    yield from _request_findings(spec)


def _request_findings(spec: Spec) -> Iterator[Finding]:
    if spec.method not in METHODS:
        yield Finding(
            "design.unknown_method",
            "method",
            N_("There is no allocation {name}; use one of {known}."),
            {"name": spec.method, "known": ", ".join(METHODS)},
        )
    if spec.measure not in MEASURES:
        yield Finding(
            "design.unknown_measure",
            "measure",
            N_("{name} is no measure; use one of {known}."),
            {"name": spec.measure, "known": ", ".join(MEASURES)},
        )
    if spec.n < 1:
        yield Finding("design.n_too_small", "n", N_("Draw at least 1 customer."))
    if spec.minimum < 0:
        yield Finding("design.negative_minimum", "minimum", N_("The minimum cannot be negative."))
    if not 0 <= spec.seed <= LARGEST_SEED:
        yield Finding(
            "design.bad_seed", "seed", N_("The seed is a whole number from 0 to 2147483647.")
        )
