"""`flask --app wsgi rake FILE`: weights that agree with known margins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from surveyapp.findings import SurveyError
from surveyapp.shell.common import (
    FILE,
    FORMAT,
    OneLine,
    as_findings,
    ends,
    figure,
    refuse,
    texts_in,
    weights_in,
    write_findings,
    write_json,
    write_table,
)

if TYPE_CHECKING:
    from surveyapp.stats.sampling.raking import Raked

INFEASIBLE = 3
NEW_COLUMNS = ("weight", "raked_weight")


@click.command("rake", cls=OneLine)
@click.argument("file", type=FILE)
@click.option(
    "--margins",
    type=FILE,
    required=True,
    help='JSON with the population: {"city": {"Beijing": 1200, …}, "tier": {…}}.',
)
@click.option("--weight", help="Column of base weights; default: 1.")
@click.option("--bounds", help="Smallest and largest ratio of a new to a base weight: 0.3:3.")
@click.option("--out", type=FILE, required=True, help="CSV: all columns and the new weight.")
@FORMAT
def rake(
    file: Path, margins: Path, weight: str | None, bounds: str | None, out: Path, form: str
) -> None:
    """Rake the rows of FILE to the population's margins and write them with their weight.

    Prints how every margin is met. Margins that cannot be met together write nothing, exit 3.
    """
    from surveyapp.stats.sampling.raking import rake as raked
    from surveyapp.tabular.frame import read_frame

    wanted = _margins(margins)
    frame = read_frame(file)
    texts_of = {name: _column(frame, name) for name in wanted}
    base = (
        weights_in(frame, weight) if weight is None else weights_in(_known(frame, weight), weight)
    )
    try:
        result = raked(texts_of, wanted, base, bounds=ends(bounds, "--bounds") if bounds else None)
    except SurveyError as error:
        refuse(error.findings[0].message, INFEASIBLE)
    report = _report(result)
    if result.feasible:
        column = next(name for name in (*NEW_COLUMNS, "") if name not in frame.columns)
        report["column"] = column or refuse("The file already has columns weight, raked_weight.")
        write_table(frame, {column: [repr(float(w)) for w in result.weights]}, out)
    if form == "json":
        write_json(report)
    else:
        _print(report)
    if not result.feasible:
        refuse(result.findings[0].message, INFEASIBLE)


def _margins(path: Path) -> dict[str, dict[str, float]]:
    try:
        data = json.loads(path.read_text("utf-8-sig"), object_pairs_hook=_each_once)
    except OSError as error:
        refuse(f'"{path}" cannot be read: {error.strerror}.')
    except (ValueError, RecursionError):
        refuse(f'"{path}" is not JSON.')
    if not isinstance(data, dict) or not data:
        refuse('--margins: write {"column": {"category": total, …}, …}.')
    return {str(name): _margin(str(name), margin) for name, margin in data.items()}


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Names of a JSON object, of which the last of two equal ones would count without a word."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            refuse(f'--margins: "{name}" stands there twice.')
        found[name] = value
    return found


def _margin(name: str, margin: Any) -> dict[str, float]:
    from surveyapp.tabular.numbers import LARGEST, LEAST

    if not isinstance(margin, dict) or not margin:
        refuse(f'--margins: "{name}" needs its categories with their totals.')
    for category, total in margin.items():
        good = isinstance(total, int | float) and not isinstance(total, bool)
        if not good or total != total:
            refuse(f'--margins: the total of "{category}" in "{name}" is not a number.')
        if total and not LEAST <= abs(total) <= LARGEST:
            refuse(f'--margins: nobody can compute with the total of "{category}" in "{name}".')
    return {str(category): float(total) for category, total in margin.items()}


def _known(frame: Any, column: str) -> Any:
    from surveyapp.tabular.frame import known_columns

    known_columns(list(map(str, frame.columns)), [column])
    return frame


def _column(frame: Any, name: str) -> list[str]:
    return texts_in(_known(frame, name), name)


def _report(result: Raked) -> dict[str, Any]:
    return {
        "converged": result.feasible,
        "rounds": result.rounds,
        "n": len(result.weights),
        "total": float(result.weights.sum()),
        "deff": result.deff,
        "n_effective": len(result.weights) / result.deff,
        "ratio": list(result.ratio),
        "at_bounds": list(result.at_bounds),
        "course": [{"round": place, "worst": off} for place, off in result.course],
        "margins": [
            {
                "margin": fit.margin,
                "category": fit.category,
                "target": fit.target,
                "reached": fit.reached,
            }
            for fit in result.fits
        ],
        "findings": as_findings(result.findings),
    }


def _print(report: dict[str, Any]) -> None:
    low, high = report["ratio"]
    click.echo(f"{report['n']} rows, {report['rounds']} rounds")
    click.echo(f"sum of weights {figure(report['total'], 3)}")
    click.echo(f"design effect {figure(report['deff'], 3)}")
    click.echo(f"effective n {figure(report['n_effective'], 1)}")
    click.echo(f"weights changed by {figure(low, 3)} to {figure(high, 3)}")
    at_low, at_high = report["at_bounds"]
    if at_low or at_high:
        click.echo(f"rows at the bounds: {at_low} at the lower, {at_high} at the upper")
    for fit in report["margins"]:
        reached, target = figure(fit["reached"], 3), figure(fit["target"], 3)
        click.echo(f"{fit['margin']} = {fit['category']}: {reached} of {target}")
    write_findings(report["findings"])
