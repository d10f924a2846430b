"""Whether two shares differ: test and interval of their difference. Plain Python: pages call it.

Test: chi-square of the 2 × 2 table without continuity correction (R: prop.test(correct = FALSE));
Fisher's exact test, two-sided by probability, where an expected count is under 5 (R: fisher.test).
Interval: Newcombe's hybrid score, method 10 (Statistics in Medicine 17, 1998).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

FEW = 5
"""Least expected count for which chi-square is a fair approximation (Cochran)."""
TOLERANCE = 1e-7
"""Relative slack in comparing probabilities of tables (as in R)."""


@dataclass(frozen=True)
class Difference:
    """share one - share two. low, high: its interval. p: two-sided. test: chi_square or fisher."""

    value: float
    low: float
    high: float
    p: float
    test: str
    level: float


def compare(x1: int, n1: int, x2: int, n2: int, level: float = 0.95) -> Difference | None:
    """x1 of n1 against x2 of n2; None when one of them has nobody. ValueError for bad counts."""
    if not (0 <= x1 <= n1 and 0 <= x2 <= n2):
        raise ValueError("counts must lie between 0 and their base")
    if not n1 or not n2:
        return None
    low, high = _newcombe(x1, n1, x2, n2, level)
    p, test = _test(x1, n1, x2, n2)
    return Difference(x1 / n1 - x2 / n2, low, high, p, test, level)


def holm(ps: Sequence[float]) -> list[float]:
    """P values adjusted for being several, in the order given (R: p.adjust)."""
    order = sorted(range(len(ps)), key=lambda place: ps[place])
    adjusted, highest = [0.0] * len(ps), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[place]))
        adjusted[place] = highest
    return adjusted


def wilson(x: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share of at least one."""
    return wilson_ends(x / n, n, level)


def wilson_ends(share: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """The same of a share as it is, whose base may be an effective number of answers."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    z2 = z * z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = 0.0 if share == 0 else max(middle - half, 0.0)
    return low, 1.0 if share == 1 else min(middle + half, 1.0)


def _newcombe(x1: int, n1: int, x2: int, n2: int, level: float) -> tuple[float, float]:
    one, two = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = wilson(x1, n1, level), wilson(x2, n2, level)
    below = math.hypot(one - low1, high2 - two)
    above = math.hypot(high1 - one, two - low2)
    return one - two - below, one - two + above


def _test(x1: int, n1: int, x2: int, n2: int) -> tuple[float, str]:
    n, hits = n1 + n2, x1 + x2
    expected = min(n1, n2) * min(hits, n - hits) / n
    if expected < FEW:
        return _fisher(x1, n1, n2, hits), "fisher"
    pooled = hits / n
    error = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    z = (x1 / n1 - x2 / n2) / error
    return math.erfc(abs(z) / math.sqrt(2)), "chi_square"


def _fisher(x1: int, n1: int, n2: int, hits: int) -> float:
    """Sum of the probabilities of all tables with these margins that are no likelier than ours."""
    places = range(max(0, hits - n2), min(hits, n1) + 1)
    total = _log_choose(n1 + n2, hits)
    chances = {k: math.exp(_log_choose(n1, k) + _log_choose(n2, hits - k) - total) for k in places}
    ours = chances[x1] * (1 + TOLERANCE)
    return min(1.0, math.fsum(p for p in chances.values() if p <= ours))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
