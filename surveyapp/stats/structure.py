"""The factors behind all items of several scales, and whether items load where they belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveyapp.findings import N_, Finding
from surveyapp.stats.factors import LEAST, Factors, extract, most_identified, oblimin
from surveyapp.stats.parallel import Parallel, parallel
from surveyapp.stats.usable import usable

Floats = NDArray[np.float64]
LEAST_ITEMS, MOST_ITEMS = 3, 60
SALIENT = 0.3
"""A loading that counts, by custom."""
CLEARLY = 0.1


@dataclass(frozen=True)
class Structure:
    """n: complete rows of `items`. parallel: eigenvalues beside chance. factors: as many as stand
    out, if the items can tell so many apart, by least squares, turned by oblimin. heywood: items
    whose own variance ended at its lower bound. None where it cannot be computed; findings say why.
    """

    n: int
    items: tuple[str, ...]
    parallel: Parallel | None = None
    factors: Factors | None = None
    heywood: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def structure(keyed: Floats, items: Sequence[str], *, most: int = MOST_ITEMS) -> Structure:
    """Of these columns (rows × items, already keyed, NaN where there is no answer)."""
    found = usable(keyed, items)
    n, R, names = len(found.x), found.R, found.items
    if R is None or not LEAST_ITEMS <= len(names) <= most:
        why = [] if R is None else [_size(len(names), most)]
        return Structure(n, names, findings=(*found.findings, *why))
    chance = parallel(R, n)
    factors = oblimin(extract(R, most_identified(len(R), chance.factors)))
    ends = np.flatnonzero(factors.uniqueness <= LEAST + 1e-8)
    heywood = tuple(names[at] for at in ends)
    return Structure(n, names, chance, factors, heywood, found.findings)


def _size(k: int, most: int) -> Finding:
    if k < LEAST_ITEMS:
        few = N_("Factors need at least three items that vary; there are {k}.")
        return Finding("structure.few_items", "scale", few, {"k": k}, "info")
    many = N_(
        "Factors of more than {most} items are left to `flask analyse --more`; there are {k}."
    )
    return Finding("structure.many_items", "scale", many, {"k": k, "most": most}, "info")


def homes(loadings: Floats, groups: Sequence[str]) -> dict[str, int]:
    """Per group of items the factor on which most of them load most, of several the one with the
    largest sum of squares; groups: per item.
    """
    found = {}
    for group in dict.fromkeys(groups):
        own = loadings[[at for at, one in enumerate(groups) if one == group]]
        most = np.bincount(np.abs(own).argmax(axis=1), minlength=own.shape[1])
        squares = (own**2).sum(axis=0)
        found[group] = int((most + squares / (1 + squares.sum())).argmax())
    return found


def strays(loadings: Floats, groups: Sequence[str], belong: Mapping[str, int]) -> list[int]:
    """Items that load on another factor than their group's, as much as counts and clearly more."""
    size = np.abs(loadings)
    home = np.array([size[at, belong[group]] for at, group in enumerate(groups)])
    most = size.max(axis=1)
    return np.flatnonzero((most >= SALIENT) & (most - home >= CLEARLY)).tolist()
