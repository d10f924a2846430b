"""Whether items hang together enough for factors: KMO and Bartlett's test, from moments alone.

Equal to R psych 2.2.9 `KMO` and `cortest.bartlett` to 1e-9 (tests/reference) wherever those are
defined. A singular correlation matrix is refused by its rank and the items that make it so are
named: a pseudo-inverse, or R in place of its inverse as in psych, gives meaningless numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from surveyapp.findings import N_, Finding
from surveyapp.stats.intervals import log10_chi2_sf
from surveyapp.stats.moments import Floats, Missing, Moments, correlations
from surveyapp.stats.reliability import without_answers_or_variance

_RANK = 1e-10  # smallest eigenvalue, relative to the largest, that counts as one
_DEPENDENT = 1e-8  # share of an item's variance that others leave unexplained


@dataclass(frozen=True)
class Bartlett:
    """Bartlett's test that no items correlate. p is 0 where it lies below 1e-300; log10_p stays."""

    chi_square: float
    df: int
    p: float
    log10_p: float


@dataclass(frozen=True)
class Dimensionality:
    """Fitness for factor analysis.

    n: rows used (listwise: complete rows; pairwise: all rows, as psych). k: items used. kmo:
    Kaiser-Meyer-Olkin measure, 0 to 1. msa: the same per item; without those left out, None for an
    item that correlates with none.
    """

    n: int
    k: int
    kmo: float | None
    msa: dict[str, float | None] = field(default_factory=dict)
    bartlett: Bartlett | None = None
    findings: tuple[Finding, ...] = ()


def dimensionality(
    moments: Moments, items: Sequence[str], *, missing: Missing = "listwise"
) -> Dimensionality:
    """KMO and Bartlett of the items; pairwise needs moments gathered with `pair_variances`."""
    findings = without_answers_or_variance(moments, items, missing)
    named = {finding.params["item"] for finding in findings}
    used = [place for place, item in enumerate(items) if item not in named]
    names = [items[place] for place in used]
    n = moments.n_rows if missing == "pairwise" else moments.n_complete
    problem = _too_few(n, len(used))
    if problem:
        return Dimensionality(n, len(used), None, findings=(*findings, problem))
    R = _correlation(moments.selected(used), missing)
    problems = _undefined(R, names) or singular(R, names)
    if problems:
        return Dimensionality(n, len(used), None, findings=(*findings, *problems))
    kmo, msa = _kmo(R)
    test = bartlett(R, n)
    return Dimensionality(
        n,
        len(used),
        kmo,
        dict(zip(names, msa, strict=True)),
        test,
        (*findings, *_alone(names, msa), *_remarks(moments, missing, len(used), test)),
    )


def bartlett(R: Floats, n: int) -> Bartlett:
    """The test for a regular correlation matrix of n rows."""
    k = len(R)
    chi_square = -(n - 1 - (2 * k + 5) / 6) * float(np.linalg.slogdet(R)[1])
    df = k * (k - 1) // 2
    p = float(special.chdtrc(df, chi_square))
    return Bartlett(chi_square, df, p if p >= 1e-300 else 0.0, log10_chi2_sf(chi_square, df))


def singular(R: Floats, items: Sequence[str]) -> list[Finding]:
    """Findings that name the items because of which a correlation matrix has no inverse."""
    eigenvalues = np.linalg.eigvalsh(R)
    if eigenvalues[0] > _RANK * eigenvalues[-1]:
        return []
    if eigenvalues[0] < -_RANK * eigenvalues[-1]:
        return [
            Finding(
                "dimensionality.not_positive_definite",
                "scale",
                N_("Pairwise correlations that contradict each other. Use complete rows."),
            )
        ]
    return _dependent(R, items)


