"""The figures of the analysis pages: rankings, scales in depth, equality in groups, the sample."""

from __future__ import annotations

from typing import Any

from surveyapp.datasets.factor_structure import factor_structure
from surveyapp.datasets.sample_quality import sample_quality
from surveyapp.datasets.scale_depth import depths, equality
from surveyapp.datasets.standings import standings
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weighting import weighting
from surveyapp.datasets.weights.telling import told


def in_depth(data: Dataset, minimum: int) -> dict[str, Any]:
    """standings, depth, structure, equality, sample, weighting: see what makes them."""
    weights = weighting(data)
    return {
        "standings": standings(data, weights, minimum),
        "depth": depths(data),
        "structure": factor_structure(data),
        "equality": equality(data, minimum),
        "sample": sample_quality(data, weights),
        "weighting": told(data, weights),
    }
