"""What a plan should tell the researcher beyond its table. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from surveyapp.findings import N_, Finding
from surveyapp.stats.sampling.stages import selfweighting

if TYPE_CHECKING:
    from surveyapp.distribution.plans import Plan


def remarks(plan: Plan) -> Iterator[Finding]:
    """Where the frame cannot give what was asked for, and what unequal chances mean."""
    spec = plan.spec
    if spec.margin:
        yield from _imprecise(plan)
    if spec.selection == "pps":
        yield from _without_size(plan)
    if spec.selection == "two_stage":
        yield from _weights_differ(plan)
    if spec.replicates > 1:
        yield from _no_reserve(plan)
    if spec.response_rate < 1:
        yield from _few_answers(plan)


def _imprecise(plan: Plan) -> Iterator[Finding]:
    """Strata that even all of their customers do not make precise enough."""
    for row in plan.rows:
        if row.margin is not None and row.margin <= plan.spec.margin + 1e-9:
            continue
        wide = "–" if row.margin is None else f"{100 * row.margin:.1f}"
        yield Finding(
            "sample.margin_missed",
            row.stratum.place,
            N_(
                "Stratum {stratum} is expected to give {answers} answers, ± {wide} points instead"
                " of ± {margin}: it is too small, or part of it stays in reserve."
            ),
            {
                "stratum": " / ".join(row.stratum.key) or "*",
                "answers": f"{row.answers:.0f}",
                "wide": wide,
                "margin": f"{100 * plan.spec.margin:g}",
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
    if plan.n == plan.released:
        return
    for row in plan.rows:
        if row.n == row.released and row.n:
            yield Finding(
                "sample.no_reserve",
                row.stratum.place,
                N_("Stratum {stratum} is released whole ({n}): it has no reserve."),
                {"stratum": " / ".join(row.stratum.key) or "*", "n": row.n},
                "info",
            )


def _few_answers(plan: Plan) -> Iterator[Finding]:
    for row in plan.rows:
        if row.n and row.answers < 2:
            yield Finding(
                "sample.few_answers",
                row.stratum.place,
                N_(
                    "Stratum {stratum} is expected to give {answers} answers; two are needed for"
                    " a standard error: raise the minimum or merge it."
                ),
                {
                    "stratum": " / ".join(row.stratum.key) or "*",
                    "answers": f"{row.answers:.1f}",
                },
                "warning",
            )
