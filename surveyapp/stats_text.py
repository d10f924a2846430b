"""An analysis of a scale as lines that a person reads in a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from surveyapp.stats.dimensionality import Bartlett
from surveyapp.stats.scale import ScaleAnalysis

_HEADER = ("item", "n", "mean", "sd", "item-total r", "alpha if deleted", "MSA")
_NOTHING = "–"


def as_text(result: ScaleAnalysis) -> str:
    """The summary, the table of items and the findings."""
    return "\n".join([*_summary(result), "", *_table(_rows(result)), *_findings(result)])


def more_as_text(more: Mapping[str, Any]) -> str:
    """What `--more` adds, a line a coefficient; a dash where it is undefined."""
    omega, halves, chance = (more[name] or {} for name in ("omega", "split_half", "parallel"))
    low, high = more["alpha_bootstrap"] or (None, None)
    lines = [
        f"alpha, bootstrap  95% CI {_figure(low)} to {_figure(high)}",
        f"omega total       {_figure(omega.get('total'))}"
        f"  hierarchical {_figure(omega.get('hierarchical'))}"
        f"  one factor {_figure(omega.get('one_factor'))}",
        f"lambda 6          {_figure(more['lambda6'])}",
        f"split half        {_figure(halves.get('odd_even'))} (odd and even)"
        f"  {_figure(halves.get('worst'))} to {_figure(halves.get('best'))} over all halves",
        f"ordinal alpha     {_figure(more['ordinal_alpha'])}",
        f"one factor        composite reliability {_figure(more['composite_reliability'])}"
        f"  variance extracted {_figure(more['average_variance_extracted'])}",
        f"parallel analysis {chance.get('components', _NOTHING)} components,"
        f" {chance.get('factors', _NOTHING)} factors",
        *(f"! {found['message']}" for found in more["findings"]),
    ]
    return "\n".join([*lines, *_loadings(more["factor_analysis"])])


def _loadings(found: Mapping[str, Any] | None) -> list[str]:
    if found is None:
        return []
    places = range(found["factors"])
    rows = [("loadings", *(f"factor {place + 1}" for place in places))]
    rows += [(item, *map(_figure, row)) for item, row in found["loadings"].items()]
    rows.append(("share of variance", *map(_figure, found["explained"])))
    return ["", *_table(rows)]


def _summary(result: ScaleAnalysis) -> list[str]:
    alpha, dims = result.reliability, result.dimensionality
    interval = alpha.interval
    between = f"  95% CI {interval.low:.3f} to {interval.high:.3f} (Feldt)" if interval else ""
    return [
        f"Cronbach's alpha  {_figure(alpha.alpha)}{between}",
        f"  standardised    {_figure(alpha.standardised)}",
        f"  {alpha.k} items, n = {alpha.n} ({alpha.missing}; {alpha.n_complete} rows complete)",
        f"KMO               {_figure(dims.kmo)}  n = {dims.n}",
        f"Bartlett's test   {_bartlett(dims.bartlett)}",
    ]


def _bartlett(test: Bartlett | None) -> str:
    if test is None:
        return _NOTHING
    p = "p < 1e-300" if test.p == 0 else f"p = {test.p:.3g}"
    return f"chi-square {test.chi_square:.2f}, df {test.df}, {p}"


def _rows(result: ScaleAnalysis) -> list[tuple[str, ...]]:
    msa = result.dimensionality.msa
    return [
        _HEADER,
        *(
            (
                item.id,
                str(item.n),
                _figure(item.mean),
                _figure(item.sd),
                _figure(item.item_total_r),
                _figure(item.alpha_if_deleted),
                _figure(msa.get(item.id)),
            )
            for item in result.reliability.items
        ),
    ]


def _figure(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        first = row[0] + " " * (widths[0] - _width(row[0]))
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append("  ".join([first, *rest]))
    return lines


def _width(text: str) -> int:
    """Columns in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _findings(result: ScaleAnalysis) -> list[str]:
    marks = {"error": "✗", "warning": "!", "info": "·"}
    if not result.findings:
        return []
    return ["", *(f"{marks[found.severity]} {found.message}" for found in result.findings)]
