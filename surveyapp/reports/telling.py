"""Figures of the analysis pages in words: places, bands, verdicts, warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from surveyapp.distribution.views.blueprint import in_words, value_name
from surveyapp.findings import N_
from surveyapp.reports.charts import Bar, BarChart, bar_chart, fitted
from surveyapp.reports.figures import interval, number, reason

Json = Mapping[str, Any]
WIDTH = 860
FIRST, LAST = 5, 3
DRAWN = 40
"""More bars than this are not read; then the first and the last ones are drawn."""
MODES = {
    "link": N_("Personal link"),
    "qr": N_("Printed code"),
    "kiosk": N_("Store terminal"),
    "interviewer": N_("Telephone"),
    "reply": N_("Reply by text"),
}
DEVICES = {"phone": N_("Smartphone"), "tablet": N_("Tablet"), "desktop": N_("Computer")}
LANGUAGES = {"zh-Hans": N_("Chinese"), "en": N_("English")}
RANKED = {
    "city": N_("Cities"),
    "store": N_("Stores"),
    "touchpoint_store": N_("Stores of printed codes"),
    "product_line": N_("Product lines"),
    "tier": N_("Customer tiers"),
}


def group_name(by: str, name: str | None) -> str:
    """What a group is called."""
    if not name:
        return str(_("Not known"))
    if by == "mode" and name in MODES:
        return str(_(MODES[name]))
    if by == "language" and name in LANGUAGES:
        return str(_(LANGUAGES[name]))
    if by == "device" and name in DEVICES:
        return str(_(DEVICES[name]))
    return f"v{name}" if by == "version" else str(value_name(name))


def outcome_name(outcome: Json) -> str:
    """What is ranked or compared."""
    names = {"total": _("Weighted total (0–100)"), "nps": _("NPS")}
    label, id_ = in_words(outcome["label"]), str(outcome["outcome"])
    if id_.startswith("csat."):
        return str(_("CSAT, %% satisfied: %(question)s", question=label))
    if id_.startswith("ces."):
        return str(_("CES, mean: %(question)s", question=label))
    return str(names.get(id_) or label)


def place(entry: Json) -> str:
    """The place, or the places, that an entry may hold."""
    first, last = entry["first"], entry["last"]
    if first is None:
        return "–"
    return str(first) if first == last else f"{first}–{last}"


def bands(standing: Json) -> list[str]:
    """A sentence per band of more than one entry: who cannot be told apart."""
    entries, by = standing["entries"], standing["by"]
    said = []
    for first, last in standing["bands"]:
        if last == first:
            continue
        names = [group_name(by, one["name"]) for one in entries[first - 1 : last]]
        listed = _listed(names)
        span = {"first": first, "last": last, "names": listed}
        said.append(str(_("Places %(first)s to %(last)s cannot be told apart: %(names)s.", **span)))
    return said


def _listed(names: Sequence[str]) -> str:
    shown = names if len(names) <= 8 else [*names[:5], "…", *names[-2:]]
    return str(_(", ")).join(shown)


def summary(standing: Json) -> str:
    """In one sentence, how far the ranking carries."""
    told, pairs = standing["told_apart"], standing["pairs"]
    if not told:
        return str(
            _("No two of them can be told apart: the order may be chance from first to last.")
        )
    if told == pairs:
        return str(_("Every pair differs by more than chance."))
    said = {"told": f"{told:,}", "pairs": f"{pairs:,}"}
    return str(_("%(told)s of %(pairs)s pairs differ by more than chance.", **said))


def neighbour(entries: Sequence[Json], index: int) -> str:
    """Whether an entry differs from the one below it."""
    p = entries[index]["next_p"]
    if p is None:
        return ""
    return str(_("differs from it") if p < 0.05 else _("cannot be told apart"))


def drawn(entries: Sequence[Json]) -> list[Json]:
    """The entries that the chart shows."""
    if len(entries) <= DRAWN:
        return list(entries)
    return [*entries[: DRAWN - 10], *entries[-10:]]


def ranking_chart(standing: Json) -> BarChart:
    """Horizontal bars with intervals, the best first."""
    low, high = (-100, 100) if standing["outcome"] == "nps" else (0, 100)
    bars = [
        Bar(
            fitted(f"{place(e)}  {group_name(standing['by'], e['name'])}", WIDTH * 0.4 - 12),
            e["mean"], e["low"], e["high"], note=f"n = {e['n']:,}", shown=number(e["mean"]),
        )
        for e in drawn(standing["entries"])
    ]  # fmt: skip
    return bar_chart(bars, low, high, width=WIDTH)


def signed(value: float) -> str:
    """A difference with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def direction(outcome: Json) -> str:
    """Which way a figure went, or that it may have gone nowhere."""
    if not outcome["differ"]:
        return str(_("may be chance"))
    return str(_("higher")) if outcome["difference"] > 0 else str(_("lower"))


