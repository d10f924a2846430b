"""Covariances of many figures of one sample, each of which few rows may have an influence on.

The same formula as `design.variance`, whose diagonal it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.sampling.design import Design

Floats = NDArray[np.float64]


def covariance(influences: Any, design: Design) -> Floats:
    """Figures × figures, from influences of rows × figures (scipy.sparse).

    Where the weights were calibrated the residuals Z - UB of influences Z on the weighted
    categories U are dense, so theirs is made of the covariances of both: [I, -B'] S [I, -B']' with
    S of the sparse [Z, U]. 300,000 answers in 400 stores and 100 categories take megabytes.
    """
    calibration = design.calibration
    if calibration is None:
        return _totals_covariance(influences, design)
    from scipy.sparse import diags_array, hstack

    weighted = diags_array(calibration.weights) @ calibration.categories
    both = _totals_covariance(hstack([influences, weighted], format="csr"), design)
    turned = np.vstack([np.eye(influences.shape[1]), -calibration.slopes(influences)])
    found = np.asarray(turned.T @ both @ turned, dtype=np.float64)
    np.fill_diagonal(found, np.maximum(found.diagonal(), 0.0))  # what is certain is 0 but for noise
    return found


def _totals_covariance(influences: Any, design: Design) -> Floats:
    """Σ_h (1 - f_h) n_h / (n_h - 1) Σ (z - z̄_h)(z - z̄_h)' over the units' totals z, a column per
    figure; a stratum of one unit is centred at 0.
    """
    from scipy.sparse import csr_array, diags_array

    units, size = len(design.unit_stratum), len(design.strata)
    rows, ones = np.arange(len(design.unit)), np.ones(len(design.unit))
    z = csr_array((ones, (design.unit, rows)), shape=(units, len(rows))) @ influences
    count = np.bincount(design.unit_stratum, minlength=size).astype(np.float64)
    lonely = count == 1
    scale = (1 - design.fraction) * np.where(lonely, 1.0, count / np.maximum(count - 1, 1))
    places = (design.unit_stratum, np.arange(units))
    sums = csr_array((np.ones(units), places), shape=(size, units)) @ z
    spread = diags_array(np.sqrt(scale)[design.unit_stratum]) @ z
    middle = diags_array(np.where(lonely, 0.0, np.sqrt(scale / np.maximum(count, 1)))) @ sums
    return np.asarray((spread.T @ spread).toarray() - (middle.T @ middle).toarray())
