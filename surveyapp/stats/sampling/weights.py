"""Inclusion probabilities and design weights, exact, and what unequal weights cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class StratumWeights:
    """probability: n_h / N_h, the chance of every unit of the stratum to be drawn; weight: its
    inverse, how many units of the frame a drawn one stands for; None where nobody is drawn.
    """

    probability: Fraction
    weight: Fraction | None


def stratum_weights(size: int, drawn: int) -> StratumWeights:
    """Weights of a simple draw of `drawn` out of `size`; summed over the drawn they give `size`."""
    if not 0 <= drawn <= size:
        raise ValueError(f"cannot draw {drawn} of {size} units")
    if drawn == 0:
        return StratumWeights(Fraction(0), None)
    return StratumWeights(Fraction(drawn, size), Fraction(size, drawn))


@dataclass(frozen=True)
class WeightingLoss:
    """Kish's approximate design effect of unequal weights: deff = n Σw² / (Σw)²; n_effective =
    n / deff; cv: coefficient of variation of the weights (deff - 1 = cv² with divisor n).
    """

    n: int
    total: float
    deff: float
    n_effective: float
    cv: float | None


def kish(weights: Iterable[float]) -> WeightingLoss | None:
    """What the weights' inequality costs (Kish 1965, 11.7); None without positive weights.

    cv uses n - 1 as R's sd does; None for a single weight.
    """
    values = [float(w) for w in weights]
    if any(w < 0 or not math.isfinite(w) for w in values):
        raise ValueError("weights must be finite and not negative")
    total = math.fsum(values)
    if total == 0:
        return None
    n, squares = len(values), math.fsum(w * w for w in values)
    return WeightingLoss(
        n, total, n * squares / total**2, total**2 / squares, _variation(values, total / n)
    )


def _variation(values: Sequence[float], mean: float) -> float | None:
    if len(values) < 2:
        return None
    return math.sqrt(math.fsum((w - mean) ** 2 for w in values) / (len(values) - 1)) / mean
