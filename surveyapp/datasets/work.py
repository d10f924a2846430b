"""The long work of this package, as kinds of jobs. What is heavy is imported when a job runs."""

from __future__ import annotations

from typing import Any

from surveyapp.findings import N_
from surveyapp.jobs.registry import Progress, job


@job("screening.run")
def screen_study(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id; recipe (JSON; left out: the study's last one). Result: run_id, summary."""
    from surveyapp.datasets.screening.recipe import recipe_of
    from surveyapp.datasets.screening.running import run_screening

    progress(N_("Screening the answers"), 0, 1)
    recipe = recipe_of(params["recipe"]) if params.get("recipe") is not None else None
    run = run_screening(params["study_id"], recipe)
    result = {"run_id": run.id, "summary": run.summary, "result_hash": run.result_hash}
    progress(N_("Screening the answers"), 1, 1)
    return result


@job("datasets.export")
def export_study(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id, format (csv, xlsx, sav, parquet), cleaned (default true). Result: files."""
    from surveyapp.datasets.exports.offering import export

    files = export(
        params["study_id"],
        params["format"],
        clean=params.get("cleaned", True),
        report=progress,
    )
    return {"files": [{"id": f.id, "format": f.format, "name": f.name} for f in files]}


@job("screening.quality")
def measure_screening(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: run_id. Result: precision and recall of each layer, and the readers' agreement."""
    from surveyapp.datasets.screening.quality import quality

    progress(N_("Measuring the screening"), 0, 1)
    return quality(params["run_id"])
