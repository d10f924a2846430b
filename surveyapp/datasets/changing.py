"""What changed since the previous period: every headline and dimension now, before, and the rest.

A recurring study holds its newest period against the one before; another study the last DAYS days
with answers against as many before. The difference and its interval are those of the sampling
design; p is adjusted by Holm over the figures, which are read together as one table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from surveyapp.datasets.comparing import outcomes_within
from surveyapp.datasets.experience import headlines
from surveyapp.datasets.invariance import invariance
from surveyapp.datasets.previous import DAYS, before_of
from surveyapp.datasets.standings import groups_of
from surveyapp.datasets.table import Dataset
from surveyapp.stats.proportions import holm

Json = dict[str, Any]
CHANCE = 0.05
NOW, BEFORE = "now", "before"


@dataclass(frozen=True)
class Sides:
    """Two periods: what each is called, and per row `now`, `before` or None."""

    now: str
    before: str
    groups: tuple[str | None, ...]


def change(data: Dataset, minimum: int) -> Json | None:
    """now, before: name and n; outcomes: `outcome`, `label`, `now` and `before` (n, mean, low,
    high; None where withheld), difference, low, high, p, differ; scales as in `comparing`. None
    where there is no period before.
    """
    sides = sides_of(data)
    if sides is None:
        return None
    answers = Counter(sides.groups)
    return {
        "now": {"name": sides.now, "answers": answers[NOW]},
        "before": {"name": sides.before, "answers": answers[BEFORE]},
        "outcomes": between(data, sides.groups, minimum),
        "scales": invariance(data, sides.groups, minimum),
    }


def between(data: Dataset, groups: Sequence[str | None], minimum: int) -> list[Json]:
    """A row per headline and dimension, as in `change`; groups: `now`, `before` or None per row."""
    found = outcomes_within(data, groups, minimum, headlines(data))
    return adjusted([_row(one) for one in found])


def sides_of(data: Dataset) -> Sides | None:
    """The newest period and the one before it, or the last DAYS days and as many before."""
    periods = groups_of(data, "period")
    known = sorted({period for period in periods if period is not None})
    if "period" in data.table.column_names:
        if len(known) < 2:
            return None
        now, before = known[-1], known[-2]
        names = {now: NOW, before: BEFORE}
        return Sides(now, before, tuple(names.get(period or "") for period in periods))
    return _of_days(groups_of(data, "completed_on"))


def _of_days(days: Sequence[str | None]) -> Sides | None:
    known = [date.fromisoformat(day) for day in days if day]
    if not known:
        return None
    last = max(known)
    first = last - timedelta(days=DAYS - 1)
    earlier, ends = before_of(first, last)
    if not any(earlier <= day <= ends for day in known):
        return None

    def side(day: str | None) -> str | None:
        if not day or day < earlier.isoformat():
            return None
        return NOW if day >= first.isoformat() else BEFORE

    return Sides(f"{first} – {last}", f"{earlier} – {ends}", tuple(map(side, days)))


def _row(outcome: Json) -> Json:
    by_name = {group["name"]: group for group in outcome["groups"]}
    small = {group["name"]: group["n"] for group in outcome["small"]}
    row: Json = {"outcome": outcome["outcome"], "label": outcome["label"]}
    for side in (NOW, BEFORE):
        row[side] = by_name.get(side, {"name": side, "n": small.get(side, 0), "mean": None})
    pair = outcome["pairs"][0] if outcome["pairs"] else None
    if pair is None:
        return {**row, "difference": None, "low": None, "high": None, "p": None}
    sign = 1 if pair["a"] == NOW else -1
    low, high = sorted((sign * pair["low"], sign * pair["high"]))
    difference = sign * pair["difference"]
    return {**row, "difference": difference, "low": low, "high": high, "p": pair["p"]}


def adjusted(rows: list[Json]) -> list[Json]:
    """The rows with p adjusted by Holm over those that have one, and whether they differ."""
    ps = iter(holm([row["p"] for row in rows if row["p"] is not None]))
    found = [{**row, "p": None if row["p"] is None else next(ps)} for row in rows]
    return [{**row, "differ": row["p"] is not None and row["p"] < CHANCE} for row in found]
