"""What a plan should tell the researcher beyond its table. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from surveyapp.findings import N_, Finding
from surveyapp.stats.sampling.stages import selfweighting

if TYPE_CHECKING:
    from surveyapp.distribution.plans import Plan, Row

SHOWN = 6
"""Strata that a finding names."""


def remarks(plan: Plan) -> Iterator[Finding]:
    """Where the frame cannot give what was asked for, and what unequal chances mean."""
    spec = plan.spec
    yield from _unknown_values(plan)
    if spec.margin:
        yield from _imprecise(plan)
    if spec.selection == "pps":
        yield from _without_size(plan)
    if spec.selection == "two_stage":
        yield from _without_store(plan)
        yield from _weights_differ(plan)
    if spec.replicates > 1 and not spec.groups:
        yield from _no_reserve(plan)
    if spec.response_rate < 1 or spec.rates:
        yield from _few_answers(plan)


def _unknown_values(plan: Plan) -> Iterator[Finding]:
    """Values that were named and that no stratum has: a slip of the pen would change nothing."""
    known = {value for stratum in plan.strata for value in stratum.key}
    spec = plan.spec
    named = [*spec.certain, *dict(spec.costs), *dict(spec.rates)]
    for value in dict.fromkeys(named):
        if value not in known:
            yield Finding(
                "sample.unknown_value",
                f"value:{value}",
                N_('No stratum has the value "{value}", so naming it changes nothing.'),
                {"value": value},
                "warning",
            )


def _imprecise(plan: Plan) -> Iterator[Finding]:
    """Strata that even all of their customers do not make precise enough."""
    wide = [
        (row, "–" if row.margin is None else f"± {100 * row.margin:.1f}")
        for row in plan.rows
        if row.margin is None or row.margin > plan.spec.margin + 1e-9
    ]
    if wide:
        yield Finding(
            "sample.margin_missed",
            "margin",
            N_(
                "{n} strata are not expected to reach ± {margin} points, because they are too"
                " small or part of them stays in reserve: {strata}."
            ),
            {
                "n": len(wide),
                "margin": f"{100 * plan.spec.margin:g}",
                "strata": _named([f"{_name(row)} ({text})" for row, text in wide]),
            },
            "warning",
        )


def _without_size(plan: Plan) -> Iterator[Finding]:
    lost = len(plan.frame.units) - sum(row.stratum.size for row in plan.rows)
    if lost:
        yield Finding(
            "sample.no_size",
            "measure",
            N_(
                "{lost} customers have no positive {measure} and can never be drawn in proportion"
                " to it: the results do not cover them."
            ),
            {"lost": lost, "measure": plan.spec.measure},
            "warning",
        )
    certain = sum(p == 1 for order in plan.orders.values() for _unit, p in order)
    if certain:
        yield Finding(
            "sample.certain_units",
            "measure",
            N_("{certain} customers are so large that they are drawn for certain, with weight 1."),
            {"certain": certain},
            "info",
        )


def _without_store(plan: Plan) -> Iterator[Finding]:
    lost = sum(not unit.also[0] for unit in plan.frame.units)
    if lost:
        yield Finding(
            "sample.no_store",
            "stores",
            N_("{lost} customers have no store on file; together they count as one store."),
            {"lost": lost},
            "warning",
        )


def _weights_differ(plan: Plan) -> Iterator[Finding]:
    ratio = selfweighting(p for order in plan.orders.values() for _unit, p in order)
    if ratio is None or ratio == 1:
        return
    yield Finding(
        "sample.not_selfweighting",
        "take",
        N_(
            "The weights are not all the same: the largest is {ratio} times the smallest. Stores"
            " smaller than the take, certain stores and rounding between strata do that; the"
            " weights make up for it."
        ),
        {"ratio": f"{float(ratio):.2f}"},
        "info" if ratio < 2 else "warning",
    )


def _no_reserve(plan: Plan) -> Iterator[Finding]:
    whole = [row for row in plan.rows if row.n == row.released and row.n]
    if whole and plan.n > plan.released:
        yield Finding(
            "sample.no_reserve",
            "replicates",
            N_("{n} strata are released whole and have no reserve: {strata}."),
            {"n": len(whole), "strata": _named([f"{_name(row)} ({row.n})" for row in whole])},
            "info",
        )


def _few_answers(plan: Plan) -> Iterator[Finding]:
    few = [row for row in plan.rows if row.n and row.answers < 2]
    if few:
        yield Finding(
            "sample.few_answers",
            "minimum",
            N_(
                "{n} strata are expected to give fewer than the two answers that a standard error"
                " needs: {strata}. Raise the minimum or form fewer strata."
            ),
            {
                "n": len(few),
                "strata": _named([f"{_name(row)} ({row.answers:.1f})" for row in few]),
            },
            "warning",
        )


def _name(row: Row) -> str:
    return " / ".join(value or "–" for value in row.stratum.key) or "*"


def _named(names: list[str]) -> str:
    """The first few, so that one sentence stays one."""
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
