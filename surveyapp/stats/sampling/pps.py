"""Draws in proportion to size, and what they estimate.

Inclusion probabilities are n x_k / Σx; whoever would get 1 or more is certain, and the rest are
computed anew without them, until none is left over 1 (Särndal, Swensson & Wretman 1992, 3.6;
sampling::inclusionprobabilities of R). Sizes are exact, so the probabilities sum to n exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from surveyapp.stats.sampling.draw import random_number
from surveyapp.stats.sampling.systematic import random_start


def inclusion_probabilities(sizes: Sequence[Fraction], n: int) -> list[Fraction]:
    """π_k of a draw of n in proportion to `sizes`; 0 for who has no size.

    ValueError for negative sizes and for n above the units that have a size.
    """
    whole = _whole(sizes)
    certain, total = _certain(whole, n)
    rest = n - len(certain)
    found = [Fraction(rest * size, total) if total else Fraction(0) for size in whole]
    for k in certain:
        found[k] = Fraction(1)
    return found


def draw_pps(
    units: Sequence[str], sizes: Sequence[Fraction], n: int, *, seed: int, stratum: Sequence[str]
) -> list[tuple[str, Fraction]]:
    """Draw n units, each with its inclusion probability, systematically, from a random order.

    The order comes from the seed as in `draw`, so the rows' order changes nothing. As
    `systematic` on the probabilities in that order, but in whole numbers: ten times as fast.
    """
    whole = _whole(sizes)
    certain, total = _certain(whole, n)
    rest, sure = n - len(certain), set(certain)
    order = sorted(
        range(len(units)),
        key=lambda k: (random_number(seed, ("order", *stratum), units[k]), units[k]),
    )
    start = random_start(seed, stratum)
    scale, shift = start.denominator * rest, start.numerator * total
    taken, reached, below = [], 0, 0
    for k in order:
        if k in sure:
            taken.append((units[k], Fraction(1)))
            continue
        reached += whole[k]
        steps = -((shift - scale * reached) // (total * start.denominator)) if total else 0
        if steps > below:
            taken.append((units[k], Fraction(rest * whole[k], total)))
        below = max(steps, below)
    return taken


def _whole(sizes: Sequence[Fraction]) -> list[int]:
    """The sizes as multiples of their common unit (cents, for money)."""
    if any(size < 0 for size in sizes):
        raise ValueError("sizes cannot be negative")
    unit = math.lcm(*{size.denominator for size in sizes})
    return [size.numerator * (unit // size.denominator) for size in sizes]


def _certain(sizes: Sequence[int], n: int) -> tuple[list[int], int]:
    """Which units are certain in a draw of n, and the sum of the others' sizes."""
    order = sorted((k for k, size in enumerate(sizes) if size), key=lambda k: (-sizes[k], k))
    if not 0 <= n <= len(order):
        raise ValueError(f"cannot draw {n} of {len(order)} units with a size")
    total, certain = sum(sizes), 0
    while certain < n and (n - certain) * sizes[order[certain]] >= total:
        total -= sizes[order[certain]]
        certain += 1
    return order[:certain], total


def horvitz_thompson(values: Sequence[float], probabilities: Sequence[float]) -> float:
    """The estimated total Σ y_k / π_k over the drawn units (Horvitz & Thompson 1952)."""
    return math.fsum(y / p for y, p in zip(values, probabilities, strict=True))


def variance_sen_yates_grundy(
    values: Sequence[float], probabilities: Sequence[float], joint: Sequence[Sequence[float]]
) -> float | None:
    """Estimated variance of that total from joint probabilities (Sen 1953, Yates & Grundy 1953).

    -½ ΣΣ (π_kl - π_k π_l) / π_kl (y_k/π_k - y_l/π_l)², for draws of fixed size; joint: of the drawn
    units. None where a drawn pair has π_kl = 0.
    """
    expanded = [y / p for y, p in zip(values, probabilities, strict=True)]
    terms = []
    for k in range(len(expanded)):
        for l in range(k):  # noqa: E741 - π_kl
            if joint[k][l] <= 0:
                return None
            excess = (probabilities[k] * probabilities[l] - joint[k][l]) / joint[k][l]
            terms.append(excess * (expanded[k] - expanded[l]) ** 2)
    return math.fsum(terms)


def variance_with_replacement(
    values: Sequence[float], probabilities: Sequence[float]
) -> float | None:
    """The with-replacement approximation (Hansen & Hurwitz 1943): no joint probabilities needed.

    n / (n - 1) Σ (y_k/π_k - T/n)²; on the safe side where fractions are large. It is what
    survey::svydesign(probs=) of R gives, and `design.estimate`. None for fewer than two units.
    """
    expanded = [y / p for y, p in zip(values, probabilities, strict=True)]
    n = len(expanded)
    if n < 2:
        return None
    mean = math.fsum(expanded) / n
    return n / (n - 1) * math.fsum((z - mean) ** 2 for z in expanded)


def variance_brewer(values: Sequence[float], probabilities: Sequence[float]) -> float | None:
    """Brewer's approximation: one correction (1 - π_k) per unit, no joint probabilities.

    n / (n - 1) Σ (1 - π_k) (y_k/π_k - T/n)² (Brewer & Hanif 1983); n / N for all gives the simple
    draw's variance exactly, certain units add nothing. None for fewer than two uncertain units.
    """
    pairs = [(y / p, 1 - p) for y, p in zip(values, probabilities, strict=True) if p < 1]
    n = len(pairs)
    if n < 2:
        return 0.0 if not n else None
    mean = math.fsum(z for z, _rest in pairs) / n
    return n / (n - 1) * math.fsum(rest * (z - mean) ** 2 for z, rest in pairs)
