"""Coefficients of one scale beside alpha, from its complete rows, within bounds of time.

Equal to the functions of `coefficients`, `alpha_bootstrap` and `polychoric`, which are tested
against R; this joins them and says what was not computed, and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveyapp.findings import N_, Finding
from surveyapp.stats import coefficients
from surveyapp.stats.accumulate import gather
from surveyapp.stats.alpha_bootstrap import alpha_bootstrap
from surveyapp.stats.coefficients import Omega, SplitHalves
from surveyapp.stats.factors import most_identified
from surveyapp.stats.intervals import Interval
from surveyapp.stats.polychoric import polychoric
from surveyapp.stats.reliability import Reliability, reliability
from surveyapp.stats.usable import Usable, usable

Floats = NDArray[np.float64]
CATEGORIES = 12
"""More different answers than this are no categories."""
ORDINAL_ITEMS = 24
"""276 polychoric correlations take about a quarter of a second."""
ROWS = 3000
"""Of more complete rows so many are drawn for the bootstrap, whose spread is then scaled to all."""
LEAST_ITEMS = 3
GROUP_FACTORS = 3


@dataclass(frozen=True)
class Further:
    """n: complete rows of `items`. listwise: alpha of them. bootstrap: the percentile interval of
    that alpha, over `drawn` rows. ordinal: standardised alpha of polychoric correlations.
    correlations: between the items. All None where the correlations cannot be used.
    """

    n: int
    items: tuple[str, ...]
    listwise: Reliability | None = None
    bootstrap: Interval | None = None
    drawn: int = 0
    omega: Omega | None = None
    lambda6: float | None = None
    halves: SplitHalves | None = None
    spearman_brown: float | None = None
    ordinal: float | None = None
    correlations: Floats | None = None
    findings: tuple[Finding, ...] = ()


def further(keyed: Floats, items: Sequence[str]) -> Further:
    """Of the scale of these columns (rows × items, already keyed, NaN where there is no answer)."""
    found = usable(keyed, items)
    x, R = found.x, found.R
    if R is None:
        return Further(len(x), found.items, findings=found.findings)
    omega = _omega(R)
    bootstrap, drawn = scaled_bootstrap(x)
    return Further(
        len(x),
        found.items,
        reliability(gather(x), found.items, missing="listwise"),
        bootstrap,
        drawn,
        omega,
        coefficients.lambda6(R),
        coefficients.split_halves(R),
        coefficients.spearman_brown(R),
        None if _no_categories(found) else coefficients.standardised_alpha(polychoric(x)),
        R,
        (*found.findings, *_remarks(found, omega)),
    )


def scaled_bootstrap(x: Floats, rows: int = ROWS) -> tuple[Interval | None, int]:
    """The bootstrap interval of alpha, and of how many rows. Of more than `rows` so many are drawn
    by a fixed seed: the distances of the ends from alpha shrink with the root of the number.
    """
    n, k = x.shape
    if n <= rows:
        return alpha_bootstrap(x), n
    some = x[np.random.default_rng(1).choice(n, rows, replace=False)]
    found = alpha_bootstrap(some)
    if found is None:
        return None, rows
    own, whole = _alpha(some, k), _alpha(x, k)
    low, high = (whole + (end - own) * (rows / n) ** 0.5 for end in (found.low, found.high))
    return Interval(low, min(high, 1.0), found.level, found.method), rows


def _alpha(x: Floats, k: int) -> float:
    return float(k / (k - 1) * (1 - x.var(axis=0).sum() / x.sum(axis=1).var()))


def _omega(R: Floats) -> Omega | None:
    if len(R) < LEAST_ITEMS:
        return None
    return coefficients.omega(R, most_identified(len(R), GROUP_FACTORS))


def _no_categories(found: Usable) -> Finding | None:
    """Why there is no ordinal alpha, None where there is one."""
    for item, column in zip(found.items, found.x.T, strict=True):
        if len(np.unique(column)) > CATEGORIES:
            template = N_(
                'No ordinal alpha: "{item}" has more than {most} different answers, which are no'
                " categories."
            )
            return _remark("no_categories", template, item=item, most=CATEGORIES)
    if len(found.items) > ORDINAL_ITEMS:
        template = N_(
            "No ordinal alpha of more than {most} items here: `flask analyse --more` computes it."
        )
        return _remark("many_pairs", template, most=ORDINAL_ITEMS)
    return None


def _remarks(found: Usable, omega: Omega | None) -> Iterator[Finding]:
    if omega is None:
        yield _remark("few_items", N_("Omega needs three items."))
    elif omega.heywood:
        yield _remark("heywood", N_(
            "Omega: the factors leave an item nothing of its own (a Heywood case): read it with"
            " care."))  # fmt: skip
    if len(found.items) > coefficients.MOST_SPLITS:
        yield _remark("many_items", N_(
            "Only odd and even items are held against each other: all halves are tried up to"
            " {most} items."), most=coefficients.MOST_SPLITS)  # fmt: skip
    why = _no_categories(found)
    if why:
        yield why


def _remark(what: str, template: str, **params: object) -> Finding:
    return Finding(f"further.{what}", "scale", template, params, "info")
