"""What weights were calibrated to, for the variance: raking, post-stratification, calibration.

Totals of the calibration's categories are known, so only what a figure varies within them makes it
uncertain. Its linearised variance takes each row's influence less the row's regression on the
categories (Deville & Särndal 1992, Journal of the American Statistical Association 87, result 5:
asymptotically the same for every distance; Deville, Särndal & Sautory 1993 for raking). Equal to
R's survey::svyrecvar of a design from calibrate() or postStratify(). survey::rake() sweeps the
margins out ten times in turn instead, which ends near this regression.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
_NOTHING = 1e-11
"""Margins share their total: some directions of the scaled cross-products are 0 but for noise."""


@dataclass(frozen=True)
class Calibration:
    """base: weights before, d, per row; factors: new over old, g (0 where the base is 0); groups:
    per margin the number of each row's category from 0, -1 where the margin leaves the row alone.

    ValueError where the lengths differ.
    """

    base: Floats
    factors: Floats
    groups: tuple[Places, ...]

    def __post_init__(self) -> None:
        if any(part.shape != self.base.shape for part in (self.factors, *self.groups)):
            raise ValueError("base, factors and groups must be equally long")

    @property
    def weights(self) -> Floats:
        """The calibrated weights, g d."""
        return self.base * self.factors

    @cached_property
    def categories(self) -> Any:
        """Rows × categories of all margins, sparse: 1 where the row is in the category."""
        from scipy.sparse import csr_array, hstack

        nothing = csr_array((len(self.base), 0))
        return hstack([nothing, *map(indicators, self.groups)], format="csr")

    def slopes(self, influences: Any) -> Floats:
        """B of the regression of influences / (g d) on the categories with weights d; a column per
        column of the influences (a vector, or rows × figures, sparse).

        Rows whose weight is 0 tell nothing of their answer and take no part.
        """
        inverse, products, crossed = self._solved
        wanted = crossed @ influences
        dense = np.asarray(wanted.toarray() if hasattr(wanted, "toarray") else wanted)
        first = inverse @ dense
        return np.asarray(first + inverse @ (dense - products @ first), dtype=np.float64)

    def residuals(self, influence: Floats) -> Floats:
        """What is left to vary: the residual of that regression times the weight g d."""
        fitted = self.categories @ self.slopes(influence)
        return np.asarray(influence - self.weights * fitted, dtype=np.float64)

    @cached_property
    def _solved(self) -> tuple[Floats, Floats, Any]:
        """(X'DX)⁻ and X'DX of the rows that count, and X'/g: made once for many figures."""
        from scipy.sparse import diags_array

        x, live = self.categories, self.weights > 0
        products = (x.T @ diags_array(np.where(live, self.base, 0.0)) @ x).toarray()
        shares = np.divide(1.0, self.factors, out=np.zeros_like(self.base), where=live)
        return pseudo_inverse(products), products, (x.T @ diags_array(shares)).tocsr()


def calibrated(
    base: ArrayLike, weights: ArrayLike, groups: Sequence[Sequence[Hashable | None]]
) -> Calibration:
    """The calibration that turned weights `base` into `weights`.

    groups: per margin the category of each row, None where the margin leaves the row alone.
    ValueError for lengths that differ, weights that are negative or not finite, and a weight
    where the base has none.
    """
    d, w = np.asarray(base, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if d.ndim != 1 or d.shape != w.shape:
        raise ValueError("base and weights must be equally long")
    if not (np.isfinite(d).all() and np.isfinite(w).all() and (d >= 0).all() and (w >= 0).all()):
        raise ValueError("weights must be finite and not negative")
    if np.any((d == 0) & (w > 0)):
        raise ValueError("a row without a base weight cannot be given one by calibration")
    factors = np.divide(w, d, out=np.zeros_like(w), where=d > 0)
    return Calibration(d, factors, tuple(_numbered(group) for group in groups))


def _numbered(group: Sequence[Hashable | None]) -> Places:
    order: dict[Hashable, int] = {}
    numbers = (-1 if one is None else order.setdefault(one, len(order)) for one in group)
    return np.fromiter(numbers, np.intp, len(group))


def indicators(group: Places) -> Any:
    """Rows × categories, sparse: 1 where the row's number is the category's, none for -1."""
    from scipy.sparse import csr_array

    rows = np.flatnonzero(group >= 0)
    shape = (len(group), int(group.max(initial=-1)) + 1)
    return csr_array((np.ones(len(rows)), (rows, group[rows])), shape=shape)


def pseudo_inverse(products: Floats) -> Floats:
    """Of a cross-product matrix, scaled to a diagonal of 1 so that small categories count."""
    size = np.sqrt(products.diagonal())
    scale = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    values, vectors = np.linalg.eigh(products * np.outer(scale, scale))
    kept = values > _NOTHING
    spread = vectors[:, kept] * scale[:, None]
    return np.asarray((spread / values[kept]) @ spread.T, dtype=np.float64)


def scaled(w: Floats, group: Places, target: Floats) -> tuple[Floats, Floats]:
    """The weights after each category of a margin (rows of -1: none) was brought to its target, and
    the sums before. A category without weight stays so.
    """
    counted = np.bincount(group + 1, w, minlength=len(target) + 1)
    sums = np.asarray(counted[1:], dtype=np.float64)
    ratios = np.divide(target, sums, out=np.ones_like(sums), where=sums > 0)
    return w * np.append(1.0, ratios)[group + 1], sums
