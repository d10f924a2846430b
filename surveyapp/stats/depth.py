"""A scale in depth, from complete rows of keyed items: factors, omega, convergent validity.

The numbers come from `coefficients`, `factors` and `parallel`; this joins them for one scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveyapp.findings import Finding
from surveyapp.stats.accumulate import gather
from surveyapp.stats.coefficients import composite_reliability, lambda6, omega_one_factor
from surveyapp.stats.dimensionality import dimensionality
from surveyapp.stats.factors import extract
from surveyapp.stats.moments import correlations
from surveyapp.stats.parallel import Parallel, parallel

Floats = NDArray[np.float64]
LEAST_ITEMS = 3
"""One factor of two items is not determined."""


@dataclass(frozen=True)
class Depth:
    """n: complete rows. loadings: of one factor by least squares, standardised, per item.
    omega: of one factor. composite: Fornell and Larcker's reliability; extracted: their average
    variance extracted. lambda6: Guttman's. parallel: eigenvalues beside chance. All None where the
    correlations cannot be used; the findings say why.
    """

    n: int
    loadings: Floats | None = None
    heywood: bool = False
    omega: float | None = None
    composite: float | None = None
    extracted: float | None = None
    lambda6: float | None = None
    parallel: Parallel | None = None
    findings: tuple[Finding, ...] = ()


def depth(keyed: Floats, items: Sequence[str]) -> Depth:
    """The scale of these columns (rows × items, already keyed, NaN where there is no answer)."""
    x = keyed[np.isfinite(keyed).all(axis=1)]
    if len(items) < LEAST_ITEMS:
        return Depth(len(x))
    usable = dimensionality(gather(x), items)
    if usable.kmo is None or usable.k < len(items):
        return Depth(len(x), findings=usable.findings)
    spread = np.cov(x.T)
    R = correlations(spread)
    found = extract(R, 1)
    loadings = found.loadings[:, 0]
    composite, extracted = composite_reliability(loadings)
    return Depth(
        len(x),
        loadings,
        found.heywood,
        omega_one_factor(spread),
        composite,
        extracted,
        lambda6(R),
        parallel(R, len(x)),
    )
