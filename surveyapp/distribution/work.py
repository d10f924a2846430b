"""The long work of this package, as kinds of jobs. What is heavy is imported when a job runs."""

from __future__ import annotations

from typing import Any

from surveyapp.distribution.labels.keeping import KIND
from surveyapp.jobs.registry import Progress, job


@job(KIND)
def make_labels(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id, form (pdf, svg, png), language; for pdf size (a format) and skip (places
    of the first sheet that are used); store, or batch_id for receipt codes; by. Result: file_id.
    """
    from surveyapp.distribution.labels.making import make

    return {"file_id": make(params, progress).id}
