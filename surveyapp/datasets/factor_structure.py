"""All scored items together, as figures: the factors, and whether items load where they belong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from surveyapp.datasets.table import Dataset
from surveyapp.jobs.refusals import as_stored
from surveyapp.stats.structure import Structure, homes, strays, structure

Json = dict[str, Any]


def factor_structure(data: Dataset) -> Json:
    """Figures: n (complete rows), k (items), eigenvalues beside random ones, solution, remarks.

    solution: wanted (by parallel analysis) and number of factors, components; loadings per item,
    factors in order of the dimensions whose items load most on them; communalities per item;
    correlations of the factors; explained share of each; heywood (items); homes (dimension →
    factor); strays (items that load most on another). None without it.
    """
    groups = {
        item.name: name
        for name, _title, _weight in data.codebook.dimensions
        for item in data.codebook.items_of(name)
    }
    found = structure(data.matrix([data.codebook[name] for name in groups]), list(groups))
    chance = found.parallel
    return {
        "n": found.n,
        "k": len(found.items),
        "eigenvalues": chance.eigenvalues.tolist() if chance else [],
        "random": chance.random.tolist() if chance else [],
        "solution": _solution(found, groups),
        "remarks": [as_stored(finding) for finding in found.findings],
    }


def _solution(found: Structure, groups: dict[str, str]) -> Json | None:
    factors, chance = found.factors, found.parallel
    if factors is None or chance is None:
        return None
    of = [groups[item] for item in found.items]
    order = _order(homes(factors.loadings, of), factors.loadings.shape[1])
    loadings = factors.loadings[:, order]
    belong = homes(loadings, of)
    return {
        "wanted": chance.factors,
        "components": chance.components,
        "number": loadings.shape[1],
        "loadings": dict(zip(found.items, loadings.tolist(), strict=True)),
        "communalities": dict(zip(found.items, (1 - factors.uniqueness).tolist(), strict=True)),
        "correlations": factors.phi[np.ix_(order, order)].tolist(),
        "explained": (factors.explained / len(loadings))[order].tolist(),
        "heywood": list(found.heywood),
        "homes": belong,
        "strays": [found.items[at] for at in strays(loadings, of, belong)],
    }


def _order(belong: Mapping[str, int], number: int) -> list[int]:
    """The factors as a reader meets them: by the first dimension of each, then those of none."""
    return list(dict.fromkeys((*belong.values(), *range(number))))
