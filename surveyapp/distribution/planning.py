"""Planning what is due: periods that begin, events, texts of waves. The leader only notices; the
work is a job for each study, so that any worker does it and one study waits for no other.
"""

from __future__ import annotations

from typing import Any

from surveyapp.database import db
from surveyapp.distribution import periods, triggering, waves
from surveyapp.jobs import standing
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import SOON, Progress, job

KIND = "distribution.plan"


def due() -> set[int]:
    """Studies for which something is to be planned now. Writes nothing."""
    return periods.due_studies() | triggering.due_studies() | waves.due_studies()


def notice() -> int:
    """Start the waves whose time has come and ask for what is due; how many jobs were asked."""
    waves.start_due()
    found = due()
    asked = sum(standing.ask(KIND, study_id) for study_id in sorted(found))
    db.session.commit()
    return asked


def worth_showing(job: Job) -> bool:
    """Whether a planning takes long enough to be shown, or failed."""
    return job.state == "failed" or (job.state != "done" and job.total > waves.CHUNK)


@job(KIND, lane=SOON)
def plan(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """params: study_id. Twice queues nothing twice, and who was killed is gone on after: each
    chunk is kept, and constraints decide who has a text already. Result: queued (texts).
    """
    return {"queued": waves.expand_due(params["study_id"], progress)}
