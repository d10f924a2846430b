"""Every headline and dimension over the last six periods, the cities too, and where they head.

A recurring study has its own periods, another study calendar months. Each point is a mean under the
sampling design. The projection is a straight line, read at the period after the newest: once
through the periods before the newest, which may be running still, and once through all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from surveyapp.datasets.comparing import mean_of
from surveyapp.datasets.outcomes import WHOLE, Outcome, outcomes
from surveyapp.datasets.spans import following, newest
from surveyapp.datasets.standings import groups_of, large_enough
from surveyapp.datasets.suppression import shown
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weighting import weighting
from surveyapp.designer.document import Document
from surveyapp.designer.measurement import levels_or_usual
from surveyapp.stats.projection import Projection, project
from surveyapp.stats.sampling.design import Design
from surveyapp.stats.sampling.domains import domain_means

Json = dict[str, Any]
Cell = tuple[str, str]
MOST = 6
CITIES = 60
"""More cities than this are not read in one table; those with the most answers are shown."""
THRESHOLD = 80.0
"""Index points below which a projection is a warning."""


@dataclass(frozen=True)
class Frame:
    """What every line shares: per used row its period and city, the design; the periods shown."""

    use: Any
    at: list[str | None]
    city: list[str | None]
    design: Design
    periods: list[str]
    minimum: int
    threshold: float


def trend(data: Dataset, minimum: int) -> Json | None:
    """periods: their labels; next: of the one that is projected; lines: per outcome `outcome`,
    `label`, `threshold` (None: none), `points` (per period name, n, mean, low, high; mean None
    where withheld or nobody answered), `closed` and `every` (projections: value, low, high, slope,
    periods); cities: likewise per headline, with `rows` (name, points, closed, every), and `left`:
    how many cities are not in them. None before the first answer.
    """
    every = labels_of(data)
    periods = newest({label for label in every if label}, MOST)
    if not periods:
        return None
    weights = weighting(data)
    at, city = (_used(one, weights.use) for one in (every, groups_of(data, "city")))
    limit = threshold_of(data.newest)
    frame = Frame(weights.use, at, city, weights.design, periods, minimum, limit)
    known = outcomes(data)
    cities = [_cities(one, frame) for one in known if one.id in WHOLE]
    return {
        "periods": periods,
        "next": following(periods[-1]),
        "lines": [_line(one, frame) for one in known],
        "cities": [one for one in cities if len(one["rows"]) > 1],
    }


def labels_of(data: Dataset) -> list[str | None]:
    """The period of each response; of a study that asks once, the calendar month of its day."""
    if "period" in data.table.column_names:
        return groups_of(data, "period")
    return [day[:7] if day else None for day in groups_of(data, "completed_on")]


def threshold_of(document: Document) -> float:
    """The lower end of the questionnaire's second best level on the index, THRESHOLD without."""
    if not document.levels:
        return THRESHOLD
    levels = levels_or_usual(document.levels)
    return 10 * levels[min(1, len(levels) - 1)].least


def _used(values: list[str | None], use: Any) -> list[str | None]:
    return [value for value, used in zip(values, use, strict=True) if used]


def _head(outcome: Outcome, frame: Frame) -> Json:
    limit = None if outcome.id == "nps" else frame.threshold
    return {"outcome": outcome.id, "label": outcome.label, "threshold": limit}


def _line(outcome: Outcome, frame: Frame) -> Json:
    values = outcome.values[frame.use]
    answered = [a for a, y in zip(frame.at, np.isfinite(values), strict=True) if y]
    sizes = Counter(a for a in answered if a is not None)
    kept = set(shown(sizes, max(frame.minimum, 2), answered.count(None)))
    found = _means(values, [a if a in frame.periods else None for a in frame.at], outcome, frame)
    points = [_point(name, sizes[name], found.get(name) if name in kept else None)
              for name in frame.periods]  # fmt: skip
    return {**_head(outcome, frame), "points": points, **_projections(points, outcome.bounds)}


def _cities(outcome: Outcome, frame: Frame) -> Json:
    values = outcome.values[frame.use]
    whole = list(zip(frame.city, frame.at, np.isfinite(values), strict=True))
    sizes = Counter((c, a) for c, a, there in whole if there and c and a)
    totals = Counter(c for c, a, there in whole if there and c and a)
    names = sorted(sorted(totals), key=lambda name: -totals[name])[:CITIES]
    kept = _kept(sizes, max(frame.minimum, 2))
    picked = set(names)
    cells = [(c, a) if c in picked and a in frame.periods else None for c, a, _ in whole]
    found = _means(values, cells, outcome, frame)
    rows = []
    for name in sorted(names):
        points = [
            _point(a, sizes[name, a], found.get((name, a)) if (name, a) in kept else None)
            for a in frame.periods
        ]
        if any(point["mean"] is not None for point in points):
            rows.append({"name": name, "points": points, **_projections(points, outcome.bounds)})
    return {**_head(outcome, frame), "rows": rows, "left": len(totals) - len(rows)}


def _kept(sizes: Mapping[Cell, int], minimum: int) -> set[Cell]:
    """Cells that may be shown beside the total of their city and beside that of their period."""
    by_city: dict[str, dict[str, int]] = {}
    by_period: dict[str, dict[str, int]] = {}
    for (city, period), n in sizes.items():
        by_city.setdefault(city, {})[period] = n
        by_period.setdefault(period, {})[city] = n
    one = {(c, p) for c, parts in by_city.items() for p in shown(parts, minimum)}
    return one & {(c, p) for p, parts in by_period.items() for c in shown(parts, minimum)}


def _means(values: Any, domains: Sequence[Any], outcome: Outcome, frame: Frame) -> dict[Any, Json]:
    """Domain → its mean with interval, where its answers vary."""
    means = domain_means(values, domains, frame.design)
    return {
        means.names[i]: mean_of(means, i, outcome.bounds)
        for i in large_enough(means, frame.minimum)
    }


def _point(name: str, n: int, found: Json | None) -> Json:
    ends = {key: None if found is None else round(found[key], 4) for key in ("mean", "low", "high")}
    return {"name": name, "n": n, **ends}


def _projections(points: list[Json], bounds: tuple[float, float]) -> Json:
    """Of the period after the newest: without the newest, and with it."""
    told = [(place, p["mean"]) for place, p in enumerate(points) if p["mean"] is not None]
    closed = [(place, mean) for place, mean in told if place < len(points) - 1]
    return {
        name: _as_json(
            project([at for at, _ in some], [y for _, y in some], len(points), bounds=bounds)
        )
        for name, some in (("closed", closed), ("every", told))
    }


def _as_json(found: Projection | None) -> Json | None:
    return None if found is None else {k: round(v, 4) for k, v in asdict(found).items()}
