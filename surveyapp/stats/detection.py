"""How well a screen finds what a reader would exclude: precision and recall with intervals.

Readers see a sample drawn apart from what the screen kept and what it excluded, so both shares are
ratios under a stratified design: every case that was read stands for its part of its stratum.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.intervals import wilson
from surveyapp.stats.sampling.contrasts import share
from surveyapp.stats.sampling.design import Design, design_of

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rate:
    """A share from 0 to 1 with its interval; None without cases. n: cases read that it rests on."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Detection:
    """precision: of what was flagged, the share that the reader excludes. recall: of what the
    reader excludes, the share that was flagged. Both estimated for all cases, not only those read.
    """

    precision: Rate
    recall: Rate


def detection(
    flagged: Sequence[bool],
    bad: Sequence[bool],
    strata: Sequence[str],
    population: Mapping[str, int],
    *,
    level: float = 0.95,
) -> Detection:
    """Precision and recall of one screen over the cases that were read.

    flagged: what the screen said; bad: what the reader said; strata: what each was drawn from;
    population: the size of each stratum. ValueError for lengths that differ.
    """
    hit, wrong = np.asarray(flagged, dtype=bool), np.asarray(bad, dtype=bool)
    if not len(hit) == len(wrong) == len(strata):
        raise ValueError("one flag, one verdict and one stratum per case")
    if not len(hit):
        return Detection(Rate(None, None, None, 0), Rate(None, None, None, 0))
    sizes: dict[Hashable, float] = {name: population[name] for name in strata}
    design = design_of(len(hit), strata=list(strata), population=sizes)
    return Detection(_rate(wrong, hit, design, level), _rate(hit, wrong, design, level))


def _rate(values: Flags, among: Flags, design: Design, level: float) -> Rate:
    """The share of `values` among some cases: logit interval, and Wilson's where the design's
    cannot be had, because all or none are or because everybody was read.
    """
    found = share(values.astype(float), design, level, domain=among)
    if found.value is None:
        return Rate(None, None, None, 0)
    if found.low is not None and found.high is not None:
        return Rate(found.value, found.low, found.high, found.n)
    own = wilson(min(max(found.value, 0.0), 1.0), found.n, level)
    return Rate(found.value, own.low, own.high, found.n)
