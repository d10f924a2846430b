"""`flask --app wsgi analyse FILE`: reliability and dimensionality of any analyst's table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import click

from surveyapp.findings import SurveyError
from surveyapp.shell.common import MISSING_CODES, OneLine, codes, ends, refuse
from surveyapp.stats.scale import ScaleAnalysis, analyse_scale
from surveyapp.tabular.numbers import numeric_blocks


@click.command("analyse", cls=OneLine)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--items", required=True, help="Columns of the scale: a,b,c.")
@click.option("--reverse", default="", help="Items keyed the other way: b. Needs --scale.")
@click.option("--scale", help="Lowest and highest answer: 1:5.")
@click.option(
    "--missing",
    type=click.Choice(["pairwise", "listwise"]),
    default="pairwise",
    show_default=True,
    help="Rows for alpha: all, pair by pair, or only complete ones. KMO and Bartlett: complete.",
)
@MISSING_CODES
@click.option(
    "--more",
    "further",
    is_flag=True,
    help="Also omega, lambda 6, halves, ordinal alpha, a bootstrap, parallel analysis, factors.",
)
@click.option("--scheduler", help="Dask scheduler, tcp://host:8786; its workers read FILE.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def analyse(
    file: Path,
    items: str,
    reverse: str,
    scale: str | None,
    missing: Literal["pairwise", "listwise"],
    missing_codes: str,
    further: bool,
    scheduler: str | None,
    form: str,
) -> None:
    """Cronbach's alpha, item statistics, KMO and Bartlett's test of items in FILE.

    FILE is CSV, XLSX, SPSS .sav or Parquet. Items are used as they are unless --reverse says
    otherwise. What cannot be computed is empty (null) with a finding that says why.
    """
    names, turned = _names(items), _names(reverse)
    limits = ends(scale) if scale else None
    _check(names, turned, limits)
    absent = codes(missing_codes)
    try:
        blocks = numeric_blocks(file, names, absent)
        source = _spread(scheduler, file, names, absent) if scheduler else blocks
        result = analyse_scale(source, names, reversed_items=turned, ends=limits, missing=missing)
        added = _more(blocks, names, turned, limits) if further else None
    except SurveyError as error:
        refuse(error.findings[0].message)
    click.echo(_as_json(result, added) if form == "json" else _as_text(result, added))


def _spread(scheduler: str, file: Path, names: list[str], codes: list[float]) -> Any:
    from surveyapp.shell.cluster import OnCluster, client_of

    return OnCluster(client_of(scheduler), file.resolve(), tuple(names), tuple(codes))


def _more(
    blocks: Any, names: list[str], turned: list[str], limits: tuple[float, float] | None
) -> dict[str, Any]:
    from surveyapp.shell.more import more

    return more(blocks, names, turned, limits)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _check(items: list[str], turned: list[str], limits: tuple[float, float] | None) -> None:
    if not items:
        refuse("--items names no column.")
    twice = next((item for item in items if items.count(item) > 1), None)
    if twice is not None:
        refuse(f'--items names "{twice}" twice.')
    stranger = next((item for item in turned if item not in items), None)
    if stranger is not None:
        refuse(f'--reverse names "{stranger}", which is not among --items.')
    if turned and limits is None:
        refuse("--reverse needs --scale LOWEST:HIGHEST, as in --scale 1:5.")


def _as_json(result: ScaleAnalysis, added: dict[str, Any] | None) -> str:
    whole = contract(result) | ({} if added is None else {"more": added})
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2)


def contract(result: ScaleAnalysis) -> dict[str, Any]:
    """The published JSON form of an analysis; null where something is undefined."""
    alpha, dims = result.reliability, result.dimensionality
    interval, test = alpha.interval, dims.bartlett
    return {
        "n": alpha.n,
        "k": alpha.k,
        "alpha": {
            "raw": alpha.alpha,
            "standardised": alpha.standardised,
            "ci": [interval.low, interval.high] if interval else None,
        },
        "kmo": dims.kmo,
        "bartlett": {
            "chi_square": test.chi_square if test else None,
            "df": test.df if test else None,
            "p": test.p if test else None,
        },
        "items": [
            {
                "id": item.id,
                "n": item.n,
                "mean": item.mean,
                "sd": item.sd,
                "item_total_r": item.item_total_r,
                "alpha_if_deleted": item.alpha_if_deleted,
                "msa": dims.msa.get(item.id),
            }
            for item in alpha.items
        ],
        "findings": [{"code": found.code, "message": found.message} for found in result.findings],
    }


def _as_text(result: ScaleAnalysis, added: dict[str, Any] | None) -> str:
    from surveyapp.stats_text import as_text, more_as_text

    return as_text(result) + ("" if added is None else "\n\n" + more_as_text(added))
