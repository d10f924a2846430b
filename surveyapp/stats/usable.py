"""Complete rows of the items that correlations can be made of; who spoils them is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveyapp.findings import N_, Finding
from surveyapp.stats.accumulate import gather
from surveyapp.stats.dimensionality import dimensionality
from surveyapp.stats.moments import correlations
from surveyapp.stats.reliability import no_answers

Floats = NDArray[np.float64]
NEARLY = 0.95
"""Items that correlate so strongly ask the same thing twice."""
SELDOM = 0.5
"""An item that fewer rows than this share answer costs the others most of theirs."""

UNSAID = (
    "dimensionality.p_underflow",
    "dimensionality.rows_dropped",
    "dimensionality.two_items",
)
"""What is said of KMO and Bartlett's test, and not of the correlations."""


@dataclass(frozen=True)
class Usable:
    """x: complete rows × items. items: those that vary. R: their correlations, None where they
    cannot be used; the findings say why, and name items that were left out.
    """

    x: Floats
    items: tuple[str, ...]
    R: Floats | None
    findings: tuple[Finding, ...]


def usable(keyed: Floats, items: Sequence[str]) -> Usable:
    """Of keyed answers (rows × items, NaN where there is none): an item without any answer is left
    out before complete rows are chosen, a constant one after it, both by name.
    """
    answered = np.isfinite(keyed).sum(axis=0)
    names = [item for item, n in zip(items, answered, strict=True) if n]
    said = [no_answers(item) for item, n in zip(items, answered, strict=True) if not n]
    x = keyed[:, answered > 0]
    said += _seldom(names, answered[answered > 0], len(x))
    x = x[np.isfinite(x).all(axis=1)]
    checked = dimensionality(gather(x), names)
    findings = (*said, *(one for one in checked.findings if one.code not in UNSAID))
    if checked.kmo is None:
        return Usable(x, tuple(names), None, findings)
    kept = tuple(checked.msa)
    x = x[:, [names.index(item) for item in kept]]
    R = correlations(np.cov(x.T))
    return Usable(x, kept, R, (*findings, *_near(R, kept)))


def _seldom(items: Sequence[str], answered: NDArray[np.int64], rows: int) -> list[Finding]:
    """Who leaves few complete rows, the least answered first; at most three are named."""
    template = N_(
        '"{item}" is answered in {n} of {rows} rows: complete rows are no more than that.'
    )
    ascending = np.argsort(answered, kind="stable").tolist()
    order = [at for at in ascending if answered[at] < SELDOM * rows]
    return [
        Finding("items.seldom_answered", f"item:{items[at]}", template,
                {"item": items[at], "n": int(answered[at]), "rows": rows}, "warning")
        for at in order[:3]
    ]  # fmt: skip


def _near(R: Floats, items: Sequence[str]) -> list[Finding]:
    template = N_('"{item}" and "{other}" say nearly the same (r = {r:.2f}): one may be enough.')
    rows, columns = np.nonzero(np.triu(np.abs(R) >= NEARLY, 1))
    return [
        Finding("items.near_duplicate", f"item:{items[j]}", template,
                {"item": items[i], "other": items[j], "r": float(R[i, j])}, "warning")
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
    ]  # fmt: skip
