"""A straight line through a few periods, and where the next one would lie.

Ordinary least squares of the periods' figures on their number, each period counting alike; the
interval is that of a new period (R: predict(lm(y ~ x), interval = "prediction")). It takes the line
to go on and the periods to scatter about it by chance, alike and independently.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 4
"""Fewer periods than this leave the line no chance to be wrong."""


@dataclass(frozen=True)
class Projection:
    """value: of the line at the period asked for; low, high: of a new figure there; slope: per
    period; periods: that it rests on.
    """

    value: float
    low: float
    high: float
    slope: float
    periods: int


def project(
    at: Sequence[float],
    values: Sequence[float],
    to: float,
    *,
    level: float = 0.95,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Projection | None:
    """The line through `values` at the periods `at`, read at the period `to`; value and ends cut
    at the bounds of the scale. None with fewer than LEAST periods or all of them at one place.

    ValueError where the lengths differ.
    """
    from scipy.special import stdtrit

    n = len(values)
    if len(at) != n:
        raise ValueError("at and values must be equally long")
    middle = math.fsum(at) / n if n else 0.0
    spread = math.fsum((x - middle) ** 2 for x in at)
    if n < LEAST or not spread:
        return None
    mean = math.fsum(values) / n
    slope = math.fsum((x - middle) * y for x, y in zip(at, values, strict=True)) / spread
    rest = math.fsum(
        (y - mean - slope * (x - middle)) ** 2 for x, y in zip(at, values, strict=True)
    )
    error = math.sqrt(rest / (n - 2) * (1 + 1 / n + (to - middle) ** 2 / spread))
    value, reach = mean + slope * (to - middle), float(stdtrit(n - 2, (1 + level) / 2)) * error
    low, here, high = (_inside(y, bounds) for y in (value - reach, value, value + reach))
    return Projection(here, low, high, slope, n)


def _inside(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
