"""What the scripts have to know beside the file: what is scored, how, under which design."""

from __future__ import annotations

from typing import Any

from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.labels import said
from surveyapp.datasets.exports.raked import BASE
from surveyapp.datasets.numbers import headline
from surveyapp.datasets.variable import Variable
from surveyapp.datasets.weighting import Weighting

Plan = dict[str, Any]
SHOWN = ("n", "mean", "se", "low", "high")


def plan_of(content: Content, file: str, sha256: str) -> Plan:
    """The plan as plain JSON. file, sha256: the CSV file that it is for. expected: the numbers of
    `numbers.headline` over what enters estimates, to compare with.
    """
    book = content.data.codebook
    scored = [d for d in book.dimensions if book.elements_of(d[0])]
    nps = next((v.name for v in book.answers if v.type == "nps"), None)
    return {
        "file": file,
        "sha256": sha256,
        "design": _design(content.weighting),
        "raked": _raked(content),
        "dimensions": [
            {
                "id": name,
                "title": said(label, content.language) or name,
                "weight": float(weight),
                "elements": [_element(v) for v in book.elements_of(name)],
            }
            for name, label, weight in scored
        ],
        "nps": nps,
        "expected": _expected(content),
    }


def _design(weights: Weighting) -> str:
    """simple: no strata; stratified: with finite population correction; replacement: without it."""
    if weights.population is not None:
        return "stratified"
    return "replacement" if any(weights.strata) or weights.clusters else "simple"


def _raked(content: Content) -> Plan | None:
    """The columns by which standard errors know of a raking; None without one."""
    if not content.raked.met:
        return None
    return {"before": BASE, "margins": content.raked.margins}


def _element(v: Variable) -> Plan:
    if v.kind == "scale":
        ends = {"low": v.low, "high": v.high, "reverse": v.reverse}
        return {"column": v.name, "kind": "scale", **ends}
    if v.steps is not None:
        s = v.steps
        rule = {"best": s.best, "step": s.step, "full": s.full, "off": s.off, "better": s.better}
        return {"column": v.name, "kind": "steps", **rule}
    return {"column": v.name, "kind": "options", "points": dict(v.points)}


def _expected(content: Content) -> Plan:
    head = headline(content.entering)
    found = {"total": head["weighted_total"]}
    found |= {f"dimension {one['id']}": one for one in head["dimensions"]}
    if head["nps"] is not None:
        found["nps"] = head["nps"]
    return {name: {key: one[key] for key in SHOWN} for name, one in found.items()}
