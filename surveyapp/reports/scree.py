"""Geometry of a scree plot: eigenvalues and those of chance, as two lines over the factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, TOP, FOOT = 34.0, 10.0, 26.0


@dataclass(frozen=True)
class Dot:
    """One eigenvalue: its number (from 1), value and place."""

    number: int
    value: float
    x: float
    y: float


@dataclass(frozen=True)
class ScreePlot:
    """`own` and `chance` from left to right; `ticks` are (y, label); `bottom` is the axis."""

    width: float
    height: float
    bottom: float
    own: tuple[Dot, ...]
    chance: tuple[Dot, ...]
    ticks: tuple[tuple[float, str], ...]


def scree_plot(
    own: Sequence[float], chance: Sequence[float], *, width: float = 520, height: float = 210
) -> ScreePlot:
    """The plot of eigenvalues beside the random ones, from 0 to just above the largest."""
    top = max(1.0, *own, *chance) if own else 1.0
    most = int(top) + 1
    bottom = height - FOOT
    step = (width - LEFT - 16) / max(len(own) - 1, 1)

    def dots(values: Sequence[float]) -> tuple[Dot, ...]:
        return tuple(
            Dot(place + 1, value, round(LEFT + place * step, 1), round(at(value), 1))
            for place, value in enumerate(values)
        )

    def at(value: float) -> float:
        return bottom - max(value, 0.0) / most * (bottom - TOP)

    every = 1 if most <= 6 else 2 if most <= 12 else 5
    ticks = tuple((round(at(value), 1), f"{value}") for value in range(0, most + 1, every))
    return ScreePlot(width, height, bottom, dots(own), dots(chance), ticks)
