"""Agreement of two readers beyond chance: Cohen's kappa."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
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
    names = {name: place for place, name in enumerate(dict.fromkeys((*one, *other)))}
    table = np.zeros((len(names), len(names)))
    for a, b in zip(one, other, strict=True):
        table[names[a], names[b]] += 1 / n
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    agreed, chance = float(table.trace()), float(rows @ columns)
    if len(names) == 1:
        return Agreement(n, agreed, None, None, None)
    kappa = (agreed - chance) / (1 - chance)
    own = table.diagonal() * (1 - (rows + columns) * (1 - kappa)) ** 2
    off = table * (columns[:, None] + rows[None, :]) ** 2
    across = (1 - kappa) ** 2 * (off.sum() - off.trace())
    rest = (kappa - chance * (1 - kappa)) ** 2
    se = math.sqrt(max(float(own.sum() + across - rest), 0.0) / n) / (1 - chance)
    reach = float(special.ndtri((1 + level) / 2)) * se
    return Agreement(n, agreed, kappa, max(kappa - reach, -1.0), min(kappa + reach, 1.0))
