"""What `analyse --more` adds: omega, lambda 6, split halves, ordinal alpha, factors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.shell.common import as_findings, finite
from surveyapp.stats import coefficients
from surveyapp.stats.accumulate import gather
from surveyapp.stats.dimensionality import dimensionality
from surveyapp.stats.factors import identified
from surveyapp.stats.parallel import parallel
from surveyapp.stats.polychoric import polychoric

Floats = NDArray[np.float64]
CATEGORIES = 12
"""More different answers than this are no categories; then there is no ordinal alpha."""
GROUP_FACTORS = 3


def more(
    blocks: Callable[[], Iterable[NDArray[Any]]],
    items: Sequence[str],
    turned: Sequence[str],
    limits: tuple[float, float] | None,
) -> dict[str, Any]:
    """Further coefficients over the complete rows of keyed items; null where undefined.

    Items that `dimensionality` leaves out by name (constant, without answers) are left out here.
    """
    x = np.vstack([np.asarray(block, dtype=np.float64) for block in blocks()])
    for item in turned:
        at = items.index(item)
        x[:, at] = sum(limits or (0.0, 0.0)) - x[:, at]
    answered: NDArray[np.bool_] = np.asarray(np.isfinite(x).any(axis=0))
    names = [item for item, any_ in zip(items, answered, strict=True) if any_]
    x = x[:, answered]
    x = x[np.isfinite(x).all(axis=1)]
    checked = dimensionality(gather(x), names)
    if checked.kmo is None:
        empty = dict.fromkeys(("omega", "lambda6", "split_half", "ordinal_alpha", "parallel"))
        return {"n": len(x), **empty, "findings": as_findings(checked.findings)}
    x = x[:, [names.index(item) for item in checked.msa]]
    covariance = np.cov(x.T)
    sd = np.sqrt(np.diag(covariance))
    R = covariance / np.outer(sd, sd)
    return {
        "n": len(x),
        "omega": _omega(R, covariance),
        "lambda6": coefficients.lambda6(R),
        "split_half": _halves(R),
        "ordinal_alpha": _ordinal(x),
        "parallel": _parallel(R, len(x)),
        "findings": [],
    }


def _omega(R: Floats, covariance: Floats) -> dict[str, Any] | None:
    if len(R) < 3:
        return None
    groups = next((m for m in (GROUP_FACTORS, 2, 1) if identified(len(R), m)), 1)
    found = coefficients.omega(R, groups)
    return {
        "one_factor": finite(coefficients.omega_one_factor(covariance)),
        "total": finite(found.total),
        "hierarchical": finite(found.hierarchical),
        "group_factors": groups,
    }


def _halves(R: Floats) -> dict[str, float | None]:
    found = coefficients.split_halves(R)
    return {
        "odd_even": found.odd_even,
        "worst": found.worst,
        "average": found.average,
        "best": found.best,
    }


def _ordinal(x: Floats) -> float | None:
    if max(len(np.unique(column)) for column in x.T) > CATEGORIES:
        return None
    return finite(coefficients.standardised_alpha(polychoric(x)))


def _parallel(R: Floats, n: int) -> dict[str, Any] | None:
    if len(R) < 3:
        return None
    found = parallel(R, n)
    return {
        "components": found.components,
        "factors": found.factors,
        "eigenvalues": found.eigenvalues.tolist(),
        "random": found.random.tolist(),
    }
