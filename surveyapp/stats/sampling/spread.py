"""Mean and standard deviation of one stratum's measure, the same whatever the rows' order."""

from __future__ import annotations

import math
from collections.abc import Iterable


def standard_deviation(values: Iterable[float]) -> float | None:
    """Standard deviation with n - 1; None for fewer than two values.

    Sums are correctly rounded (fsum), so neither the order of the rows nor the platform changes
    a bit of the result, and with it of a Neyman allocation. A constant gives exactly 0.
    """
    numbers = [float(v) for v in values]
    if len(numbers) < 2:
        return None
    if min(numbers) == max(numbers):
        return 0.0
    mean = math.fsum(numbers) / len(numbers)
    return math.sqrt(math.fsum((v - mean) ** 2 for v in numbers) / (len(numbers) - 1))
