"""A draw divided at random into replicates: some released at once, the rest kept in reserve.

Who is drawn stands in a fixed random order, the certain ones first. Releasing m of a stratum means
its first m, so what is released is itself a random sample, and a larger release contains the
smaller one. Of those who are not certain, each released one had the chance π_k (m - c) / (n - c),
with c certain ones among the n drawn: exact, since m counts places, never people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from surveyapp.stats.sampling.draw import random_number

Drawn = tuple[str, Fraction]
"""A unit and its inclusion probability."""


def release_order(drawn: Iterable[Drawn], *, seed: int, stratum: Sequence[str]) -> list[Drawn]:
    """The drawn units in the order in which they are released, the same for the same seed."""
    return sorted(
        drawn,
        key=lambda one: (one[1] < 1, random_number(seed, ("replicates", *stratum), one[0]), one[0]),
    )


def certain(order: Sequence[Drawn]) -> int:
    """How many of a release order are drawn for certain; they are always released."""
    return sum(p == 1 for _unit, p in order)


def released_size(n: int, sure: int, replicates: int, released: int) -> int:
    """How many of n drawn the first `released` of `replicates` hold, `sure` certain ones included.

    The parts differ by one at most; all together they are n.
    """
    if not 1 <= released <= replicates:
        raise ValueError("release at least one replicate and at most all")
    return sure + -(-(n - sure) * released // replicates)


def released(order: Sequence[Drawn], m: int) -> list[Drawn]:
    """The first m with the probabilities that this release gives them.

    Over the released, design weights estimate the stratum's size as those of the whole draw do.
    ValueError when m leaves out certain ones or exceeds the draw.
    """
    n, sure = len(order), certain(order)
    if not sure <= m <= n:
        raise ValueError(f"cannot release {m} of {n} with {sure} certain")
    share = Fraction(m - sure, n - sure) if n > sure else Fraction(1)
    return [(unit, p if p == 1 else p * share) for unit, p in order[:m]]
