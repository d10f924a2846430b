"""Geometry of radar, pie and stacked bars: from figures to points. Pure; units as in `charts`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

PIE_AT_MOST = 5
"""A pie with more slices is not read."""
LEAST_AXES = 3
"""Fewer axes have no shape."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """A spoke of a radar: its outer end, where its label stands and from which side it is read."""

    label: str
    value: float
    end: Point
    text: Point
    anchor: str


@dataclass(frozen=True)
class Radar:
    """Scores 0 to 100 on spokes. rings: their points, from inside. shapes: outlines of the scores,
    the present first; earlier ones may be None where a score is missing.
    """

    width: float
    height: float
    centre: Point
    axes: tuple[Axis, ...]
    rings: tuple[tuple[Point, ...], ...]
    shape: tuple[Point, ...]
    before: tuple[Point, ...]


def radar(
    values: Sequence[tuple[str, float]],
    before: Sequence[float | None] = (),
    *,
    width: float = 640,
    height: float = 300,
) -> Radar | None:
    """The scores on as many spokes, clockwise from the top; None for fewer than three."""
    if len(values) < LEAST_AXES:
        return None
    centre, reach = (width / 2, height / 2), height / 2 - 34
    angles = [2 * math.pi * place / len(values) for place in range(len(values))]

    def at(angle: float, share: float) -> Point:
        x, y = reach * share * math.sin(angle), reach * share * math.cos(angle)
        return round(centre[0] + x, 1), round(centre[1] - y, 1)

    axes = tuple(
        Axis(label, value, at(angle, 1), at(angle, 1.12), _anchor(angle))
        for (label, value), angle in zip(values, angles, strict=True)
    )
    rings = tuple(tuple(at(a, share / 100) for a in angles) for share in (25, 50, 75, 100))
    shape = tuple(at(a, _inside(v)) for (_, v), a in zip(values, angles, strict=True))
    earlier = [v for v in before if v is not None]
    old = len(earlier) == len(values)
    outline = tuple(at(a, _inside(v)) for v, a in zip(earlier, angles, strict=True)) if old else ()
    return Radar(width, height, centre, axes, rings, shape, outline)


def _inside(value: float) -> float:
    return min(max(value, 0), 100) / 100


def _anchor(angle: float) -> str:
    side = math.sin(angle)
    return "middle" if abs(side) < 0.1 else "start" if side > 0 else "end"


@dataclass(frozen=True)
class Slice:
    """A part of a pie. path: its outline (SVG); share: of the whole, 0 to 1."""

    label: str
    n: int
    share: float
    path: str
    middle: Point
    """Where its share is written, when there is room."""


@dataclass(frozen=True)
class Pie:
    """Slices clockwise from the top, in the order given."""

    width: float
    height: float
    base: int
    slices: tuple[Slice, ...]


def pie(
    counts: Sequence[tuple[str, int]], *, width: float = 640, height: float = 240
) -> Pie | None:
    """One question's answers; None where there are more than five categories or no answers."""
    base = sum(n for _, n in counts)
    if not base or len(counts) > PIE_AT_MOST:
        return None
    centre, reach, turned = (150.0, height / 2), height / 2 - 12, 0.0
    slices = []
    for label, n in counts:
        share = n / base
        path = _wedge(centre, reach, turned, share)
        middle = _on_circle(centre, reach * 0.64, turned + share / 2)
        slices.append(Slice(label, n, share, path, middle))
        turned += share
    return Pie(width, height, base, tuple(slices))


def _on_circle(centre: Point, reach: float, turned: float) -> Point:
    angle = 2 * math.pi * turned
    x, y = centre[0] + reach * math.sin(angle), centre[1] - reach * math.cos(angle)
    return round(x, 1), round(y, 1)


def _wedge(centre: Point, reach: float, turned: float, share: float) -> str:
    if share <= 0:
        return ""
    start = _on_circle(centre, reach, turned)
    end = _on_circle(centre, reach, turned + share)
    arc = f"A{reach:g} {reach:g} 0 "
    if share >= 1:
        half = _on_circle(centre, reach, turned + 0.5)
        return f"M{_pair(start)}{arc}1 1 {_pair(half)}{arc}1 1 {_pair(start)}Z"
    large = int(share > 0.5)
    return f"M{_pair(centre)}L{_pair(start)}{arc}{large} 1 {_pair(end)}Z"


def _pair(point: Point) -> str:
    return f"{point[0]:g} {point[1]:g}"


@dataclass(frozen=True)
class Piece:
    """A part of a stacked bar: which category, from `x` over `width`, and its share 0 to 1."""

    category: int
    share: float
    x: float
    width: float


@dataclass(frozen=True)
class Stack:
    """One bar of several pieces with its base."""

    label: str
    n: int
    y: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Stacked:
    """Bars of 100 per cent over the same categories."""

    width: float
    height: float
    left: float
    categories: tuple[str, ...]
    rows: tuple[Stack, ...]


ROW, TOP = 36, 48


def stacked(
    categories: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int]]],
    *,
    width: float = 640,
) -> Stacked:
    """Per row how its answers divide over the categories; a row without answers has no pieces."""
    left, right = width * 0.4, width - 76
    found = []
    for place, (label, counts) in enumerate(rows):
        base, x, pieces = sum(counts), left, []
        for category, n in enumerate(counts):
            share = n / base if base else 0.0
            long = share * (right - left)
            if n:
                pieces.append(Piece(category, share, round(x, 1), round(long, 1)))
            x += long
        found.append(Stack(label, base, TOP + place * ROW + ROW / 2, tuple(pieces)))
    return Stacked(width, TOP + len(rows) * ROW + 6, left, tuple(categories), tuple(found))
