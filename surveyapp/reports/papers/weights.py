"""How the weights of a report's figures were made: the recipe in words, and what each step did.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from surveyapp.datasets.weights.recipe import FRAME, STEPS
from surveyapp.findings import N_
from surveyapp.reports.numerals import number
from surveyapp.reports.papers.facts import Facts, Json
from surveyapp.reports.papers.model import COUNT, ONE, TWO, Block, Column, Table, Terms, Words
from surveyapp.reports.papers.speech import Speech, count


def weights(facts: Facts, say: Speech) -> Iterator[Block]:
    """Nothing where the figures do not tell how they were weighted."""
    told, made = facts.figures.get("weighting"), facts.weights
    if not told or made is None:
        return
    yield Words(tuple(_recipe(made, say)), points=True)
    yield _steps(told["steps"], say)
    by_key = {step["key"]: step for step in told["steps"]}
    raked: Sequence[Json] = by_key.get("margins", {}).get("samples", ())
    cut: Sequence[Json] = by_key.get("trim", {}).get("samples", ())
    remarks = [
        *(_met(one, say) for one in raked),
        *(_cut(one, say) for one in cut),
        *(say(f["template"], **f["params"]) for step in told["steps"] for f in step["findings"]),
    ]
    if remarks:
        yield Words(tuple(remarks), points=True)
    lines = tuple(_lines(raked, made["names"], say))
    if lines:
        yield _margins(lines, say)
    yield Terms(((say(N_("Recipe of the weights (SHA-256)")), told["recipe"]),), code=True)


def _recipe(made: Json, say: Speech) -> Iterator[str]:
    """A sentence per decision, in the order of the steps."""
    recipe, names = made["recipe"], made["names"]
    yield say(N_("Every answer begins with its design weight, one over its chance to be asked."))
    if recipe["eligibility"] is not None:
        yield say(
            N_(
                "Customers whose eligibility is unknown: their weight went to those whose is "
                "known. {classes}"
            ),
            classes=_classes(recipe["eligibility"], names, say),
        )
        if recipe["verified"]:
            yield say(N_("Silence counts as non-response: everyone on the list is eligible."))
    if recipe["response"] is not None:
        yield say(
            N_("Non-response: the weight of eligible customers went to those who answered. "
               "{classes}"),
            classes=_classes(recipe["response"], names, say),
        )  # fmt: skip
    yield from _calibration(recipe, names, say)
    if recipe["trim"] is not None:
        yield say(
            N_("No weight may exceed {most} medians; what was cut off went to the others."),
            most=number(recipe["trim"], 1),
        )


def _classes(by: Sequence[str], names: Mapping[str, str], say: Speech) -> str:
    if not by:
        return say(N_("All are in one class."))
    named = say(N_(", ")).join(names.get(FRAME + one, one) for one in by)
    return say(N_("Classes: {names}."), names=named)


def _calibration(recipe: Json, names: Mapping[str, str], say: Speech) -> Iterator[str]:
    if recipe["calibration"] == "strata":
        yield say(N_("Weights are brought to the customers of each stratum."))
    elif recipe["calibration"] == "none":
        yield say(N_("Weights are not calibrated."))
    else:
        margins = say(N_(", ")).join(names.get(m["of"], m["of"]) for m in recipe["margins"])
        yield say(
            N_(
                "Weights are raked to: {margins}. Categories of fewer than {least} answers are "
                "taken together; whoever lacks a value keeps their share."
            ),
            margins=margins,
            least=recipe["merge_below"],
        )
        if recipe["bounds"]:
            low, high = (number(one, 2) for one in recipe["bounds"])
            yield say(N_("A weight changes by a factor of {low} to {high}."), low=low, high=high)


def _steps(steps: Sequence[Json], say: Speech) -> Table:
    columns = (
        Column(say(N_("Sampling weights"))),
        Column("n", COUNT), Column(say(N_("Sum")), COUNT), Column(say(N_("Smallest")), TWO),
        Column(say(N_("Median")), TWO), Column(say(N_("Largest")), TWO),
        Column(say(N_("Design effect")), TWO), Column(say(N_("Effective number")), COUNT),
        Column(say(N_("Weighted total")), ONE), Column(say(N_("NPS")), ONE),
    )  # fmt: skip
    rows = tuple(
        (say(STEPS[one["key"]]), one["answers"], one["sum"], *(one["weights"] or (None,) * 3),
         one["deff"], one["effective"], *(_mean(one.get(name)) for name in ("total", "nps")))
        for one in steps
    )  # fmt: skip
    note = say(N_("After each step. The effective number is n over the design effect (Kish)."))
    title = say(N_("Step by step"))
    return Table(title, columns, rows, note, sheet=say(N_("Sampling weights")))


def _mean(estimate: Json | None) -> float | None:
    return estimate["mean"] if estimate else None


def _met(one: Json, say: Speech) -> str:
    sample = f"{one['sample']}: " if one["sample"] else ""
    if not one["met"]:
        return sample + say(
            N_("The margins could not be met; the weights are those of the step before.")
        )
    low, high = (number(ratio, 2) for ratio in one["ratio"])
    return sample + say(
        N_("The margins were met after {rounds} rounds; weights changed by {low} to {high}."),
        rounds=one["rounds"], low=low, high=high,
    )  # fmt: skip


def _cut(one: Json, say: Speech) -> str:
    sample = f"{one['sample']}: " if one["sample"] else ""
    template = N_("{rows} weights were trimmed to {limit}.")
    return sample + say(template, rows=count(one["rows"]), limit=number(one["limit"], 2))


def _lines(
    raked: Sequence[Json], names: Mapping[str, str], say: Speech
) -> Iterator[tuple[str, str, str, float, float]]:
    special = {"blank": say(N_("Without a value")), "others": say(N_("Taken together"))}
    for sample in raked:
        for margin in sample.get("margins", ()):
            name = names.get(margin["of"], margin["of"])
            for row in margin["rows"]:
                code = row["category"]
                shown = names.get(f"{margin['of']}={code}", code) or "–"
                shown = special.get(row["kind"], shown)
                yield sample["sample"], name, shown, row["target"], row["reached"]


def _margins(lines: tuple[tuple[str, str, str, float, float], ...], say: Speech) -> Table:
    columns = (
        Column(say(N_("Period"))), Column(say(N_("Margin"))), Column(say(N_("Category"))),
        Column(say(N_("Wanted")), ONE), Column(say(N_("Reached")), ONE),
    )  # fmt: skip
    first = 0 if any(sample for sample, *_ in lines) else 1
    rows = tuple(line[first:] for line in lines)
    return Table(say(N_("Margins")), columns[first:], rows, sheet=say(N_("Margins")))
