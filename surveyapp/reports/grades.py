"""How the score of a period is shown: one set of weights in front, all of them side by side.

Charts and dimensions stay on the index from 0 to 100; points from 0 to 10, which the rules of the
indicator system speak of, stand where levels, bonuses and vetoes do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from surveyapp.distribution.views.blueprint import in_words
from surveyapp.reports.charts import Bar, BarChart, bar_chart
from surveyapp.reports.figures import number

Json = Mapping[str, Any]
INDEX = 10
"""Index points of one point."""


def chosen(figures: Json, profile: str) -> Json | None:
    """The set of weights that the reader asked for, else the questionnaire's own."""
    known = (figures.get("grading") or {}).get("schemes", ())
    by_id = {scheme["id"]: scheme for scheme in known}
    return by_id.get(profile) or by_id.get("")


def scheme_name(scheme: Json) -> str:
    """What a set of weights is called."""
    return in_words(scheme["title"]) if scheme["id"] else str(_("All staff"))


def level_name(figures: Json, level: str | None) -> str:
    """A level in words; an en dash where no level is reached."""
    titles = {one["id"]: one["title"] for one in figures["grading"]["levels"]}
    if level is None:
        return "–"
    return in_words(titles[level]) if titles.get(level) else level


def level_kind(figures: Json, level: str | None) -> str:
    """The kind of badge: the upper two are good, the lowest is a warning."""
    order = [one["id"] for one in figures["grading"]["levels"]]
    if level not in order:
        return ""
    place = order.index(level)
    return "warn" if place == len(order) - 1 > 0 else "good" if place < 2 else "note"


def on_index(estimate: Json) -> dict[str, Any]:
    """An estimate in points as index from 0 to 100."""
    scaled = {name: estimate.get(name) for name in ("mean", "se", "low", "high")}
    turned = {name: None if v is None else v * INDEX for name, v in scaled.items()}
    return {**estimate, **turned}


def total(figures: Json, scheme: Json | None) -> Json:
    """The headline: the weighted total by the chosen weights, before bonuses and vetoes."""
    if scheme is None or not scheme["id"]:
        own: Json = figures["weighted_total"]
        return own
    return on_index(scheme["plain"])


def weighted(figures: Json, scheme: Json | None) -> list[Json]:
    """The dimensions with the chosen weights."""
    dimensions: list[Json] = figures["dimensions"]
    if scheme is None or not scheme["id"]:
        return dimensions
    weights = scheme["weights"]
    return [{**d, "weight": weights.get(d["id"], 0)} for d in dimensions]


def level_chart(figures: Json, scheme: Json) -> BarChart:
    """Answers per level, the highest first, in per cent of those with a total."""
    counts = scheme["counts"]
    base = sum(counts.values())
    bars = [
        Bar(
            label=f"{level_name(figures, level['id'])} (≥ {level['least']:g})",
            value=100 * counts[level["id"]] / base if base else None,
            shown=f"{100 * counts[level['id']] / base:.1f} %" if base else "–",
            note=f"n = {counts.get(level['id'], 0):,}",
        )
        for level in figures["grading"]["levels"]
    ]
    return bar_chart(bars, 0, 100, width=400, steps=2)


def points(value: float | None) -> str:
    """Points with two decimals."""
    return number(value, 2)
