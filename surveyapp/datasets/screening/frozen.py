"""Screening a snapshot: its rows as they were frozen, and what the run tells of it."""

from __future__ import annotations

from typing import Any

from surveyapp.datasets import cleaning
from surveyapp.datasets.snapshots.models import Snapshot
from surveyapp.datasets.table import Dataset

SHOWN = ("step", "n", "taken", "weighted_total", "nps")


def read(study_id: int, snapshot: Snapshot) -> Dataset:
    """The rows of the study's snapshot, every checksum compared.

    ValueError for another study's; raises SurveyError `snapshot.changed` or `snapshot.gone`.
    """
    from surveyapp.datasets.snapshots import taking

    if snapshot.study_id != study_id:
        raise ValueError("the snapshot is of another study")
    return taking.read(snapshot).data


def told(study_id: int, snapshot: Snapshot, data: Dataset) -> dict[str, Any]:
    """What the run's summary says of the snapshot: its digest, and the headline of its rows before
    and after each layer of the exclusions that stand after the run. Whoever shows it withholds what
    rests on too few answers.
    """
    from surveyapp.datasets.sensitivity import sensitivity

    steps = sensitivity(data, cleaning.excluded(study_id))
    at = snapshot.at.isoformat()
    return {
        "snapshot": {"id": snapshot.id, "sha256": snapshot.sha256, "at": at},
        "sensitivity": [{key: step.get(key) for key in SHOWN} for step in steps],
    }
