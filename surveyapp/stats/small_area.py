"""Means of small areas, drawn towards the common mean by as much as chance moves them.

Fay and Herriot (1979), Journal of the American Statistical Association 74: an area's direct
estimate is y_i = x_i'β + u_i + e_i with u_i ~ (0, A) between areas and e_i ~ (0, D_i) from
sampling, D_i known. The best predictor is γ_i y_i + (1 - γ_i) x_i'β with γ_i = A / (A + D_i): the
fewer answers, the less an area's own mean counts. A by restricted maximum likelihood; mean
squared errors g1 + g2 + 2 g3 after Prasad and Rao (1990) and Datta and Lahiri (2000). Equal to R
sae's `mseFH` on the milk data (tests/stats/test_small_area.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
LEAST = 4
"""Fewer areas than this say next to nothing of the variance between areas."""


@dataclass(frozen=True)
class SmallAreas:
    """estimates: the shrunken means; mse: their mean squared errors; own: γ_i, the share (0 to 1)
    that each area's own mean has in its estimate; between: A, the variance between areas, 0 where
    the areas differ by no more than sampling explains; beta: coefficients, the common mean first.
    """

    estimates: Floats
    mse: Floats
    own: Floats
    between: float
    beta: Floats


def fay_herriot(
    means: ArrayLike, variances: ArrayLike, covariates: ArrayLike | None = None
) -> SmallAreas:
    """Shrunken means of areas with direct estimates `means` and known sampling `variances`.

    covariates: areas × columns, the intercept included; without them the areas share one mean.
    ValueError for fewer than LEAST areas or not more areas than columns, for variances that are not
    positive, and for lengths that differ.
    """
    y, D = np.asarray(means, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    X = np.ones((len(y), 1)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    if not len(y) == len(D) == len(X):
        raise ValueError("means, variances and covariates must be equally long")
    if len(y) < max(LEAST, X.shape[1] + 1):
        raise ValueError("too few areas")
    if not (np.isfinite(D) & (D > 0)).all():
        raise ValueError("sampling variances are positive")
    A = _between(y, D, X)
    total = A + D
    spread = np.linalg.inv((X / total[:, None]).T @ X)
    beta = spread @ (X / total[:, None]).T @ y
    own = A / total
    estimates = own * y + (1 - own) * (X @ beta)
    g1 = own * D
    g2 = (1 - own) ** 2 * np.einsum("ij,jk,ik->i", X, spread, X)
    g3 = (1 - own) ** 2 / total * 2 / float((total**-2).sum())
    return SmallAreas(estimates, g1 + g2 + 2 * g3, own, A, beta)


def _between(y: Floats, D: Floats, X: Floats) -> float:
    """The root of the restricted likelihood's score in A; 0 where it falls from the start."""
    from scipy.optimize import brentq

    def score(A: float) -> float:
        V = 1 / (A + D)
        P = (
            np.diag(V)
            - (X * V[:, None]) @ np.linalg.inv((X * V[:, None]).T @ X) @ (X * V[:, None]).T
        )
        Py = P @ y
        return float(Py @ Py - np.trace(P))

    if score(0.0) <= 0:
        return 0.0
    high = float(y.var() + D.mean())
    while score(high) > 0:
        high *= 2
    return float(brentq(score, 0.0, high, xtol=1e-14, rtol=1e-13))
