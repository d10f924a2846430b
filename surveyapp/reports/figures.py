"""From stored figures to what the study page shows: bars, columns, short texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from surveyapp.datasets.withholding import DEFAULT
from surveyapp.reports.charts import Bar, BarChart, ColumnChart, bar_chart, column_chart
from surveyapp.reports.numerals import interval as interval
from surveyapp.reports.numerals import number as number
from surveyapp.reports.numerals import p_value as p_value
from surveyapp.reports.numerals import percent as percent

Json = Mapping[str, Any]
STEP_NAMES = ("sampled", "sent", "delivered", "opened", "started", "completed")


def reason(least: int | None) -> str:
    """Why a figure is not shown."""
    return str(_("fewer than %(least)s answers: not shown", least=least or DEFAULT))


def based(estimate: Json | None, digits: int = 1) -> str:
    """What stands under a headline: interval and n; the reason where it is withheld or missing."""
    if estimate and estimate.get("withheld"):
        return reason(estimate["withheld"])
    if not estimate or not estimate.get("n"):
        return str(_("no answers yet"))
    base = f"n = {estimate['n']:,}".replace(" ", "\N{NO-BREAK SPACE}")
    return " · ".join(filter(None, (interval(estimate, digits), base)))


def dimension_chart(dimensions: Sequence[Json], name: Any) -> BarChart:
    """Dimension scores (index 0–100) with interval and n; `name` gives a title in words."""
    bars = [
        Bar(
            label=f"{name(d['title'])} ({number(d['weight'], 0)} %)",
            value=d["mean"],
            low=d.get("low"),
            high=d.get("high"),
            note=reason(d["withheld"]) if d.get("withheld") else f"n = {d['n']:,}",
            shown=number(d["mean"]),
        )
        for d in dimensions
    ]
    return bar_chart(bars, 0, 100, width=860)


def funnel_chart(totals: Mapping[str, int], labels: Mapping[str, str]) -> BarChart:
    """How many of the sampled customers reached each step."""
    base = totals["sampled"]
    bars = [
        Bar(
            label=labels[step],
            value=totals[step],
            shown=f"{totals[step]:,}",
            note=f"{100 * totals[step] / base:.1f} %" if base else "",
        )
        for step in STEP_NAMES
    ]
    return bar_chart(bars, 0, max(base, 1), width=470, steps=2)


def nps_chart(figures: Json) -> ColumnChart | None:
    """Answers to the recommendation question by score 0–10."""
    for table in figures.get("frequencies", ()):
        codes = [count["code"] for count in table["counts"]]
        if codes == list(range(11)):
            return column_chart([(str(c["code"]), c["n"]) for c in table["counts"]], width=470)
    return None


def score_chart(figures: Json) -> ColumnChart:
    """Respondents by ten points of the weighted total."""
    bins = figures.get("distribution", ())
    return column_chart([(f"{b['from']}–{b['to']}", b["n"]) for b in bins], width=520)


def alpha_verdict(scale: Json, threshold: float = 0.7) -> tuple[str, str]:
    """A sentence on alpha against what its authors expect, else against the threshold, and the
    kind of badge it deserves. Where the interval reaches below, alpha is "about" it.
    """
    if scale.get("withheld"):
        return reason(scale["withheld"]), "note"
    alpha, low, expected = scale.get("alpha"), scale.get("low"), scale.get("expected")
    limit = f"{threshold if expected is None else expected:.2f}"
    if alpha is None:
        return _("cannot be computed"), "warn"
    if alpha < float(limit):
        verdict = _("below the expected %(limit)s") if expected else _("below %(limit)s")
        return verdict % {"limit": limit}, "warn"
    if low is not None and low < float(limit):
        verdict = _("about the expected %(limit)s") if expected else _("about %(limit)s")
        return verdict % {"limit": limit}, "note"
    verdict = _("above the expected %(limit)s") if expected else _("above %(limit)s")
    return verdict % {"limit": limit}, "good"
