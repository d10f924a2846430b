"""From a frozen frame to a draw: what is allocated, who is drawn, and a hash of both. Pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from surveyapp.distribution import selecting
from surveyapp.distribution.answer_rates import allocate_answers, is_certain, rate_of
from surveyapp.distribution.frame import Frame, Key
from surveyapp.distribution.plan_findings import remarks
from surveyapp.distribution.specs import Spec, check
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling import replicates, rotation
from surveyapp.stats.sampling.allocation import Allocation, Stratum, allocate
from surveyapp.stats.sampling.replicates import Drawn
from surveyapp.stats.sampling.size import margin_of, needed, overall_margin, to_invite
from surveyapp.stats.sampling.weights import StratumWeights, stratum_weights

EQUAL_CHANCES = ("simple", "systematic")
"""Selections under which all units of a stratum have the same chance."""


@dataclass(frozen=True)
class Row:
    """One stratum of a plan, ready for a table. n: units to draw; released: of them at once;
    answers: expected of the released.
    """

    stratum: Stratum
    n: int
    released: int
    response_rate: float = 1.0

    @property
    def weights(self) -> StratumWeights:
        """Inclusion probability and design weight of a simple draw, all released; exact."""
        return stratum_weights(self.stratum.size, self.n)

    @property
    def answers(self) -> float:
        """Expected answers of everyone released."""
        return self.released * self.response_rate

    @property
    def margin(self) -> float | None:
        """Expected ± of a share of one half at 95 %, as a fraction; None without answers."""
        return margin_of(self.answers, population=self.stratum.size) if self.stratum.size else None


@dataclass(frozen=True)
class Plan:
    """An allocation over a frame; nothing is stored yet. strata: with what each one needs."""

    spec: Spec
    frame: Frame
    strata: tuple[Stratum, ...]
    allocation: Allocation

    @cached_property
    def orders(self) -> dict[Key, list[Drawn]]:
        """Stratum → everyone drawn with inclusion probability, in the order of their release."""
        sizes = zip(self.strata, self.allocation.sizes, strict=True)
        return selecting.select(self.spec, self.frame, {s.key: n for s, n in sizes})

    @cached_property
    def rows(self) -> list[Row]:
        """Every stratum with its allocation."""
        return [
            Row(stratum, n, _released(self.spec, n, sure), rate_of(self.spec, stratum.key))
            for stratum, (n, sure) in zip(self.strata, self._counts(), strict=True)
        ]

    def _counts(self) -> list[tuple[int, int]]:
        """Per stratum: drawn, and of them for certain. Nobody is drawn to know it where chances
        are equal, so that a large frame's preview is quick.
        """
        if self.spec.selection in EQUAL_CHANCES:
            sizes = zip(self.strata, self.allocation.sizes, strict=True)
            return [(n, n if n == stratum.size else 0) for stratum, n in sizes]
        return [(len(order), replicates.certain(order)) for order in self.orders.values()]

    @property
    def n(self) -> int:
        """Everyone drawn, the reserve included."""
        return sum(row.n for row in self.rows)

    @property
    def released(self) -> int:
        """Who is invited at once."""
        return sum(row.released for row in self.rows)

    @property
    def answers(self) -> float:
        """Expected answers of everyone released."""
        return sum(row.answers for row in self.rows)

    @property
    def margin(self) -> float | None:
        """Expected ± of a share over all strata."""
        return overall_margin((row.stratum.size, row.answers) for row in self.rows)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the planner should know."""
        return (*self.allocation.findings, *remarks(self))


@dataclass(frozen=True)
class Draw:
    """Who is drawn: stratum → numbers, in the order of their release."""

    plan: Plan

    @cached_property
    def drawn(self) -> dict[Key, list[str]]:
        """Stratum → numbers."""
        return {key: [number for number, _p in order] for key, order in self.plan.orders.items()}

    def members(self, released: Mapping[Key, int] | None = None) -> dict[Key, list[Drawn]]:
        """Who is released with inclusion probability; `released`: per stratum, default at once.

        In a wave of a panel that is who belongs to its groups.
        """
        spec = self.plan.spec
        if spec.groups:
            return {
                key: rotation.group_members(order, spec.replicates, spec.groups)
                for key, order in self.plan.orders.items()
            }
        at_once = {row.stratum.key: row.released for row in self.plan.rows}
        sizes = {**at_once, **(released or {})}
        return {
            key: replicates.released(order, sizes[key]) for key, order in self.plan.orders.items()
        }

    @cached_property
    def clusters(self) -> dict[str, str]:
        """Number → store of everyone in the frame, where stores were drawn first; else empty."""
        if self.plan.spec.selection != "two_stage":
            return {}
        return {unit.number: unit.also[0] or "–" for unit in self.plan.frame.units}

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the frame's hash, the request, and every drawn number in its stratum."""
        spec = self.plan.spec
        request = [spec.seed, spec.method, spec.n, spec.minimum, self.plan.frame.hash]
        if options := spec.options():
            request.append(options)
        content = [request, *([list(key), numbers] for key, numbers in self.drawn.items())]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plan(spec: Spec, frame: Frame) -> Plan:
    """Allocate; SurveyError when the frame cannot give that sample."""
    check(spec)
    if spec.selection == "two_stage":
        return Plan(spec, frame, tuple(frame.strata), selecting.allocate_stores(spec, frame))
    strata = tuple(_needing(spec, stratum) for stratum in selecting.usable(spec, frame))
    if spec.rates:
        return Plan(spec, frame, strata, allocate_answers(spec, strata))
    n = _invited(spec, spec.n) if spec.n else sum(_least(spec, s) for s in strata)
    _refuse_few(spec, n, sum(stratum.size for stratum in strata))
    minimum = _invited(spec, spec.minimum)
    made = allocate(strata, n, spec.method, minimum, power=spec.power)
    return Plan(spec, frame, strata, made)


def draw(plan_: Plan) -> Draw:
    """Draw what `plan_` allocates; the same plan always gives the same draw."""
    return Draw(plan_)


def _released(spec: Spec, n: int, sure: int) -> int:
    if spec.groups:
        return sum(len(rotation.block(n, spec.replicates, group)) for group in spec.groups)
    return replicates.released_size(n, sure, spec.replicates, spec.released)


def _invited(spec: Spec, answers: int) -> int:
    return to_invite(answers, spec.response_rate)


def _refuse_few(spec: Spec, n: int, frame: int) -> None:
    if spec.response_rate < 1 and n > frame > 0:
        raise SurveyError(
            Finding(
                "sample.too_few_to_invite",
                "n",
                N_(
                    "{answers} answers at a response rate of {rate} % take {n} invitations; the"
                    " frame has {frame} customers, who are expected to give {possible} answers."
                ),
                {
                    "answers": spec.n,
                    "rate": f"{100 * spec.response_rate:g}",
                    "n": n,
                    "frame": frame,
                    "possible": math.floor(frame * spec.response_rate),
                },
            )
        )


def _least(spec: Spec, stratum: Stratum) -> int:
    return min(stratum.size, max(stratum.least, _invited(spec, spec.minimum)))


def _needing(spec: Spec, stratum: Stratum) -> Stratum:
    """The stratum with its cost, and with what precision and certainty make it need."""
    cost = math.prod(cost for value, cost in spec.costs if value in stratum.key)
    least = needed(spec.margin, stratum.size, spec.response_rate) if spec.margin else 0
    if is_certain(spec, stratum):
        least = stratum.size
    return Stratum(stratum.key, stratum.size, stratum.sd, cost, least)
