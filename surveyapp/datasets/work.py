"""The long work of this package, as kinds of jobs. What is heavy is imported when a job runs."""

from __future__ import annotations

from typing import Any

from surveyapp.database import db
from surveyapp.findings import N_
from surveyapp.jobs.registry import Progress, job


@job("screening.run")
def screen_study(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id; recipe (JSON; left out: the study's last one); snapshot (id; left out: the
    answers of now). Result: run_id, summary.
    """
    from surveyapp.datasets.screening.recipe import recipe_of
    from surveyapp.datasets.screening.running import run_screening
    from surveyapp.datasets.snapshots.models import Snapshot

    progress(N_("Screening the answers"), 0, 1)
    recipe = recipe_of(params["recipe"]) if params.get("recipe") is not None else None
    chosen = params.get("snapshot")
    frozen = db.session.get_one(Snapshot, chosen) if chosen else None
    run = run_screening(params["study_id"], recipe, frozen)
    counts = {key: value for key, value in run.summary.items() if key != "sensitivity"}
    result = {"run_id": run.id, "summary": counts, "result_hash": run.result_hash}
    progress(N_("Screening the answers"), 1, 1)
    return result


@job("datasets.export")
def export_study(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id, format (csv, xlsx, sav, parquet), cleaned (default true), unfinished
    (default false), snapshot (id; left out: the answers of now). Result: files.
    """
    from surveyapp.datasets.exports.offering import export
    from surveyapp.datasets.snapshots.models import Snapshot
    from surveyapp.datasets.snapshots.taking import read

    frozen = params.get("snapshot")
    files = export(
        params["study_id"],
        params["format"],
        clean=params.get("cleaned", True),
        unfinished=params.get("unfinished", False),
        snapshot=read(db.session.get_one(Snapshot, frozen)) if frozen else None,
        report=progress,
    )
    return {"files": [{"id": f.id, "format": f.format, "name": f.name} for f in files]}


@job("datasets.snapshot")
def freeze_study(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id, by. Result: snapshot_id, sha256."""
    from surveyapp.datasets.snapshots.taking import take

    row = take(params["study_id"], progress, by=params.get("by", ""))
    return {"snapshot_id": row.id, "sha256": row.sha256}


@job("archive.make")
def archive_study(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id, by. Result: archive_id, rows, size."""
    from surveyapp.datasets.archive.moving import archive

    row = archive(params["study_id"], progress, by=params.get("by", ""))
    return {"archive_id": row.id, "rows": row.rows, "size": row.size}


@job("archive.restore")
def restore_study(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id, by. Result: archive_id, rows."""
    from surveyapp.datasets.archive.moving import restore

    row = restore(params["study_id"], progress, by=params.get("by", ""))
    return {"archive_id": row.id, "rows": row.rows}


@job("screening.quality")
def measure_screening(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: run_id. Result: precision and recall of each layer, and the readers' agreement."""
    from surveyapp.datasets.screening.quality import quality

    progress(N_("Measuring the screening"), 0, 1)
    return quality(params["run_id"])
