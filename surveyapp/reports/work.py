"""The long work of this package, as kinds of jobs. What is heavy is imported when a job runs."""

from __future__ import annotations

from typing import Any

from surveyapp.findings import N_
from surveyapp.jobs.registry import Progress, job
from surveyapp.reports.snapshots import KIND, refresh


@job(KIND)
def compute_figures(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id. Twice gives the same figures. Result: completed (answers behind them)."""
    progress(N_("Computing the figures"), 0, 0)
    return {"completed": refresh(params["study_id"]).completed}


@job("reports.compare")
def compare(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id and what `comparisons.make` takes. Result: comparison (its id)."""
    from surveyapp.reports.comparisons import make

    progress(N_("Comparing"), 0, 1)
    asked = {key: value for key, value in params.items() if key != "study_id"}
    row = make(params["study_id"], asked)
    result = {"comparison": row.id}
    progress(N_("Comparing"), 1, 1)
    return result


@job("reports.tabulate")
def tabulate(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id and what `tables.make` takes. Result: table (its id)."""
    from surveyapp.reports.tables import make

    progress(N_("Tabulating"), 0, 1)
    asked = {key: value for key, value in params.items() if key != "study_id"}
    result = {"table": make(params["study_id"], asked).id}
    progress(N_("Tabulating"), 1, 1)
    return result


@job("reports.paper")
def make_report(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: what `papers.keeping.make` takes. Result: report (its id)."""
    from surveyapp.reports.papers.keeping import make

    return {"report": make(params, progress).id}
