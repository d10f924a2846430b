"""Clustering: respondents whose indices, taken together, set them apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
LEAST = 20
"""Below so many respondents nobody can be called apart from the rest."""


def isolation(indices: ArrayLike, *, seed: int, trees: int = 200) -> Floats:
    """Isolation score per respondent, 0 … 1; 0.5 is ordinary, near 1 is apart (Liu et al. 2008).

    indices: respondents × person indices. They are centred and scaled by median and MAD, a
    missing one counts as ordinary, one that does not vary is left out. The seed and the order of
    the rows decide the trees, so the same input gives the same scores. NaN below 20 respondents.
    """
    z = standardised(indices)
    if len(z) < LEAST or z.shape[1] == 0:
        return np.full(len(z), np.nan)
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(n_estimators=trees, random_state=seed, n_jobs=1)
    return np.asarray(-forest.fit(z).score_samples(z), dtype=np.float64)


def standardised(indices: ArrayLike) -> Floats:
    """(x - median) / (1.4826 MAD), or / sd where more than half are equal; missing is 0."""
    x = np.asarray(indices, dtype=np.float64)
    columns = [_scaled(column) for column in x.T]
    kept = [column for column in columns if column is not None]
    return np.column_stack(kept) if kept else np.empty((len(x), 0))


def _scaled(column: Floats) -> Floats | None:
    finite = column[np.isfinite(column)]
    if len(finite) == 0 or finite.max() == finite.min():
        return None
    centre = float(np.median(finite))
    spread = 1.4826 * float(np.median(np.abs(finite - centre))) or float(finite.std())
    return np.where(np.isfinite(column), (column - centre) / spread, 0.0)
