"""The verification as long work: `evidence.verify`."""

from __future__ import annotations

from typing import Any

from surveyapp.jobs.refusals import as_stored
from surveyapp.jobs.registry import Progress, job

KIND = "evidence.verify"


@job(KIND)
def verify_all(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: head (kept elsewhere, may be empty). Result: the verdict as JSON."""
    from surveyapp.evidence.verifying import verify

    verdict = verify(progress, params.get("head", ""))
    return {
        "head": verdict.head,
        "entries": verdict.entries,
        "compared": dict(verdict.compared),
        "whole": verdict.whole,
        "findings": [as_stored(finding) for finding in verdict.findings],
    }
