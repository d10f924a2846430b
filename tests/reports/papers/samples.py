"""Facts of a report as plain values: small, and with every kind of figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from surveyapp.designer.paper.layout import Paper
from surveyapp.reports.papers.facts import Brand, Facts, Provenance
from surveyapp.reports.papers.speech import Speech

SAY = Speech("en", lambda template: template)


def estimate(mean: float | None, n: int = 200, reach: float = 2.0) -> dict[str, Any]:
    ends = (None, None) if mean is None else (mean - reach, mean + reach)
    return {"n": n, "mean": mean, "se": 1.0, "low": ends[0], "high": ends[1], "deff": 1.0}


def dimension(name: str, weight: float, mean: float | None) -> dict[str, Any]:
    return {
        "id": name,
        "title": {"en": name.title(), "zh-Hans": "维"},
        "weight": weight,
        **estimate(mean),
    }


def frequency(name: str, counts: Mapping[Any, int], label: str = "") -> dict[str, Any]:
    codes = [{"code": c, "label": {"en": str(c)}, "n": n} for c, n in counts.items()]
    return {
        "variable": name,
        "label": {"en": label or name},
        "base": sum(counts.values()),
        "counts": codes,
    }


def item(name: str, mean: float | None) -> dict[str, Any]:
    return {"id": name, "label": {"en": f"Do you agree? – {name}"}, "mean": mean}


def scale(
    name: str, alpha: float | None, expected: float | None = None, *items: Any
) -> dict[str, Any]:
    return {
        "dimension": name, "title": {"en": name.title()}, "expected": expected, "k": len(items),
        "n": 200, "alpha": alpha, "low": alpha, "high": alpha, "kmo": 0.7, "drop": None,
        "items": list(items),
    }  # fmt: skip


def option(name: str, mean: float | None, place: float | None = None) -> dict[str, Any]:
    share = {"n": 200, "mean": mean, "low": mean, "high": mean}
    head = {"id": name, "label": {"en": name}}
    return (
        {**head, **share} if place is None else {**head, "first": share, "place": {"mean": place}}
    )


def entry(name: str, mean: float, first: int, last: int) -> dict[str, Any]:
    place = str(first) if first == last else f"{first}–{last}"
    return {
        "name": name,
        "shown": name,
        "place": place,
        "first": first,
        "last": last,
        **estimate(mean, 50),
    }


def standing(outcome: str, *entries: dict[str, Any], small: int = 0) -> dict[str, Any]:
    return {
        "by": "city", "group": "Cities", "of": outcome.title(), "outcome": outcome,
        "entries": list(entries), "small": [{}] * small, "summary": "Some differ.",
        "bands_said": ["Places 2 to 3 cannot be told apart."] if small else [],
    }  # fmt: skip


def grading(**changes: Any) -> dict[str, Any]:
    def scheme(name: str) -> dict[str, Any]:
        return {
            "id": name, "title": {"en": "Technical"},
            "plain": estimate(7.0), "raised": estimate(7.5),
            "score": 7.5, "level": "good", "counts": {"good": 150, "poor": 50},
        }  # fmt: skip

    return {
        "levels": [{"id": "good", "title": {"en": "Good"}, "least": 7.0},
                   {"id": "poor", "title": {"en": "Poor"}, "least": 0.0}],
        "vetoes": [{"title": {"en": "Leak"}, "n": 2}], "vetoed": 2,
        "bonuses": [{"title": {"en": "Call"}, "n": 20, "percent": 5.0}], "bonus_cap": 15.0,
        "declares": {"vetoes": 1, "bonuses": 1}, "schemes": [scheme(""), scheme("technical")],
        **changes,
    }  # fmt: skip


FIGURES: dict[str, Any] = {
    "n": 200,
    "minimum": 10,
    "excluded": 7,
    "weighted_total": estimate(71.25),
    "dimensions": [
        dimension("speed", 40.0, 80.0),
        dimension("care", 35.0, 60.0),
        dimension("ease", 15.0, 50.0),
        dimension("gone", 10.0, None),
    ],
    "nps": {**estimate(12.0), "promoters": 0.4, "passives": 0.32, "detractors": 0.28},
    "experience": [
        {"variable": "happy", "type": "csat", "low": 1, "high": 5, "label": {"en": "Happy?"},
         "mean": estimate(4.0), "satisfied": {"n": 200, "mean": 0.6, "low": 0.5, "high": 0.7}},
        {"variable": "effort", "type": "ces", "low": 1, "high": 7, "label": {"en": "Easy?"},
         "mean": estimate(5.5), "satisfied": None},
    ],
    "overall": {**scale("overall", 0.85, None, item("care.a", 3.0)), "title": None},
    "scales": [
        scale("speed", 0.8, None, item("speed.a", 4.0)),
        scale("care", 0.6, 0.75, item("care.a", 4.0), item("care.b", 3.0)),
        scale("ease", None, None, item("ease.a", None), item("unknown", 2.0)),
    ],
    "frequencies": [
        frequency("bought.a", {0: 50, 1: 150}),
        frequency("random.arm", {"x": 200}),
        frequency("care.a", {1: 20, 2: 30, 3: 150}, "Do you agree? – They listened"),
        frequency("care.b", {1: 120, 2: 30, 3: 50}, "Do you agree? – They were kind"),
        frequency("channel", {"phone": 150, "shop": 50}, "How?"),
        frequency("reason", dict.fromkeys("abcdef", 20), "Why?"),
        frequency("nps", dict.fromkeys(range(11), 20), "Would you recommend us?"),
        frequency("happy", {1: 40, 2: 160}, "Happy?"),
        {**frequency("rare", {"x": 3}, "Rare?"), "counts": [], "withheld": 10},
    ],
    "multiples": [
        {"question": "bought", "label": {"en": "What?"}, "base": 200,
         "options": [option("fridge", 0.25), option("oven", None)]},
        {"question": "nobody", "label": {"en": "None?"}, "base": 0, "options": []},
    ],
    "rankings": [
        {"question": "matters", "label": {"en": "What first?"}, "base": 200,
         "options": [option("price", 0.75, 1.25), option("help", 0.25, 1.75)]},
        {"question": "unranked", "label": {"en": "None?"}, "base": 0, "options": []},
    ],
    "grading": grading(),
    "sample": {
        "n": 200, "used": 200, "effective": 160.4, "deff": 1.25, "weights": [0.5, 1.0, 2.0],
        "strata": [{"name": " · vip", "population": 900, "answers": 200, "weight": 4.5}],
    },
    "sensitivity": [
        {"step": "all", "taken": 0, "n": 207,
         "weighted_total": estimate(70.0), "nps": estimate(10.0)},
        {"step": "layer_1", "taken": 7, "n": 200, "weighted_total": estimate(71.25), "nps": None},
    ],
}  # fmt: skip
CHANGES: dict[str, Any] = {
    "total": {
        "difference": 3.0,
        "low": 1.0,
        "high": 5.0,
        "differ": True,
        "before": {"mean": 68.25, "n": 40},
    },
    "nps": {
        "difference": -9.0,
        "low": -14.0,
        "high": -4.0,
        "differ": True,
        "before": {"mean": 21.0, "n": 40},
    },
    "care": {
        "difference": 0.4,
        "low": -1.0,
        "high": 1.8,
        "differ": False,
        "before": {"mean": 59.6, "n": 40},
    },
    "speed": {
        "difference": -1.0,
        "low": -3.0,
        "high": 1.0,
        "differ": False,
        "before": {"mean": 81.0, "n": 40},
    },
    "ease": {
        "difference": 0.0,
        "low": -3.0,
        "high": 3.0,
        "differ": False,
        "before": {"mean": 50.0, "n": 40},
    },
}
RESPONSE: dict[str, Any] = {
    "cases": 1000, "dispositions": [("1.1", "Completed", 207)], "e": 0.9, "rr1": 0.207,
    "rr2": 0.207,
    "rr3": 0.21, "coop1": 0.8, "ref1": 0.05, "con1": 0.3, "whole": False,
}  # fmt: skip
STANDINGS = (
    standing("total", entry("Beijing", 80.0, 1, 1), entry("Wuhan", 60.0, 2, 3), small=2),
    standing("care", entry("Beijing", 70.0, 1, 1), entry("Wuhan", 51.0, 2, 2)),
)
FULL = Facts(
    study="After <sales>",
    period="2026-11",
    previous="2026-10",
    made="2026-12-01 09:00 (Asia/Shanghai)",
    brand=Brand("Lanhai"),
    figures=FIGURES,
    provenance=Provenance("d" * 64, "207 completed", "a" * 64, "c" * 64, "babab",
                          (("surveyapp", "1"),),
                          ((1, "f" * 64),), "e" * 64),
    changes=CHANGES,
    standings=STANDINGS,
    design={"facts": [("Drawn", "1,000")]},
    response=RESPONSE,
    exclusions=[{"layer": 1, "rule": "speeding", "n": 6}, {"layer": 9, "rule": "other", "n": 1}],
    paper=Paper("Q", "en", "Hello", (), "", ""),
)  # fmt: skip


def facts(figures: Mapping[str, Any] | None = None, **changes: Any) -> Facts:
    """The full facts with some changed; figures: those that differ."""
    return replace(FULL, figures={**FIGURES, **(figures or {})}, **changes)
