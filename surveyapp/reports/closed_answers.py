"""How closed questions are shown: satisfaction, several answers, rankings, experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from surveyapp.distribution.views.blueprint import in_words
from surveyapp.reports.charts import Bar, BarChart, bar_chart, fitted
from surveyapp.reports.figures import number, p_value, percent

Json = Mapping[str, Any]
WIDTH = 470
LABEL = WIDTH * 0.4 - 12
"""Room for an option's label beside its bar."""


def _share_bar(label: str, share: Json, note: str) -> Bar:
    value, low, high = (
        None if share[name] is None else 100 * share[name] for name in ("mean", "low", "high")
    )
    return Bar(fitted(label, LABEL), value, low, high, note=note, shown=percent(share["mean"]))


def multiple_chart(question: Json) -> BarChart:
    """Respondents who chose each option, the most frequent first."""
    options = sorted(question["options"], key=lambda o: -(o["mean"] or 0))
    own_bases = len({o["n"] for o in options}) > 1
    bars = [
        _share_bar(in_words(o["label"]), o, f"n = {o['n']:,}" if own_bases else "") for o in options
    ]
    return bar_chart(bars, 0, 100, width=WIDTH, steps=2)


def ranking_chart(question: Json) -> BarChart:
    """Shares of first places, by mean place."""
    options = sorted(question["options"], key=_place)
    bars = [
        _share_bar(
            in_words(o["label"]),
            o["first"],
            _("mean place %(place)s", place=number(o["place"]["mean"], 2)),
        )
        for o in options
    ]
    return bar_chart(bars, 0, 100, width=WIDTH, steps=2)


def _place(option: Json) -> float:
    """Mean place; what nobody ranked comes last."""
    mean = option["place"]["mean"]
    return float("inf") if mean is None else float(mean)


def outcome_name(outcome: Json) -> str:
    """What an experiment compares."""
    names = {"total": _("Weighted total (0–100)"), "nps": _("NPS")}
    return str(names.get(outcome["outcome"]) or in_words(outcome["label"]))


def test_sentence(outcome: Json) -> str:
    """The test with its degrees of freedom, p and effect; why there is none."""
    if outcome.get("withheld"):
        return str(_("No test: an arm has too few answers."))
    if outcome["test"] is None:
        return str(_("No test: fewer than two groups have answers that vary."))
    letter = "t" if outcome["test"] == "welch_t" else "F"
    df = ", ".join(number(value, 1) for value in outcome["df"])
    effect = "g" if outcome["effect_name"] == "hedges_g" else "η²"
    statistic, size = number(outcome["statistic"], 2), number(outcome["effect"], 2)
    return f"{letter}({df}) = {statistic}, {p_value(outcome['p'])}, {effect} = {size}"


def differ(outcome: Json) -> bool:
    """Whether any two arms differ by more than chance."""
    return any(pair["differ"] for pair in outcome["pairs"])