def _dependent(R: Floats, items: Sequence[str]) -> list[Finding]:
    kept: list[int] = []
    found: list[Finding] = []
    for place, item in enumerate(items):
        weights = np.linalg.solve(R[np.ix_(kept, kept)], R[kept, place])
        if R[place, place] - R[place, kept] @ weights > _DEPENDENT:
            kept.append(place)
            continue
        others = [
            items[other] for other, weight in zip(kept, weights, strict=True) if abs(weight) > 1e-6
        ]
        found.append(_singular(item, others))
    return found or [_singular(items[-1], list(items[:-1]))]


def _singular(item: str, others: list[str]) -> Finding:
    template = (
        N_('"{item}" says the same as "{others}": leave one of them out.')
        if len(others) == 1
        else N_('"{item}" follows exactly from {others}: leave it out.')
    )
    return Finding(
        "dimensionality.singular",
        f"item:{item}",
        template,
        {"item": item, "others": ", ".join(others)},
    )


def _correlation(moments: Moments, missing: Missing) -> Floats:
    if missing == "pairwise":
        return moments.pairwise.correlation
    R = correlations(moments.complete.covariance)
    np.fill_diagonal(R, 1.0)
    return R


def _kmo(R: Floats) -> tuple[float | None, list[float | None]]:
    inverse = np.linalg.inv(R)
    scale = np.sqrt(inverse.diagonal())
    partial = inverse / np.outer(scale, scale)
    off = ~np.eye(len(R), dtype=bool)
    r2, p2 = np.where(off, R**2, 0.0), np.where(off, partial**2, 0.0)
    own, all_of = r2.sum(axis=0), r2.sum(axis=0) + p2.sum(axis=0)
    msa = [float(o / a) if a > 0 else None for o, a in zip(own, all_of, strict=True)]
    return float(own.sum() / all_of.sum()) if all_of.sum() > 0 else None, msa


def _alone(items: Sequence[str], msa: Sequence[float | None]) -> list[Finding]:
    """Items without any correlation: a measure that divides by it has nothing to divide."""
    template = N_('"{item}" correlates with no other item: it has nothing in common with them.')
    return [
        Finding("dimensionality.uncorrelated", f"item:{item}", template, {"item": item}, "warning")
        for item, own in zip(items, msa, strict=True)
        if own is None
    ]


def _too_few(n: int, k: int) -> Finding | None:
    if k < 2:
        return Finding(
            "dimensionality.too_few_items",
            "scale",
            N_("KMO and Bartlett's test need at least two items that vary; there are {k}."),
            {"k": k},
        )
    if n <= k:
        return Finding(
            "dimensionality.too_few_answers",
            "scale",
            N_("KMO and Bartlett's test need more complete rows ({n}) than items ({k})."),
            {"n": n, "k": k},
        )
    return None


def _undefined(R: Floats, items: Sequence[str]) -> list[Finding]:
    missing = np.isnan(R)
    if not missing.any():
        return []
    a, b = np.unravel_index(int(missing.argmax()), R.shape)
    return [
        Finding(
            "dimensionality.undefined_correlation",
            f"item:{items[int(a)]}",
            N_('"{one}" and "{other}" have no correlation: too few rows answer both differently.'),
            {"one": items[int(a)], "other": items[int(b)]},
        )
    ]


def _remarks(moments: Moments, missing: Missing, k: int, test: Bartlett) -> list[Finding]:
    remarks = []
    if k == 2:
        template = N_("With two items KMO is always 0.5 and says nothing.")
        remarks.append(Finding("dimensionality.two_items", "scale", template, {}, "info"))
    if test.p == 0:
        template = N_("The p-value of Bartlett's test lies below 1e-300 (about 1e{exponent}).")
        exponent = {"exponent": int(np.floor(test.log10_p))}
        remarks.append(Finding("dimensionality.p_underflow", "scale", template, exponent, "info"))
    if missing == "listwise" and moments.n_complete < moments.n_rows:
        template = N_(
            "KMO and Bartlett's test use the {complete} rows of {n} that answer every item."
        )
        counts = {"complete": moments.n_complete, "n": moments.n_rows}
        remarks.append(Finding("dimensionality.rows_dropped", "scale", template, counts, "info"))
    return remarks
