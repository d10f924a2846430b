"""Two stages: stores in proportion to their customers, then the same number in each.

A store's chance is a M_i / M, a customer's in it m / M_i, so everybody's is a m / M: the design
weighs itself (Kish 1965, 7.2; Cochran 1977, 9A). Stores that are certain, or smaller than the
take, break that; `selfweighting` says by how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from surveyapp.stats.sampling.draw import draw
from surveyapp.stats.sampling.pps import draw_pps


def draw_two_stages(
    clusters: Mapping[str, Sequence[str]],
    n: int,
    take: int,
    *,
    seed: int,
    stratum: Sequence[str] = (),
) -> list[tuple[str, Fraction]]:
    """Units of n clusters with their inclusion probabilities, `take` (or all) of each cluster.

    clusters: name → unit ids. A certain cluster gives what its size is due at the common rate, so
    that its units weigh as much as the others'.
    """
    names = sorted(clusters)
    sizes = [Fraction(len(clusters[name])) for name in names]
    drawn = draw_pps(names, sizes, n, seed=seed, stratum=("clusters", *stratum))
    rate = common_rate({name: len(clusters[name]) for name in names}, dict(drawn), take)
    found = []
    for name, chance in sorted(drawn):
        size = len(clusters[name])
        due = take if chance < 1 or rate is None else max(1, round(size * rate))
        m = min(size, due)
        inside = draw(clusters[name], m, seed=seed, stratum=("cluster", *stratum, name))
        found += [(unit, chance * Fraction(m, size)) for unit in inside]
    return found


def common_rate(
    sizes: Mapping[str, int], drawn: Mapping[str, Fraction], take: int
) -> Fraction | None:
    """The chance of a unit in clusters that are not certain; None when all drawn ones are."""
    for name, chance in drawn.items():
        if chance < 1:
            return min(Fraction(1), chance * Fraction(take, sizes[name]))
    return None


def selfweighting(probabilities: Iterable[Fraction]) -> Fraction | None:
    """Largest weight over smallest: 1 where everybody weighs the same; None for nobody."""
    found = list(probabilities)
    return max(found) / min(found) if found else None
