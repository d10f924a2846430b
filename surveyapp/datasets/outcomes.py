"""What groups are compared and ranked by: the total, NPS, the dimensions."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.datasets.scoring import Floats, dimension_scores, nps_values, total_scores
from surveyapp.datasets.table import Dataset
from surveyapp.designer.document import Text

WHOLE = ("total", "nps")
"""Outcomes of a whole answer; the others are of a dimension."""


@dataclass(frozen=True)
class Outcome:
    """One figure per row (NaN: none). id: `total`, `nps` or of a dimension; bounds: its scale."""

    id: str
    label: Text
    values: Floats
    bounds: tuple[float, float]


def outcomes(data: Dataset) -> list[Outcome]:
    """The outcomes of a dataset, the total first; only those that its questionnaire has."""
    scores = dimension_scores(data)
    found = []
    if scores:
        found.append(Outcome("total", {}, total_scores(data, scores), (0, 100)))
    nps = nps_values(data)
    if nps is not None:
        found.append(Outcome("nps", {}, nps, (-100, 100)))
    titles = {name: title for name, title, _ in data.codebook.dimensions}
    return found + [
        Outcome(name, titles[name], values, (0, 100)) for name, values in scores.items()
    ]
