"""What `analyse --more` adds: omega, lambda 6, halves, ordinal alpha, a bootstrap, factors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from surveyapp.findings import Finding
from surveyapp.shell.common import as_findings, finite
from surveyapp.stats import coefficients
from surveyapp.stats.accumulate import gather
from surveyapp.stats.alpha_bootstrap import alpha_bootstrap
from surveyapp.stats.coefficients import Omega
from surveyapp.stats.dimensionality import dimensionality
from surveyapp.stats.factors import extract, most_identified, oblimin
from surveyapp.stats.moments import correlations
from surveyapp.stats.parallel import parallel
from surveyapp.stats.polychoric import polychoric

Floats = NDArray[np.float64]
CATEGORIES = 12
"""More different answers than this are no categories; then there is no ordinal alpha."""
GROUP_FACTORS = 3
NAMES = (
    "alpha_bootstrap", "omega", "lambda6", "split_half", "ordinal_alpha", "composite_reliability",
    "average_variance_extracted", "parallel", "factor_analysis",
)  # fmt: skip
MANY_PAIRS = 10_000
"""From so many pairs of items on, about 0.4 ms each, it is said that it takes a while."""


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
        empty = dict.fromkeys(NAMES)
        return {"n": len(x), **empty, "findings": as_findings(checked.findings)}
    x = x[:, [names.index(item) for item in checked.msa]]
    covariance = np.cov(x.T)
    R = correlations(covariance)
    names, omega, chance = list(checked.msa), _omega(R), _parallel(R, len(x))
    found = (
        _bootstrap(x),
        _omegas(omega, covariance),
        coefficients.lambda6(R),
        _halves(R),
        _ordinal(x),
        *_convergent(R),
        chance,
        _factors(R, names, chance["factors"] if chance else 0),
    )
    findings = as_findings(_remarks(x, names, omega))
    return {"n": len(x), **dict(zip(NAMES, found, strict=True)), "findings": findings}


def _bootstrap(x: Floats) -> list[float] | None:
    found = alpha_bootstrap(x)
    return None if found is None else [found.low, found.high]


def _convergent(R: Floats) -> tuple[float | None, float | None]:
    """Composite reliability and average variance extracted of one factor."""
    if len(R) < 3:
        return None, None
    return coefficients.composite_reliability(extract(R, 1).loadings[:, 0])


def _factors(R: Floats, names: Sequence[str], wanted: int) -> dict[str, Any] | None:
    """As many factors as stand out, at least one, by least squares, turned by oblimin."""
    if len(R) < 3:
        return None
    m = most_identified(len(R), wanted)
    found = oblimin(extract(R, m))
    return {
        "factors": m,
        "loadings": dict(zip(names, found.loadings.tolist(), strict=True)),
        "correlations": found.phi.tolist(),
        "explained": (found.explained / len(R)).tolist(),
        "heywood": found.heywood,
    }


def _remarks(x: Floats, names: Sequence[str], omega: Omega | None) -> Iterator[Finding]:
    """Why a coefficient is null, and a solution that should not be trusted."""
    if omega is None:
        yield _remark("few_items", f"Omega and factors need 3 items, not {len(names)}.")
    elif omega.heywood:
        yield _remark("heywood", "Omega: the factors leave an item nothing of its own (a Heywood"
            " case), as with too many factors or too few answers: read it with care.")  # fmt: skip
    if len(names) > coefficients.MOST_SPLITS:
        yield _remark("many_items", "Only the halves of odd and even items are compared: all"
            f" halves are tried up to {coefficients.MOST_SPLITS} items.")  # fmt: skip
    many = next((name for name, y in zip(names, x.T, strict=True) if _answers(y) > CATEGORIES), "")
    if many:
        yield _remark("no_categories", f'No ordinal alpha: "{many}" has more than {CATEGORIES}'
            " different answers, which are no categories.")  # fmt: skip


def _remark(what: str, message: str) -> Finding:
    text = message.replace("{", "{{").replace("}", "}}")
    return Finding(f"more.{what}", "scale", text, {}, "info")


def _answers(column: Floats) -> int:
    return len(np.unique(column))


def _omega(R: Floats) -> Omega | None:
    return coefficients.omega(R, most_identified(len(R), GROUP_FACTORS)) if len(R) > 2 else None


def _omegas(found: Omega | None, covariance: Floats) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "one_factor": finite(coefficients.omega_one_factor(covariance)),
        "total": finite(found.total),
        "hierarchical": finite(found.hierarchical),
        "group_factors": found.factors,
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
    if max(map(_answers, x.T)) > CATEGORIES:
        return None
    pairs = x.shape[1] * (x.shape[1] - 1) // 2
    if pairs > MANY_PAIRS:
        click.echo(f"{pairs:,} polychoric correlations: wait {pairs * 4e-4:.0f} s …", err=True)
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
