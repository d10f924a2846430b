"""`flask --app wsgi estimate FILE`: means and totals under the design of the sample."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from surveyapp.findings import Finding
from surveyapp.shell.common import (
    FILE,
    FORMAT,
    MISSING_CODES,
    OneLine,
    as_findings,
    codes,
    columns_of,
    figure,
    numbers_in,
    refuse,
    texts_in,
    weights_in,
    write_findings,
    write_json,
)

if TYPE_CHECKING:
    import pandas as pd

    from surveyapp.stats.sampling.design import Design, DesignEstimate
    from surveyapp.stats.sampling.share_intervals import Kind

    Estimator = Callable[..., DesignEstimate]

Interval = Literal["t", "logit", "wilson"]
MOST_UNITS = 20_000
"""Sampled units that a jackknife leaves out one by one: at most a minute."""


@click.command("estimate", cls=OneLine)
@click.argument("file", type=FILE)
@click.option("--value", required=True, help="Column of numbers to estimate (0/1 for a share).")
@click.option("--by", help="Column of groups: an estimate for each as well.")
@click.option("--weight", help="Column of design weights; default: population / sampled, or 1.")
@click.option("--strata", help="Column of strata.")
@click.option("--cluster", help="Column of primary sampling units.")
@click.option(
    "--fpc",
    help="Column with the size of the row's stratum in the population (with --cluster: its number"
    " of clusters).",
)
@click.option("--confidence", type=click.FloatRange(0.5, 0.9999), default=0.95, show_default=True)
@click.option(
    "--interval",
    type=click.Choice(("t", "logit", "wilson")),
    default="t",
    show_default=True,
    help="Of the mean: Student's, or of a share (values 0 and 1) one that stays between 0 and 1.",
)
@click.option(
    "--variance",
    type=click.Choice(("taylor", "jackknife", "bootstrap")),
    default="taylor",
    show_default=True,
    help="Linearisation, or replicate weights (JKn; Rao, Wu & Yue).",
)
@click.option(
    "--replicates",
    type=click.IntRange(2, 10_000),
    default=500,
    show_default=True,
    help="Of the bootstrap.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the bootstrap.")
@MISSING_CODES
@FORMAT
def estimate(
    file: Path,
    value: str,
    by: str | None,
    weight: str | None,
    strata: str | None,
    cluster: str | None,
    fpc: str | None,
    confidence: float,
    interval: Interval,
    variance: str,
    replicates: int,
    seed: int,
    missing_codes: str,
    form: str,
) -> None:
    """Estimate mean and total of a column of FILE with the design's standard errors.

    Equals R's survey package (svymean, svytotal, svyciprop with method = "logit"; as.svrepdesign
    with mse = TRUE). What cannot be computed is null with a finding that says why.
    """
    frame = columns_of(file, (value, by, weight, strata, cluster, fpc))
    design = _design(frame, weight, strata, cluster, fpc)
    y = numbers_in(frame, value, codes(missing_codes))
    if interval != "t":
        _refuse_other_than_shares(value, frame.index, y)
    groups = texts_in(frame, by) if by else []
    estimated = _estimator(design, variance, replicates, seed)
    both = partial(_both, y, design, estimated, confidence, interval)
    result = both(None)
    if by:
        result["by"] = {group: both([g == group for g in groups]) for group in sorted(set(groups))}
    if form == "json":
        write_json(result)
    else:
        _print(result)


def _design(
    frame: pd.DataFrame,
    weight: str | None,
    strata: str | None,
    cluster: str | None,
    fpc: str | None,
) -> Design:
    from surveyapp.stats.sampling.design import OverfullError, design_of

    names: list[Hashable] = list(texts_in(frame, strata)) if strata else ["all"] * len(frame)
    try:
        return design_of(
            len(frame),
            strata=names,
            clusters=texts_in(frame, cluster) if cluster else None,
            weights=weights_in(frame, weight),
            population=_population(frame, names, fpc) if fpc else None,
        )
    except OverfullError as error:
        kind = "clusters" if cluster else "rows"
        refuse(
            f'Column "{fpc}": stratum "{error.stratum}" has {error.units} {kind} in the file, more'
            f" sampled units than its population of {error.size:g}. It is to hold how many {kind}"
            " the stratum has in all."
        )


def _population(frame: pd.DataFrame, names: list[Hashable], fpc: str) -> dict[Hashable, float]:
    """Stratum → size; one size each."""
    sizes = numbers_in(frame, fpc)
    found: dict[Hashable, float] = {}
    for row, name, size in zip(frame.index, names, sizes, strict=True):
        if not size > 0:
            refuse(f'Column "{fpc}", row {row}: the size of a population is above 0.')
        if found.setdefault(name, size) != size:
            refuse(f'Column "{fpc}", row {row}: stratum "{name}" has two different sizes.')
    return found


def _estimator(design: Design, variance: str, replicates: int, seed: int) -> Estimator:
    from surveyapp.stats.sampling import design as linearised
    from surveyapp.stats.sampling.replication import estimate_by

    if variance == "taylor":
        return linearised.estimate
    if variance == "jackknife" and len(design.unit_stratum) > MOST_UNITS:
        refuse(
            f"--variance jackknife: {len(design.unit_stratum):,} sampled units take as many"
            f" replicates; at most {MOST_UNITS:,} are made. Use taylor or bootstrap."
        )
    return partial(estimate_by, variance, replicates=replicates, seed=seed)


def _refuse_other_than_shares(column: str, index: Any, y: Any) -> None:
    for row, one in zip(index, y, strict=True):
        if one == one and one not in (0, 1):
            refuse(f'Column "{column}", row {row}: a share has the values 0 and 1, not {one:g}.')


def _both(
    y: Any,
    design: Design,
    estimated: Estimator,
    confidence: float,
    interval: Interval,
    domain: list[bool] | None,
) -> dict[str, Any]:
    mean = estimated(y, design, domain=domain, confidence=confidence)
    if interval != "t":
        mean = _of_a_share(mean, confidence, interval)
    total = estimated(y, design, domain=domain, total=True, confidence=confidence)
    return {
        "mean": _as_json(mean),
        "total": _as_json(total),
        "findings": as_findings([*mean.findings, *_without_effect(mean)]),
    }


def _of_a_share(mean: DesignEstimate, confidence: float, interval: Kind) -> DesignEstimate:
    from surveyapp.stats.sampling.share_intervals import share_interval

    if mean.value is None or mean.se is None:
        return mean
    ends = share_interval(mean.value, mean.se, mean.n, mean.df, confidence, interval)
    if ends is None:
        why = "The logit of 0 and of 1 is undefined: no interval. --interval wilson has one."
        undefined = Finding("estimate.no_logit", "values", why, {}, "info")
        return replace(mean, low=None, high=None, findings=(*mean.findings, undefined))
    return replace(mean, low=ends[0], high=ends[1])


def _without_effect(mean: DesignEstimate) -> list[Finding]:
    """Why there is a standard error and no design effect."""
    if mean.se is None or mean.deff is not None:
        return []
    why = (
        "the answers do not vary."
        if mean.se == 0
        else "weights that add up to more than the answers (--weight or --fpc) tell how large the"
        " population is, of which a simple sample is to be imagined."
    )
    return [Finding("estimate.no_effect", "values", f"No design effect: {why}", {}, "info")]


def _as_json(found: DesignEstimate) -> dict[str, Any]:
    return {
        "value": found.value,
        "se": found.se,
        "ci": None if found.low is None else [found.low, found.high],
        "deff": found.deff,
        "df": found.df,
        "n": found.n,
    }


def _print(result: dict[str, Any]) -> None:
    for group, part in (("", result), *result.get("by", {}).items()):
        if group:
            click.echo(f"\n{group}")
        for name in ("mean", "total"):
            one = part[name]
            low, high = one["ci"] or (None, None)
            click.echo(
                f"{name:6}{figure(one['value'])}  se {figure(one['se'])}"
                f"  {figure(low)} to {figure(high)}"
                f"  deff {figure(one['deff'], 3)}  df {one['df']}  n {one['n']}"
            )
        write_findings(part["findings"])
