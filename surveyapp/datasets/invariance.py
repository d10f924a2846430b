"""Whether the scales measure alike in groups of respondents: a condition of comparing their scores.

Alpha per group with the test that all are equal, and the congruence of each group's loadings with
those of everybody. Neither proves that groups read the items alike; either can show that they do
not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.datasets.table import Dataset
from surveyapp.designer.document import Text
from surveyapp.stats.accumulate import gather
from surveyapp.stats.alpha_equality import SAME, congruence, equal_alphas
from surveyapp.stats.dimensionality import dimensionality
from surveyapp.stats.factors import extract
from surveyapp.stats.reliability import reliability

Json = dict[str, Any]
Floats = NDArray[np.float64]
ROWS = 30
"""Complete rows that a group needs; loadings of fewer move too much."""
MOST = 40
P = 0.05


def invariance(data: Dataset, groups: Sequence[str | None], minimum: int = ROWS) -> list[Json]:
    """Per scale of two items or more: dimension, title, groups (name, n, alpha, low, high,
    congruence), test, `differ` (alphas), `apart` (groups of other loadings), `gap` (the item whose
    loading differs most, its group and both loadings). Scales without two large groups are not in.
    """
    found = []
    for name, title, _ in data.codebook.dimensions:
        items = list(data.codebook.items_of(name))
        if len(items) > 1:
            ids = [v.name for v in items]
            found.append(scale_of(name, title, ids, data.matrix(items), groups, minimum))
    return [scale for scale in found if len(scale["groups"]) > 1]


def scale_of(
    dimension: str,
    title: Text,
    items: list[str],
    matrix: Floats,
    groups: Sequence[str | None],
    minimum: int = ROWS,
) -> Json:
    """One scale of keyed items in groups of its rows."""
    complete = np.isfinite(matrix).all(axis=1)
    whole = _loadings(matrix[complete], items)
    rows = _apart(matrix[complete], [groups[row] for row in np.flatnonzero(complete).tolist()])
    large = {g: x for g, x in rows.items() if len(x) >= max(minimum, ROWS, len(items) + 1)}
    largest = sorted(large, key=lambda g: -len(large[g]))[:MOST]
    described = [_group(g, large[g], items, whole) for g in large if g in largest]
    fit = [one for one in described if one["alpha"] is not None]
    test = _equality(fit)
    return {
        "dimension": dimension,
        "title": title,
        "k": len(items),
        "groups": [{k: v for k, v in one.items() if k != "loadings"} for one in fit],
        "test": test,
        "differ": bool(test and test["p"] < P),
        "apart": [
            one["name"] for one in fit if one["congruence"] is not None and one["congruence"] < SAME
        ],
        "gap": _gap(fit, whole, items),
    }


def _apart(x: Floats, groups: Sequence[str | None]) -> dict[str, Floats]:
    """The rows of each group, groups by name; rows without group in none."""
    codes: dict[str, int] = {}
    at = np.array([codes.setdefault(g, len(codes)) if g else -1 for g in groups], dtype=np.intp)
    order = np.argsort(at, kind="stable")
    ends = np.searchsorted(at[order], np.arange(len(codes) + 1))
    return {name: x[order[ends[code] : ends[code + 1]]] for name, code in sorted(codes.items())}


def _group(name: str, x: Floats, items: list[str], whole: Floats | None) -> Json:
    alpha = reliability(gather(x), items)
    own = _loadings(x, items) if whole is not None else None
    interval = alpha.interval
    return {
        "name": name,
        "n": len(x),
        "k": alpha.k,
        "alpha": alpha.alpha,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "congruence": None if own is None or whole is None else congruence(own, whole),
        "loadings": own,
    }


def _loadings(x: Floats, items: list[str]) -> Floats | None:
    """Loadings on one factor; None for fewer than three items or a singular correlation."""
    usable = len(items) > 2 and dimensionality(gather(x), items)
    if not usable or usable.kmo is None or usable.k < len(items):
        return None
    correlations = np.asarray(np.corrcoef(x.T), dtype=np.float64)
    return extract(correlations, 1).loadings[:, 0]


def _equality(groups: list[Json]) -> Json | None:
    usable = [g for g in groups if g["alpha"] < 1]
    if len(usable) < 2:
        return None
    found = equal_alphas(*([g[key] for g in usable] for key in ("alpha", "k", "n")))
    return {"chi_square": found.chi_square, "df": found.df, "p": found.p}


def _gap(groups: list[Json], whole: Floats | None, items: list[str]) -> Json | None:
    gaps = [
        (abs(own - all_), item, group["name"], own, all_)
        for group in groups
        if group["loadings"] is not None and whole is not None
        for item, own, all_ in zip(items, group["loadings"], whole, strict=True)
    ]
    if not gaps:
        return None
    _size, item, name, own, all_ = max(gaps, key=lambda gap: gap[0])
    return {"item": item, "group": name, "loading": float(own), "all": float(all_)}
