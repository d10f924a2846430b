"""What the page of a scale shows beyond alpha: loadings, omega, eigenvalues, equality in groups."""

from __future__ import annotations

from typing import Any

from surveyapp.datasets.invariance import invariance
from surveyapp.datasets.scale_further import further_of
from surveyapp.datasets.standings import groups_of
from surveyapp.datasets.table import Dataset
from surveyapp.stats.depth import Depth, depth

Json = dict[str, Any]
GROUPED = ("version", "language", "mode", "stratum", "tier", "city")
"""Columns by which the reliability of every scale is looked at."""


def depths(data: Dataset) -> dict[str, Json]:
    """Dimension → n (complete rows), loadings per item, omega, composite, extracted, lambda6,
    eigenvalues beside random ones, the number of factors, findings, and further: see `further_of`.
    """
    found = {}
    for name, _title, _weight in data.codebook.dimensions:
        items = list(data.codebook.items_of(name))
        if items:
            ids = [v.name for v in items]
            keyed = data.matrix(items)
            found[name] = {**_as_json(depth(keyed, ids), ids), "further": further_of(keyed, ids)}
    return found


def equality(data: Dataset, minimum: int) -> list[Json]:
    """Per column that has two large groups: `by` and the scales, see `invariance`."""
    found = [(by, invariance(data, groups_of(data, by), minimum)) for by in GROUPED]
    return [{"by": by, "scales": scales} for by, scales in found if scales]


def _as_json(found: Depth, items: list[str]) -> Json:
    loadings = found.loadings
    chance = found.parallel
    return {
        "n": found.n,
        "loadings": None
        if loadings is None
        else {item: float(value) for item, value in zip(items, loadings, strict=True)},
        "heywood": found.heywood,
        "omega": found.omega,
        "composite": found.composite,
        "extracted": found.extracted,
        "lambda6": found.lambda6,
        "eigenvalues": chance.eigenvalues.tolist() if chance else [],
        "random": chance.random.tolist() if chance else [],
        "components": chance.components if chance else None,
        "factors": chance.factors if chance else None,
        "findings": [finding.as_json() for finding in found.findings],
    }
