"""How much one respondent's answers vary."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def intra_individual_variability(X: ArrayLike) -> Floats:
    """IRV: standard deviation (n - 1) over a respondent's answers; NaN below two answers.

    Near 0 for straight-lining, large for random or extreme answering (Dunn et al. 2018).
    """
    x = np.asarray(X, dtype=np.float64)
    answered = np.isfinite(x)
    n = answered.sum(axis=1)
    mean = np.where(answered, x, 0.0).sum(axis=1) / np.maximum(n, 1)
    squares = (np.where(answered, x - mean[:, None], 0.0) ** 2).sum(axis=1)
    spread = np.sqrt(squares / np.maximum(n - 1, 1))
    return np.where(n > 1, spread, np.nan)
