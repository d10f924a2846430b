"""Whether groups differ: Welch's tests with effect sizes and adjusted pairs, through pingouin.

Welch's forms need no equal variances, which survey groups hardly ever have. The rule, whatever the
variances turn out to be (a test of them beforehand would only choose worse): two groups by Welch's
t; more by Welch's analysis of variance, then pair by pair after Games and Howell (1976), Journal of
Educational Statistics 1. Where a group has fewer than FEW answers, for which Games and Howell's
test finds too much, pairs are Welch's t adjusted by Holm's method. pingouin is imported on first
use: it takes seconds.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from surveyapp.findings import N_, Finding
from surveyapp.stats.intervals import Interval
from surveyapp.stats.moments import Floats
from surveyapp.stats.scores import Estimate, mean_estimate

FEW = 6
"""Fewest answers of each group for Games and Howell's test."""


@dataclass(frozen=True)
class Group:
    """One group: its name, its mean with n and interval, its standard deviation (None under 2)."""

    name: Hashable
    mean: Estimate
    sd: float | None


@dataclass(frozen=True)
class Pair:
    """Two groups. difference: mean of a less mean of b, with Welch's interval (not adjusted).

    p: Welch's t-test; p_adjusted: as `Comparison.adjusted_by` says. effect: Hedges' g with its
    interval `reach` (R: effsize::cohen.d). differ: p_adjusted is below 1 - level.
    """

    a: Hashable
    b: Hashable
    difference: float
    interval: Interval
    p: float
    p_adjusted: float
    effect: float
    reach: Interval
    differ: bool


@dataclass(frozen=True)
class Comparison:
    """All groups together and pair by pair.

    test: "welch_t" for two groups, "welch_anova" for more, None where none could be made.
    statistic: t or F. df: of t, or numerator and denominator of F. effect: Hedges' g or partial
    eta squared (`effect_name` says which). groups: all, also those that took no part. adjusted_by:
    "games_howell" or "holm"; None for a single pair, which needs no adjusting.
    """

    test: str | None
    statistic: float | None
    df: tuple[float, ...]
    p: float | None
    effect_name: str | None
    effect: float | None
    groups: tuple[Group, ...]
    pairs: tuple[Pair, ...]
    findings: tuple[Finding, ...]
    adjusted_by: str | None = None


def compare_groups(
    values: ArrayLike, groups: Iterable[Hashable], *, level: float = 0.95
) -> Comparison:
    """Compare the means of groups; missing values (NaN) and rows without group (None) are left out.

    Groups with fewer than two answers, or without variance, are left out by name. ValueError when
    values and groups differ in length.
    """
    y, labels = np.asarray(values, dtype=float), list(groups)
    if len(y) != len(labels):
        raise ValueError("one group per value")
    answers = _by_group(y, labels)
    described = tuple(
        Group(name, mean_estimate(own, level=level), _sd(own)) for name, own in answers.items()
    )
    findings = [found for group in described if (found := _unfit(group))]
    unfit = {finding.params["group"] for finding in findings}
    fit = {name: own for name, own in answers.items() if name not in unfit}
    if len(fit) < 2:
        template = N_("A comparison needs two groups with answers that vary; there are {n}.")
        few = Finding("comparison.too_few_groups", "groups", template, {"n": len(fit)})
        return Comparison(None, None, (), None, None, None, described, (), (*findings, few))
    return _compared(fit, described, tuple(findings), level)


def _by_group(y: Floats, labels: list[Hashable]) -> dict[Hashable, Floats]:
    places: dict[Hashable, list[int]] = {}
    for place, label in enumerate(labels):
        if label is not None:
            places.setdefault(label, []).append(place)
    return {label: y[rows][np.isfinite(y[rows])] for label, rows in places.items()}


def _sd(own: Floats) -> float | None:
    return float(own.std(ddof=1)) if len(own) > 1 else None


