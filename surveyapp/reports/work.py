"""The long work of this package, as kinds of jobs. What is heavy is imported when a job runs."""

from __future__ import annotations

from typing import Any

from surveyapp.findings import N_
from surveyapp.jobs.registry import Progress, job


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


@job("reports.paper")
def make_report(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: what `papers.keeping.make` takes. Result: report (its id)."""
    from surveyapp.reports.papers.keeping import make

    return {"report": make(params, progress).id}
