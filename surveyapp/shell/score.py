"""`flask --app wsgi score FILE`: NPS, CSAT and CES with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from surveyapp.findings import Finding, SurveyError
from surveyapp.shell.common import (
    FILE,
    FORMAT,
    MISSING_CODES,
    OneLine,
    as_findings,
    codes,
    columns_of,
    ends,
    figure,
    numbers_in,
    refuse,
    weights_in,
    write_findings,
    write_json,
)

if TYPE_CHECKING:
    from surveyapp.stats.intervals import Interval
    from surveyapp.stats.moments import Floats
    from surveyapp.stats.scores import Estimate


@click.command("score", cls=OneLine)
@click.argument("file", type=FILE)
@click.option("--nps", help="Column of answers 0 to 10: share of 9–10 less share of 0–6.")
@click.option("--csat", help="Column of satisfaction: share of the two highest points.")
@click.option("--ces", help="Column of effort: the mean.")
@click.option("--scale", help="Lowest and highest answer of --csat or --ces: 1:5.")
@click.option("--weight", help="Column of weights.")
@MISSING_CODES
@FORMAT
def score(
    file: Path,
    nps: str | None,
    csat: str | None,
    ces: str | None,
    scale: str | None,
    weight: str | None,
    missing_codes: str,
    form: str,
) -> None:
    """Compute one score of a column of FILE. Without answers it is null, never 0.

    An answer that is no point of the scale (11, 5.5) is refused: name it in --missing-codes if it
    means that there is none.
    """
    asked = [
        (name, column) for name, column in (("nps", nps), ("csat", csat), ("ces", ces)) if column
    ]
    if len(asked) != 1:
        refuse("Name one of --nps, --csat and --ces.")
    (kind, column) = asked[0]
    if kind != "nps" and scale is None:
        refuse(f"--{kind} needs --scale LOWEST:HIGHEST, as in --scale 1:5.")
    frame = columns_of(file, (column, weight))
    y, w = numbers_in(frame, str(column), codes(missing_codes)), weights_in(frame, weight)
    low, high = ends(scale) if scale else (0.0, 10.0)
    try:
        result = {"nps": _nps, "csat": _csat, "ces": _ces}[kind](y, w, low, high)
    except SurveyError as error:
        raise SurveyError(
            *(_in_file(found, list(frame.index)) for found in error.findings)
        ) from error
    if form == "json":
        write_json(result)
    else:
        _print(kind, result)


def _in_file(found: Finding, rows: Sequence[int]) -> Finding:
    """The finding with the row's number in the file, as every other refusal has it."""
    row = rows[cast(int, found.params["row"]) - 1]
    return replace(found, place=f"row:{row}", params={**found.params, "row": row})


def _nps(y: Floats, w: Floats | None, low: float, high: float) -> dict[str, Any]:
    import numpy as np

    from surveyapp.stats.scores import mean_estimate, net_promoter

    found = net_promoter(y, w)
    return {
        "nps": found.estimate.value,
        **_base(found.estimate),
        "promoters": found.promoters,
        "passives": found.passives,
        "detractors": found.detractors,
        "mean": mean_estimate(y, w).value,
        "distribution": {str(s): int(np.sum(y == s)) for s in range(11)},
        "findings": as_findings(found.estimate.findings),
    }


def _csat(y: Floats, w: Floats | None, low: float, high: float) -> dict[str, Any]:
    from surveyapp.stats.scores import mean_estimate, top_box

    share, mean = top_box(y, low, high, w), mean_estimate(y, w, bounds=(low, high))
    points = None if mean.value is None else (mean.value - low) * 100 / (high - low)
    return {
        "csat": None if share.value is None else share.value * 100,
        "n": share.n,
        "top": share.count,
        "ci": _ci(share.interval, 100),
        "mean": mean.value,
        "mean_ci": _ci(mean.interval),
        "index": points,
        "findings": as_findings({f.code: f for f in (*share.findings, *mean.findings)}.values()),
    }


def _ces(y: Floats, w: Floats | None, low: float, high: float) -> dict[str, Any]:
    import numpy as np

    from surveyapp.stats.scores import mean_estimate, top_box

    share = top_box(y, low, high, w, boxes=3)
    mean = mean_estimate(y, w, bounds=(low, high))
    return {
        "ces": mean.value,
        **_base(mean),
        "sd": float(np.nanstd(y, ddof=1)) if mean.n > 1 else None,
        "easy": None if share.value is None else share.value * 100,
        "easy_ci": _ci(share.interval, 100),
        "findings": as_findings(mean.findings),
    }


def _base(estimate: Estimate) -> dict[str, Any]:
    return {
        "n": estimate.n,
        "n_effective": estimate.n_effective,
        "se": estimate.standard_error,
        "ci": _ci(estimate.interval),
    }


def _ci(interval: Interval | None, scale: float = 1) -> list[float] | None:
    return None if interval is None else [interval.low * scale, interval.high * scale]


def _print(kind: str, result: dict[str, Any]) -> None:
    low, high = result["ci"] or (None, None)
    value = figure(result[kind], 2)
    click.echo(f"{kind.upper()} {value}  95% CI {figure(low, 2)} to {figure(high, 2)}")
    for name, found in result.items():
        if isinstance(found, int | float) and name != kind:
            click.echo(f"  {name}: {found if isinstance(found, int) else figure(found)}")
    write_findings(result["findings"])
