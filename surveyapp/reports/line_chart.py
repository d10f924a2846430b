"""Geometry of a line over periods with its interval band, and of the projection after it.

Units are SVG user units. Where a period has no figure the line breaks. Lines that are read beside
each other share one scale, which `scale_of` chooses.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
LEFT, TOP, RIGHT, FOOT = 30.0, 10.0, 12.0, 40.0
STEP = 10


@dataclass(frozen=True)
class Dot:
    """One period: its name and base, its figure and place; y is None where it has none. hollow:
    the period is still running.
    """

    name: str
    n: int
    mean: float | None
    x: float
    y: float | None
    hollow: bool = False


@dataclass(frozen=True)
class Ahead:
    """The projected point with the ends of its interval, and where its line comes from. caps: y of
    the ends that the scale reaches.
    """

    x: float
    y: float
    low: float
    high: float
    caps: tuple[float, ...]
    from_x: float
    from_y: float


@dataclass(frozen=True)
class LineChart:
    """dots from left to right; lines and bands: runs of points ("x,y x,y"); ticks: (y, label);
    limit: y of the threshold; bottom: the axis.
    """

    width: float
    height: float
    bottom: float
    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    limit: float | None
    ahead: Ahead | None


def scale_of(lines: Iterable[Json], bounds: tuple[int, int]) -> tuple[int, int]:
    """Ends of a common scale in full tens: what is drawn of the lines, within the bounds."""
    values = [float(v) for line in lines for v in _drawn(line)]
    if not values:
        return bounds
    low = max(STEP * math.floor(min(values) / STEP), bounds[0])
    high = min(STEP * math.ceil(max(values) / STEP), bounds[1])
    return (low, high) if low < high else (max(low - STEP, bounds[0]), min(high + STEP, bounds[1]))


def _drawn(line: Json) -> list[float]:
    ends = [p[key] for p in line["points"] for key in ("low", "mean", "high")]
    ahead = (line.get("ahead") or {}).get("value")
    return [value for value in (*ends, ahead, line.get("threshold")) if value is not None]


def line_chart(
    line: Json, scale: tuple[int, int], *, running: bool, width: float = 340, height: float = 200
) -> LineChart:
    """line: points, `threshold` and `ahead` (a projection or None). running: whether the newest
    period is; a projection then begins at the one before.
    """
    low, high = scale
    bottom, points = height - FOOT, line["points"]
    step = (width - LEFT - RIGHT) / (len(points) + 1)

    def at(value: float) -> float:
        inside = min(max(value, low), high)
        return round(bottom - (inside - low) / (high - low) * (bottom - TOP), 1)

    xs = [round(LEFT + step * (place + 0.5), 1) for place in range(len(points))]
    dots = tuple(
        Dot(
            p["name"], p["n"], p["mean"], x, None if p["mean"] is None else at(p["mean"]),
            running and place == len(points) - 1,
        )
        for place, (p, x) in enumerate(zip(points, xs, strict=True))
    )  # fmt: skip
    runs = _runs(points)
    every = STEP if high - low <= 60 else 2 * STEP
    limit = line.get("threshold")
    return LineChart(
        width,
        height,
        bottom,
        dots,
        tuple(_joined((dots[i].x, at(points[i]["mean"])) for i in run) for run in runs),
        tuple(_band(run, points, xs, at) for run in runs),
        tuple((at(value), str(value).replace("-", "−")) for value in range(low, high + 1, every)),
        None if limit is None else at(limit),
        _ahead(line.get("ahead"), dots, round(width - RIGHT - step / 2, 1), at, scale),
    )


def sparkline(points: Sequence[Json], scale: tuple[int, int]) -> LineChart:
    """A line without words, small enough for a table's cell."""
    low, high = scale
    width, height = 120.0, 32.0
    step = (width - 8) / max(len(points) - 1, 1)

    def at(value: float) -> float:
        return round(height - 4 - (value - low) / (high - low) * (height - 8), 1)

    dots = tuple(
        Dot(p["name"], p["n"], p["mean"], round(4 + place * step, 1),
            None if p["mean"] is None else at(p["mean"]))
        for place, p in enumerate(points)
    )  # fmt: skip
    xs = [dot.x for dot in dots]
    runs = _runs(points)
    lines = tuple(_joined((dots[i].x, at(points[i]["mean"])) for i in run) for run in runs)
    bands = tuple(_band(run, points, xs, at) for run in runs)
    return LineChart(width, height, height, dots, lines, bands, (), None, None)


def _runs(points: Sequence[Json]) -> list[list[int]]:
    """Places of neighbours that have a figure."""
    runs: list[list[int]] = [[]]
    for place, point in enumerate(points):
        if point["mean"] is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def _band(run: list[int], points: Sequence[Json], xs: list[float], at: Any) -> str:
    """Around a run the area of its intervals; a single period has a narrow one."""
    sides = [(xs[i] - 3, i) for i in run[:1]] + [(xs[i], i) for i in run[1:-1]]
    sides += [(xs[i] + 3, i) for i in run[-1:]]
    above = [(x, at(points[i]["high"])) for x, i in sides]
    below = [(x, at(points[i]["low"])) for x, i in reversed(sides)]
    return _joined([*above, *below])


def _joined(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _ahead(
    found: Json | None, dots: Sequence[Dot], x: float, at: Any, scale: tuple[int, int]
) -> Ahead | None:
    told = [(dot.x, dot.y) for dot in dots if dot.y is not None and not dot.hollow]
    if not found or not told:
        return None
    ends = (found["low"], found["high"])
    caps = tuple(at(end) for end in ends if scale[0] <= end <= scale[1])
    return Ahead(x, at(found["value"]), at(ends[0]), at(ends[1]), caps, *told[-1])
