"""`flask --app wsgi allocate`: split a sample over strata whose sizes are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from surveyapp.findings import SurveyError
from surveyapp.shell.common import (
    FORMAT,
    OneLine,
    as_findings,
    figure,
    pairs,
    refuse,
    write_findings,
    write_json,
)
from surveyapp.stats.sampling.allocation import METHODS, Stratum, variance_of_mean
from surveyapp.stats.sampling.allocation import allocate as allocated
from surveyapp.stats.sampling.precision import missed, points
from surveyapp.stats.sampling.size import needed


@click.command("allocate", cls=OneLine)
@click.option("--sizes", required=True, help="Units of each stratum: E=4421,H=755.")
@click.option("--sds", default="", help="Standard deviations of the measure: E=131.3,H=107.7.")
@click.option("--costs", default="", help="Cost of one interview, against the others: E=1,H=4.")
@click.option("--n", type=int, help="How many to sample in all; left out: what --margin needs.")
@click.option(
    "--margin",
    type=click.FloatRange(0.1, 99),
    help="± points of a share in every stratum, at 95 %.",
)
@click.option(
    "--response-rate",
    type=click.FloatRange(0, 100, min_open=True),
    default=100.0,
    show_default=True,
    help="Percent of the sampled who answer: --margin then counts answers.",
)
@click.option("--method", type=click.Choice(METHODS), default="proportional", show_default=True)
@click.option("--power", type=click.FloatRange(0, 1), default=0.5, show_default=True)
@click.option("--min-per-stratum", type=click.IntRange(min=0), default=0, show_default=True)
@FORMAT
def allocate(
    sizes: str,
    sds: str,
    costs: str,
    n: int | None,
    margin: float | None,
    response_rate: float,
    method: str,
    power: float,
    min_per_stratum: int,
    form: str,
) -> None:
    """Split n over strata. An allocation that cannot exist is null with a finding.

    cost (or neyman with --costs) is the cost-optimal allocation; power is Bankier's, with N^power.
    """
    if n is None and margin is None:
        refuse("allocate needs --n or --margin.")
    rate = response_rate / 100
    strata = _strata(pairs(sizes, "--sizes"), _more(sds, "--sds"), _more(costs, "--costs"))
    if margin is not None:
        strata = [replace(s, least=needed(margin / 100, s.size, rate)) for s in strata]
    if n is None:
        n = sum(max(s.least, min(min_per_stratum, s.size)) for s in strata)
    try:
        made = allocated(strata, n, method, min_per_stratum, power=power)
    except SurveyError as error:
        result: dict[str, Any] = {
            "allocation": None,
            "variance_of_mean": None,
            "margins": None,
            "findings": as_findings(error.findings),
        }
    else:
        keys = [stratum.key[0] for stratum in strata]
        result = {
            "allocation": dict(zip(keys, made.sizes, strict=True)),
            "variance_of_mean": variance_of_mean(strata, made.sizes),
            "margins": dict(zip(keys, points(strata, made.sizes, rate), strict=True)),
            "findings": as_findings([*made.findings, *missed(strata, made.sizes, rate, margin)]),
        }
    if form == "json":
        write_json(result)
    else:
        _print(result)


def _more(text: str, option: str) -> dict[str, float]:
    return pairs(text, option) if text else {}


def _strata(
    sizes: dict[str, float], sds: dict[str, float], costs: dict[str, float]
) -> list[Stratum]:
    for option, given in (("--sds", sds), ("--costs", costs)):
        stranger = next((name for name in given if name not in sizes), None)
        if stranger is not None:
            refuse(f'{option} names "{stranger}", which is not among --sizes.')
    for name, size in sizes.items():
        if size < 0 or not size.is_integer():
            refuse(f'--sizes: "{name}" needs a whole number of units, not {size:g}.')
        if sds.get(name, 0) < 0:
            refuse(f'--sds: a standard deviation is not negative ("{name}").')
        if costs.get(name, 1) <= 0:
            refuse(f'--costs: a cost is above 0 ("{name}").')
    return [Stratum((k,), int(v), sds.get(k), costs.get(k, 1.0)) for k, v in sizes.items()]


def _print(result: dict[str, Any]) -> None:
    for name, size in (result["allocation"] or {}).items():
        click.echo(f"{name}: {size}")
    if result["allocation"]:
        click.echo(f"total: {sum(result['allocation'].values())}")
        click.echo(f"variance of the mean: {figure(result['variance_of_mean'])}")
    write_findings(result["findings"])
