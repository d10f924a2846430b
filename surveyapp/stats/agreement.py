"""Agreement of two readers beyond chance: Cohen's kappa."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scipy import special


@dataclass(frozen=True)
class Agreement:
    """Two readers of the same n cases. agreed: share of equal verdicts, 0 to 1. kappa: None where
    chance alone explains all agreement, that is both gave one and the same verdict throughout.
    low, high: interval, None without kappa.
    """

    n: int
    agreed: float | None
    kappa: float | None
    low: float | None
    high: float | None


def cohens_kappa(
    one: Sequence[Hashable], other: Sequence[Hashable], *, level: float = 0.95
) -> Agreement:
    """Cohen's kappa (1960) with the large-sample interval of Fleiss, Cohen and Everitt (1969).

    Equal to statsmodels' `cohens_kappa`. ValueError where lengths differ.
    """
    if len(one) != len(other):
        raise ValueError("both readers judge the same cases")
    n = len(one)
    if n == 0:
        return Agreement(0, None, None, None, None)
    pairs = Counter(zip(one, other, strict=True))
    rows, columns = Counter(one), Counter(other)
    agreed = Fraction(sum(count for (a, b), count in pairs.items() if a == b), n)
    chance = Fraction(sum(rows[a] * columns[a] for a in rows), n * n)
    if chance == 1:
        return Agreement(n, float(agreed), None, None, None)
    kappa = (agreed - chance) / (1 - chance)
    variance = _spread(pairs, rows, columns, kappa, n) - (kappa - chance * (1 - kappa)) ** 2
    se = math.sqrt(float(variance) / n) / float(1 - chance)
    reach = float(special.ndtri((1 + level) / 2)) * se
    found = float(kappa)
    return Agreement(n, float(agreed), found, max(found - reach, -1.0), min(found + reach, 1.0))


def _spread(
    pairs: Mapping[tuple[Hashable, Hashable], int],
    rows: Counter[Hashable],
    columns: Counter[Hashable],
    kappa: Fraction,
    n: int,
) -> Fraction:
    """The terms of equal and of different verdicts, exactly: where all agree they cancel to 0."""
    found = Fraction(0)
    for (a, b), count in pairs.items():
        if a == b:
            found += Fraction(count, n) * (1 - Fraction(rows[a] + columns[a], n) * (1 - kappa)) ** 2
        else:
            found += Fraction(count, n) * ((1 - kappa) * Fraction(columns[a] + rows[b], n)) ** 2
    return found