def groups_chart(
    outcome: Json, by: str, names: Mapping[str, str] = MappingProxyType({})
) -> BarChart:
    """The groups of a comparison as bars with intervals; `names` of those that have their own."""
    low, high = (-100, 100) if outcome["outcome"] == "nps" else (0, 100)
    bars = [
        Bar(
            fitted(names.get(g["name"]) or group_name(by, g["name"]), WIDTH * 0.4 - 12),
            g["mean"], g["low"], g["high"], note=f"n = {g['n']:,}", shown=number(g["mean"]),
        )
        for g in outcome["groups"]
    ]  # fmt: skip
    return bar_chart(bars, low, high, width=WIDTH)


def verdict(value: float | None, estimate: Json, limit: float) -> str:
    """A coefficient against its threshold with its interval, in words:
    "0.68 [0.64, 0.72]: below 0.70, but the interval reaches it".
    """
    if estimate.get("withheld"):
        return reason(estimate["withheld"])
    if value is None:
        return str(_("cannot be computed"))
    shown = f"{number(value, 2)} {interval(estimate, 2)}".strip()
    low, high = estimate.get("low"), estimate.get("high")
    said = {"shown": shown, "limit": f"{limit:.2f}"}
    if value < limit and (high is None or high < limit):
        return str(_("%(shown)s: below %(limit)s", **said))
    if value < limit:
        return str(_("%(shown)s: below %(limit)s, but the interval reaches it", **said))
    if low is not None and low < limit:
        return str(_("%(shown)s: above %(limit)s, but the interval reaches below", **said))
    return str(_("%(shown)s: above %(limit)s", **said))


def verdict_kind(value: float | None, estimate: Json, limit: float) -> str:
    """The kind of badge that a verdict deserves."""
    low = estimate.get("low")
    if value is None or value < limit:
        return "warn"
    return "note" if low is not None and low < limit else "good"


def equality_sentence(scale: Json) -> str:
    """Whether the alphas of the groups are equal, with the test."""
    test = scale["test"]
    if test is None:
        return str(_("The test of equal α cannot be made."))
    p = "p < 0.001" if test["p"] < 0.001 else f"p = {test['p']:.3f}"
    said = {"test": f"χ² = {number(test['chi_square'], 2)}, df {test['df']}, {p}"}
    if scale["differ"]:
        return str(_("The reliabilities differ (%(test)s).", **said))
    return str(_("The reliabilities may be equal (%(test)s).", **said))


def invariance_warnings(scales: Sequence[Json], by: str) -> list[str]:
    """What forbids to read a difference of scores as a difference of opinions."""
    said = []
    for scale in scales:
        name = in_words(scale["title"])
        if scale["differ"]:
            said.append(
                str(_("“%(scale)s” is not equally reliable in the groups. %(test)s", scale=name,
                      test=equality_sentence(scale)))
            )  # fmt: skip
        for group in scale["apart"]:
            said.append(
                str(_("The items of “%(scale)s” hang together otherwise in %(group)s than in all "
                      "answers: congruence of the loadings below 0.95.", scale=name,
                      group=group_name(by, group)))
            )  # fmt: skip
    return said
