"""Receiver operating characteristic: who is caught against who is hit by mistake, and its drawing.

The drawing is an SVG of a few kilobytes without scripts, legible on light and dark pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Points = list[tuple[float, float]]
SIDE, LEFT, TOP = 260, 62, 14
COLOURS = ("#2a78d6", "#c2571a", "#2b8a3e", "#8a4fc7", "#b3261e", "#5f6b7a")
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 2", "12 4")
"""Colour is never the only difference."""
AXES = ("genuine, flagged by mistake", "careless, caught")


def curve(scores: Floats, careless: NDArray[np.bool_]) -> Points:
    """(share of the genuine, share of the careless) flagged, for every cut of the score.

    A higher score is more suspicious; NaN (not defined for that row) is never flagged before
    everything else is.
    """
    filled = np.where(np.isnan(scores), -np.inf, scores)
    cuts = np.unique(filled)[::-1]
    bad, good = filled[careless], filled[~careless]
    points = [(float((good >= c).mean()), float((bad >= c).mean())) for c in cuts]
    return [(0.0, 0.0), *points]


def area(points: Points) -> float:
    """Area under the curve: the chance that a careless row scores above a genuine one."""
    x, y = zip(*points, strict=True)
    return float(np.trapezoid(y, x))


def drawing(
    title: str,
    curves: Mapping[str, Points],
    marks: Mapping[str, tuple[float, float]],
    axes: tuple[str, str] = AXES,
) -> str:
    """An SVG of the curves, with the legend beside them; marks: points that are crossed; axes: what
    the horizontal and the vertical one show.
    """
    height = TOP + SIDE + 44
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 {height}" role="img"'
        f' font-family="sans-serif" font-size="12"><title>{escape(title)}</title>',
        f'<rect width="560" height="{height}" fill="#fff"/>',
        f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#8a929c"/>',
        f'<path d="{_path([(0, 0), (1, 1)])}" stroke="#c6ccd4" fill="none"/>',
    ]
    parts += [_tick(share) for share in (0, 0.25, 0.5, 0.75, 1)]
    for place, (name, points) in enumerate(curves.items()):
        stroke = f'stroke="{COLOURS[place]}" stroke-dasharray="{DASHES[place]}" stroke-width="2"'
        parts.append(f'<path d="{_path(thinned(points))}" fill="none" {stroke}/>')
        y = TOP + 12 + 22 * place
        parts.append(f'<path d="M340 {y}h28" {stroke}/>')
        parts.append(_text(376, y + 4, f"{name} ({area(points):.2f})"))
    for place, (name, (wrong, right)) in enumerate(marks.items()):
        at = f"M{_x(wrong) - 5:.1f} {_y(right) - 5:.1f}l10 10m0-10l-10 10"
        parts.append(f'<path d="{at}" stroke="#000" stroke-width="2"/>')
        below = TOP + 12 + 22 * (len(curves) + place)
        parts.append(
            f'<path d="M349 {below - 5}l10 10m0-10l-10 10" stroke="#000" stroke-width="2"/>'
        )
        parts.append(_text(376, below + 4, name))
    parts.append(_text(LEFT + SIDE / 2, height - 6, axes[0], "middle"))
    parts.append(
        f'<text x="12" y="{TOP + SIDE / 2}" text-anchor="middle" fill="#1d232b"'
        f' transform="rotate(-90 12 {TOP + SIDE / 2})">{escape(axes[1])}</text></svg>'
    )
    return "\n".join(parts) + "\n"


def thinned(points: Points, most: int = 120) -> Points:
    """Enough of the points to draw them, with both ends."""
    if len(points) <= most:
        return points
    places = np.unique(np.linspace(0, len(points) - 1, most).round().astype(int))
    return [points[place] for place in places.tolist()]


def _x(share: float) -> float:
    return LEFT + SIDE * share


def _y(share: float) -> float:
    return TOP + SIDE * (1 - share)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_x(x):.1f} {_y(y):.1f}" for x, y in points)


def _tick(share: float) -> str:
    said = f"{share:.0%}"
    return _text(_x(share), TOP + SIDE + 16, said, "middle") + _text(
        LEFT - 6, _y(share) + 4, said, "end"
    )


def _text(x: float, y: float, said: str, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="#1d232b">{escape(said)}</text>'
