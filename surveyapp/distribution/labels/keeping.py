"""Files of labels: where they lie, which are offered, and when they go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution.labels.models import LabelFile
from surveyapp.jobs.models import Job

KEPT = timedelta(days=7)
KIND = "labels.make"
"""The kind of job that makes them."""
ABANDONED = timedelta(hours=1)
"""A file without a row that is older than this was left by a job that died."""


def folder() -> Path:
    """Where files of labels lie: instance/labels."""
    return Path(current_app.instance_path) / "labels"


def offered(study_id: int) -> Sequence[LabelFile]:
    """The study's files, newest first."""
    rows = select(LabelFile).where(LabelFile.study_id == study_id)
    return db.session.scalars(rows.order_by(LabelFile.id.desc())).all()


def under_way(study_id: int) -> Job | None:
    """The study's newest job of labels, unless it has ended well."""
    rows = select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(50)
    ours = (job for job in db.session.scalars(rows) if job.params.get("study_id") == study_id)
    newest = next(ours, None)
    return newest if newest and newest.state != "done" else None


def sweep() -> int:
    """Delete the files that are older than KEPT, and what dead jobs left; how many files."""
    old = db.session.scalars(select(LabelFile).where(LabelFile.made_at < clock.now() - KEPT)).all()
    gone = [folder() / row.name for row in old]
    for row in old:
        db.session.delete(row)
    db.session.commit()
    known = set(db.session.scalars(select(LabelFile.name)))
    db.session.rollback()
    gone += [path for path in _files() if path.name not in known and _abandoned(path)]
    for path in dict.fromkeys(gone):
        path.unlink(missing_ok=True)
    return len(dict.fromkeys(gone))


def _files() -> list[Path]:
    return [path for path in folder().iterdir() if path.is_file()] if folder().is_dir() else []


def _abandoned(path: Path) -> bool:
    return path.stat().st_mtime < (clock.now() - ABANDONED).timestamp()
