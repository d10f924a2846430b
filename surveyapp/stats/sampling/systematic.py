"""Systematic draws from a list: every a-th unit, with equal or with unequal probabilities.

The list is laid end to end, each unit as long as its inclusion probability, and every whole step
from a random start takes the unit that it falls into (Madow 1949, Annals of Mathematical
Statistics 20). With equal probabilities n / N that is the fractional interval a = N / n of Särndal,
Swensson & Wretman (1992, 3.4.1): always exactly n, whatever N. All arithmetic is in fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from surveyapp.stats.sampling.draw import random_number

BITS = 64


def random_start(seed: int, stratum: Sequence[str]) -> Fraction:
    """A number in [0, 1) from the seed, with 64 bits; not that of any unit."""
    digest = random_number(seed, ("systematic", *stratum), "start")
    return Fraction(int.from_bytes(digest[: BITS // 8], "big"), 2**BITS)


def systematic(probabilities: Sequence[Fraction], start: Fraction) -> list[int]:
    """Positions of the units that start, start + 1, … fall into, in the list's order.

    probabilities: between 0 and 1, with a whole sum n; exactly n different positions come back.
    """
    if any(not 0 <= p <= 1 for p in probabilities):
        raise ValueError("inclusion probabilities lie between 0 and 1")
    if sum(probabilities).denominator != 1:
        raise ValueError("inclusion probabilities must have a whole sum")
    taken, below = [], 0
    for place, reached in enumerate(accumulate(probabilities)):
        steps = _steps(reached - start)
        if steps > below:
            taken.append(place)
        below = steps
    return taken


def equal_probabilities(size: int, n: int) -> list[Fraction]:
    """The same n / size for every unit."""
    if not 0 <= n <= size:
        raise ValueError(f"cannot draw {n} of {size} units")
    return [Fraction(n, size)] * size


def joint_probabilities(probabilities: Sequence[Fraction]) -> list[list[Fraction]]:
    """π_kl of a systematic draw from the list in this order; π_k on the diagonal.

    The same units are drawn for every start between two neighbouring ends (modulo 1), so each π_kl
    is the length of the starts that take both. Equals sampling::UPsystematicpi2 of R. Many pairs
    can never be drawn together (π_kl = 0): then no unbiased estimate of the variance exists.
    """
    ends = sorted({Fraction(0), *(reached % 1 for reached in accumulate(probabilities))})
    size = len(probabilities)
    joint = [[Fraction(0)] * size for _row in range(size)]
    for start, after in zip(ends, [*ends[1:], Fraction(1)], strict=True):
        taken = systematic(probabilities, start)
        for k in taken:
            for l in taken:  # noqa: E741 - π_kl
                joint[k][l] += after - start
    return joint


def _steps(reach: Fraction) -> int:
    """How many of 0, 1, 2 … lie below `reach`."""
    return max(0, -((-reach.numerator) // reach.denominator))
