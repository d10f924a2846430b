"""`flask --app wsgi sample FILE`: the sampling engine alone, on any table."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import click

from surveyapp.findings import SurveyError
from surveyapp.shell.common import OneLine, refuse
from surveyapp.stats.sampling.allocation import METHODS

WITHOUT_COSTS = [name for name in METHODS if name != "cost"]


@click.command("sample", cls=OneLine)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--strata", required=True, help="Columns that form the strata: city,tier.")
@click.option("--n", type=int, required=True, help="How many rows to draw.")
@click.option(
    "--method", type=click.Choice(WITHOUT_COSTS), default="proportional", show_default=True
)
@click.option("--measure", help="Numeric column whose spread Neyman and power allocation follow.")
@click.option(
    "--min-per-stratum",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="At least so many of each stratum, or all of a smaller one.",
)
@click.option("--seed", type=int, required=True, help="The same seed draws the same rows.")
@click.option("--id", "unit_id", help="Column that identifies a row; default: the whole row.")
@click.option("--out", type=click.Path(path_type=Path), help="CSV for the drawn rows.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def sample(
    file: Path,
    strata: str,
    n: int,
    method: str,
    measure: str | None,
    min_per_stratum: int,
    seed: int,
    unit_id: str | None,
    out: Path | None,
    form: str,
) -> None:
    """Draw a stratified sample from the rows of FILE (CSV, XLSX, .sav, Parquet).

    Prints the allocation; --out gets the drawn rows with inclusion probability and design weight.
    """
    from surveyapp.sample_file import ADDED, Request, sample_file

    columns = tuple(name.strip() for name in strata.split(","))
    request = Request(columns, n, method, measure, min_per_stratum, seed, unit_id)
    if out is not None and out.exists() and file.exists() and out.samefile(file):
        refuse("--out would overwrite the file that is sampled.")
    try:
        drawn = sample_file(file, request)
        taken = [name for name in ADDED if name in drawn.header]
        if out is not None and taken:
            refuse(f'The file already has a column "{taken[0]}".')
        if out is not None:
            drawn.write(out)
    except SurveyError as error:
        refuse(" ".join(" ".join(f.message for f in error.findings).split()))
    for finding in drawn.findings:
        click.echo(f"Note: {finding.message}", err=True)
    table = drawn.as_json()
    if form == "json":
        click.echo(json.dumps(table, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        click.echo(_as_text(columns, table))


def _as_text(columns: tuple[str, ...], table: dict[str, Any]) -> str:
    """The allocation as an aligned table (a Chinese character is two columns wide)."""
    lines = [[*columns, "N", "sd", "n", "probability", "weight"]]
    for row in table["strata"]:
        lines.append(
            [
                *(row["stratum"][name] for name in columns),
                str(row["N"]),
                _decimal(row["sd"], 2),
                str(row["n"]),
                _decimal(row["probability"], 4),
                _decimal(row["weight"], 3),
            ]
        )
    total = ["Total", *[""] * (len(columns) - 1), str(sum(row["N"] for row in table["strata"]))]
    lines.append([*total, "", str(table["n"]), "", ""])
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths, len(columns)) for line in lines)


def _aligned(cells: list[str], widths: list[int], words: int) -> str:
    padded = []
    for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        blanks = " " * (width - _width(cell))
        padded.append(cell + blanks if number < words else blanks + cell)
    return "  ".join(padded).rstrip()


def _decimal(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
