"""Taking a snapshot of a study, finding it again, reading it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.offering import contents
from surveyapp.datasets.exports.writing import Report, failure, sweep
from surveyapp.datasets.gather import dataset
from surveyapp.datasets.models import CleaningEntry
from surveyapp.datasets.snapshots import files
from surveyapp.datasets.snapshots.models import Snapshot
from surveyapp.distribution.models import Study
from surveyapp.findings import N_, SurveyError


def folder() -> Path:
    """Where snapshots lie: instance/snapshots."""
    return Path(current_app.instance_path) / "snapshots"


def take(study_id: int, report: Report = lambda *_: None, *, by: str = "") -> Snapshot:
    """Freeze the study's completed responses with flags and exclusions. by: who asked
    for it (whoever is signed in). For the worker; commits.

    Raises SurveyError: `snapshot.changed`, `export.disk_full`, `export.not_written`.
    """
    report(N_("Gathering the answers"), 0, 0)
    study = db.session.get_one(Study, study_id)
    content = contents(study, dataset(study_id), clean=False)
    mark = _watermark(study_id, content)
    moment = clock.now().astimezone(ZoneInfo(study.timezone)).strftime("%Y%m%d-%H%M%S-%f")
    db.session.rollback()
    report(N_("Writing the file"), 0, 0)
    name = f"study-{study_id}-{moment}"
    row = Snapshot(
        study_id=study_id,
        name=name,
        rows=len(content),
        newest_response=mark.newest_response,
        newest_at=mark.newest_at,
        cleaning_line=mark.cleaning_line,
        dataset_hash=content.data.hash,
        sha256=_kept(name, content, mark),
        size=sum(path.stat().st_size for path in (folder() / name).iterdir()),
        actor=by or audit.actor(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "dataset.snapshot",
        f"study:{study_id}",
        by=by,
        snapshot=row.id,
        sha256=row.sha256,
        dataset=row.dataset_hash,
    )
    db.session.commit()
    return row


def read(snapshot: Snapshot) -> Content:
    """What it holds. Raises SurveyError `snapshot.changed` or `snapshot.gone`."""
    return files.read(folder() / snapshot.name, snapshot.sha256)


def _watermark(study_id: int, content: Content) -> Snapshot:
    """Up to where the data go: a row that is not kept, with the three marks."""
    newest = max(content.data.ids, default=None)
    line = select(func.max(CleaningEntry.id)).where(CleaningEntry.study_id == study_id)
    at = select(Response.completed_at).where(Response.id == newest)
    return Snapshot(
        newest_response=newest,
        newest_at=db.session.scalar(at) if newest is not None else None,
        cleaning_line=db.session.scalar(line),
    )


def _kept(name: str, content: Content, mark: Snapshot) -> str:
    """Write under a temporary name, then move: a snapshot is there whole, or not at all."""
    told = {
        "response": mark.newest_response,
        "completed_at": mark.newest_at and mark.newest_at.isoformat(),
        "cleaning_line": mark.cleaning_line,
    }
    try:
        folder().mkdir(parents=True, exist_ok=True)
        sweep(folder())
        workshop = Path(tempfile.mkdtemp(dir=folder(), prefix=".writing-"))
        try:
            found = files.write(workshop, content, told)
            workshop.chmod(0o755)
            workshop.rename(folder() / name)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    except SurveyError:
        raise
    except Exception as error:
        raise failure(error, folder(), name) from error
    return found
