"""The page of the trend: every headline and dimension over six periods, and the cities."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from surveyapp.reports import line_chart, snapshots, trends
from surveyapp.reports.analysis_views import analysis, context_of, study_of


@analysis.get("/studies/<int:study_id>/analysis/trend")
def trend(study_id: int) -> str:
    """Every figure over its last periods, with the warnings of its projection."""
    study = study_of(study_id)
    shown = snapshots.part_of(study.id, ("n", "withheld", "minimum", "trend"))
    found: dict[str, Any] = shown.get("trend") or {}
    until = trends.open_until(study, found["periods"][-1], month=True) if found else None
    lines = [trends.headed(one, running=until is not None) for one in found.get("lines", ())]
    return render_template(
        "reports/trend.html",
        **context_of(study, shown),
        trend=found,
        lines=[(one, _chart(one, lines, until is not None)) for one in lines],
        drawable=any(map(trends.drawable, lines)),
        cities=_cities(found, until is not None),
        until=until,
        trends=trends,
        spark=line_chart.sparkline,
    )


def _chart(line: dict[str, Any], lines: list[dict[str, Any]], running: bool) -> Any:
    """Index figures share a scale; NPS has its own."""
    own = line["outcome"] == "nps"
    beside = [line] if own else [one for one in lines if one["outcome"] != "nps"]
    scale = line_chart.scale_of(beside, trends.NPS if own else trends.INDEX)
    return line_chart.line_chart(line, scale, running=running)


def _cities(found: dict[str, Any], running: bool) -> dict[str, Any] | None:
    """The table of cities by the figure that was asked for, else by the first."""
    known = found.get("cities") or ()
    wanted = request.args.get("of", "")
    one = next((c for c in known if c["outcome"] == wanted), known[0] if known else None)
    if one is None:
        return None
    limit = {"threshold": one["threshold"]}
    rows = [trends.headed({**row, **limit}, running=running) for row in one["rows"]]
    bounds = trends.NPS if one["outcome"] == "nps" else trends.INDEX
    bare = [{"points": row["points"]} for row in rows]
    return {
        **one,
        "rows": trends.worst_first(rows),
        "scale": line_chart.scale_of(bare, bounds),
        "choices": known,
    }
