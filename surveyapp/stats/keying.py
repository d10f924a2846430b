"""Items that are perhaps keyed backwards: proposed, never turned.

As R psych's `alpha(check.keys = TRUE)`: an item that loads negatively on the first principal
component, whose loadings have a positive sum. An item of which that is not so may still correlate
negatively with the rest, because others are backwards: turning it would make things worse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surveyapp.stats.moments import Floats, Moments, correlations
from surveyapp.stats.reliability import Reliability, reliability

EVEN = 1e-9


@dataclass(frozen=True)
class Keying:
    """negative: items that correlate negatively with the rest. backwards: those among them that
    should perhaps be turned round. alpha: of the scale with these turned, None where none is.
    """

    negative: tuple[str, ...]
    backwards: tuple[str, ...]
    alpha: float | None


def keying(moments: Moments, found: Reliability) -> Keying:
    """What the signs of the items say, from the moments that alpha was computed from."""
    negative = [i for i in found.items if i.item_total_r is not None and i.item_total_r < 0]
    if not negative:
        return Keying((), (), None)
    names = [item.id for item in found.items]
    used = [at for at, item in enumerate(found.items) if item.sd]
    covariance = moments.under(found.missing).covariance[np.ix_(used, used)]
    signs = dict(zip([names[at] for at in used], _signs(covariance), strict=True))
    backwards = tuple(item.id for item in negative if signs[item.id] < 0)
    if not backwards:
        return Keying(tuple(i.id for i in negative), (), None)
    turned = np.array([-1.0 if name in backwards else 1.0 for name in names])
    after = reliability(
        moments.reversed(turned, np.zeros(len(names))), names, missing=found.missing
    )
    return Keying(tuple(i.id for i in negative), backwards, after.alpha)


def _signs(covariance: Floats) -> list[float]:
    """Of the loadings on the first component, whose sum is positive; where it is none, the first
    item's is.
    """
    first = np.linalg.eigh(correlations(covariance))[1][:, -1]
    total = float(first.sum())
    towards = total if abs(total) > EVEN else float(first[0])
    return [-1.0 if loading * towards < 0 else 1.0 for loading in first.tolist()]