def _unfit(group: Group) -> Finding | None:
    place, params = f"group:{group.name}", {"group": group.name, "n": group.mean.n}
    if group.mean.n < 2:
        template = N_('Group "{group}" has {n} answers and takes no part in the comparison.')
        return Finding("comparison.small_group", place, template, params, "warning")
    if not group.sd:
        template = N_('All answers of group "{group}" are alike: it takes no part in the tests.')
        return Finding("comparison.constant_group", place, template, params, "warning")
    return None


def _compared(
    fit: dict[Hashable, Floats],
    described: tuple[Group, ...],
    findings: tuple[Finding, ...],
    level: float,
) -> Comparison:
    if len(fit) == 2:
        t, df, p = _welch(*fit.values())
        pairs = _pairs(fit, [p], [p], level)
        effect = pairs[0].effect
        return Comparison("welch_t", t, (df,), p, "hedges_g", effect, described, pairs, findings)
    own = [_welch(fit[a], fit[b])[2] for a, b in combinations(fit, 2)]
    omnibus, games_howell = _together(fit)
    few = min(len(answers) for answers in fit.values()) < FEW
    adjusted = _holm(own) if few else games_howell
    return Comparison(
        "welch_anova",
        omnibus["F"],
        (omnibus["ddof1"], omnibus["ddof2"]),
        omnibus["p_unc"],
        "partial_eta_squared",
        omnibus["np2"],
        described,
        _pairs(fit, own, adjusted, level),
        findings,
        "holm" if few else "games_howell",
    )


def _together(fit: dict[Hashable, Floats]) -> tuple[dict[str, float], list[float]]:
    """Welch's analysis of variance, and Games and Howell's p of the pairs in their order."""
    import pandas as pd
    import pingouin

    names = range(len(fit))
    frame = pd.DataFrame(
        {
            "value": np.concatenate(list(fit.values())),
            "group": np.repeat(names, [len(own) for own in fit.values()]),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas' about pingouin's own calls
        row = pingouin.welch_anova(data=frame, dv="value", between="group").iloc[0]
        pairs = pingouin.pairwise_gameshowell(data=frame, dv="value", between="group")
    found = dict(zip(zip(pairs["A"], pairs["B"], strict=True), pairs["pval"], strict=True))
    omnibus = {key: float(row[key]) for key in ("F", "ddof1", "ddof2", "p_unc", "np2")}
    return omnibus, [float(found[pair]) for pair in combinations(names, 2)]


def _holm(p: list[float]) -> list[float]:
    import pingouin

    return [float(one) for one in pingouin.multicomp(p, method="holm")[1]]


def _welch(one: Floats, other: Floats) -> tuple[float, float, float]:
    import pingouin

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        row = pingouin.ttest(one, other, correction=True).iloc[0]
    return float(row["T"]), float(row["dof"]), float(row["p_val"])


def _pairs(
    fit: dict[Hashable, Floats], own: list[float], adjusted: list[float], level: float
) -> tuple[Pair, ...]:
    return tuple(
        Pair(
            a,
            b,
            float(fit[a].mean() - fit[b].mean()),
            _difference(fit[a], fit[b], level),
            p,
            together,
            *_effect(fit[a], fit[b], level),
            together < 1 - level,
        )
        for (a, b), p, together in zip(combinations(fit, 2), own, adjusted, strict=True)
    )


def _effect(one: Floats, other: Floats, level: float) -> tuple[float, Interval]:
    """Hedges' g and its interval by the normal approximation of its variance."""
    import pingouin

    g = float(pingouin.compute_effsize(one, other, eftype="hedges"))
    low, high = pingouin.compute_esci(
        g, len(one), len(other), eftype="hedges", confidence=level, decimals=12
    )
    return g, Interval(float(low), float(high), level, "t")


def _difference(one: Floats, other: Floats, level: float) -> Interval:
    """Welch's interval at full precision, which pingouin rounds."""
    a, b = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
    df = (a + b) ** 2 / (a**2 / (len(one) - 1) + b**2 / (len(other) - 1))
    half = float(special.stdtrit(df, (1 + level) / 2)) * math.sqrt(a + b)
    middle = float(one.mean() - other.mean())
    return Interval(middle - half, middle + half, level, "welch")
