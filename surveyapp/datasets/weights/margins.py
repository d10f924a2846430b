"""The margins that a sample is raked to: the category of every row, and the totals. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from surveyapp.datasets.weights.recipe import DATA, Margin
from surveyapp.datasets.weights.rows import Floats, Places, Rows
from surveyapp.findings import N_, Finding, SurveyError

BLANK, OTHERS = "\x00blank", "\x00others"
"""Names that no category has: of rows without one, and of small categories taken together."""


@dataclass(frozen=True)
class Target:
    """One margin of one sample. categories: per row; totals: category → population; merged: the
    categories behind OTHERS.
    """

    margin: Margin
    categories: tuple[str, ...]
    totals: dict[str, float]
    merged: tuple[str, ...] = ()


def target(
    margin: Margin, rows: Rows, at: Places, weights: Floats, strata: Floats, least: int
) -> Target:
    """at: the rows of the sample; weights: theirs so far; strata: customers that each stratum of
    the sample stands for (0 for those of other samples); least: answers that a category needs.

    Raises SurveyError `weights.no_column` and `weights.no_total`.
    """
    found = [_category(one) for one in _column(margin, rows, at)]
    typed = dict(margin.totals) or _counted(margin, rows, strata)
    _refuse_unnamed(margin, found, typed)
    if set(found) == {BLANK}:
        raise _error("weights.no_column", margin, N_('Nobody has a value of "{name}".'), "")
    blank = float(weights[[one == BLANK for one in found]].sum()) / float(weights.sum())
    size = float(strata.sum()) or float(weights.sum())
    scale = size * (1 - blank) / sum(typed.values())
    totals = {category: value * scale for category, value in typed.items()}
    small = _small(found, totals, least)
    if small:
        found = [OTHERS if one in small else one for one in found]
        totals[OTHERS] = sum(totals.pop(category) for category in small)
    if blank:
        totals[BLANK] = size * blank
    return Target(margin, tuple(found), totals, tuple(small))


def _category(value: str | None) -> str:
    return BLANK if value is None else value


def _column(margin: Margin, rows: Rows, at: Places) -> Sequence[str | None]:
    """The category of each of the rows `at`."""
    if margin.of.startswith(DATA):
        every = rows.column(margin.name)
        return [every[place] for place in at.tolist()]
    return [rows.strata[place].value(margin.name) for place in rows.at[at].tolist()]


def _counted(margin: Margin, rows: Rows, strata: Floats) -> dict[str, float]:
    """The customers of the frame by an attribute."""
    found: dict[str, float] = {}
    for stratum, customers in zip(rows.strata, strata.tolist(), strict=True):
        if customers > 0 and stratum.cell and margin.name in stratum.cell.key:
            value = stratum.value(margin.name)
            found[value] = found.get(value, 0.0) + customers
    if not found:
        template = N_('The sample has no attribute "{name}" to count customers by.')
        raise _error("weights.no_column", margin, template, "")
    return found


def _refuse_unnamed(margin: Margin, found: Sequence[str], totals: dict[str, float]) -> None:
    for category in dict.fromkeys(found):
        if category not in totals and category != BLANK:
            template = N_('Margin "{name}" has no total for "{category}", which was answered.')
            raise _error("weights.no_total", margin, template, category)


def _small(found: Sequence[str], totals: dict[str, float], least: int) -> list[str]:
    """The categories with fewer answers than `least`, and more of the smallest until together they
    have enough; none where one category would be left.
    """
    counts = Counter(found)
    order = sorted(totals, key=lambda one: (counts[one], one))
    small = [one for one in order if counts[one] < least]
    while small and sum(counts[one] for one in small) < least and len(small) < len(order):
        small.append(order[len(small)])
    return small if len(small) > 1 else []


def _error(code: str, margin: Margin, template: str, category: str) -> SurveyError:
    params = {"name": margin.name, "category": category}
    return SurveyError(Finding(code, f"margin:{margin.name}", template, params, "warning"))


def groups(targets: Sequence[Target]) -> list[list[str | None]]:
    """Per margin the categories whose totals are known; None where they are not."""
    return [[None if one == BLANK else one for one in t.categories] for t in targets]
