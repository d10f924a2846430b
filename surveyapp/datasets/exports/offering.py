"""Exports of a study: made by the worker, listed with their hashes, found again for download."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.about import FINISHED
from surveyapp.datasets.desk import newest_run
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.writing import Report, Written, write_files
from surveyapp.datasets.gather import dataset
from surveyapp.datasets.models import CleaningEntry, ExportFile
from surveyapp.datasets.screening.running import flags_of
from surveyapp.datasets.sensitivity import cleaned
from surveyapp.datasets.table import Dataset
from surveyapp.distribution.models import Study
from surveyapp.findings import N_, Finding, SurveyError


def folder() -> Path:
    """Where exports lie: instance/exports."""
    return Path(current_app.instance_path) / "exports"


def export(
    study_id: int,
    kind: str,
    *,
    clean: bool = True,
    unfinished: bool = False,
    snapshot: Content | None = None,
    report: Report = lambda *_: None,
) -> list[ExportFile]:
    """Write, check and offer a study's data in a format (csv, xlsx, sav, parquet), with codebook
    and cleaning log. clean: without what is excluded. unfinished: also what was begun and not
    completed, excluded by that. snapshot: from what was frozen, not from now, which holds completed
    answers only. For the worker; commits.
    Raises SurveyError (see `write_files`).
    """
    report(N_("Gathering the answers"), 0, 0)
    study = db.session.get_one(Study, study_id)
    content = (
        contents(study, dataset(study_id, unfinished=unfinished), clean=clean)
        if snapshot is None
        else only_cleaned(snapshot, clean=clean)
    )
    moment = clock.now().astimezone(ZoneInfo(study.timezone)).strftime("%Y%m%d-%H%M%S-%f")
    scope = "cleaned" if clean else "begun" if unfinished else "full"
    stem = f"study-{study_id}-{scope}-{moment}"
    db.session.rollback()
    written = write_files(folder(), stem, content, kind, report)
    files = [_row(study_id, file, content.data, clean) for file in written]
    db.session.add_all(files)
    audit.record(
        "dataset.export",
        f"study:{study_id}",
        format=kind,
        cleaned=clean,
        unfinished=unfinished,
        dataset=content.data.hash,
        files={file.path.name: file.sha256 for file in written},
    )
    db.session.commit()
    return files


def only_cleaned(content: Content, *, clean: bool) -> Content:
    """All of it, or without what its cleaning log excludes."""
    return replace(content, data=content.entering) if clean else content


def contents(study: Study, data: Dataset, *, clean: bool) -> Content:
    """A dataset with the flags of the newest run and the state of the cleaning log."""
    out = cleaning.excluded(study.id)
    run = newest_run(study.id)
    rules: dict[int, list[str]] = {}
    for flag in flags_of(run.id) if run else ():
        rules.setdefault(flag.response_id, []).append(flag.rule)
    zone = ZoneInfo(study.timezone)
    return Content(
        cleaned(data, out) if clean else data,
        {response: " ".join(found) for response, found in rules.items()},
        {**_left(data), **{response: _why(line) for response, line in out.items()}},
        tuple(_log_line(line, zone) for line in cleaning.log(study.id)),
        data.language,
    )


def _left(data: Dataset) -> dict[int, str]:
    """The responses that nobody completed: no estimate has them."""
    if FINISHED not in data.codebook.variables:
        return {}
    rows = zip(data.ids, data.table[FINISHED.name].to_pylist(), strict=True)
    return {response: "unfinished" for response, finished in rows if not finished}


def offered(study_id: int) -> list[ExportFile]:
    """The files of a study, newest first."""
    files = select(ExportFile).where(ExportFile.study_id == study_id)
    return list(db.session.scalars(files.order_by(ExportFile.id.desc())))


def file_path(file_id: int) -> Path:
    """Where an offered file lies. Raises SurveyError when it is gone."""
    row = db.session.get(ExportFile, file_id)
    path = folder() / row.name if row else None
    if path is None or not path.is_file():
        template = N_("This export is no longer there. Make a new one.")
        raise SurveyError(Finding("export.gone", f"export:{file_id}", template))
    return path


def _row(study_id: int, file: Written, data: Dataset, clean: bool) -> ExportFile:
    return ExportFile(
        study_id=study_id,
        format=file.kind,
        cleaned=clean,
        name=file.path.name,
        rows=file.rows,
        sha256=file.sha256,
        dataset_hash=data.hash,
        actor=audit.actor(),
    )


def _why(line: CleaningEntry) -> str:
    return f"{line.rule}: {line.reason}" if line.reason else line.rule


def _log_line(line: CleaningEntry, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        line.at.astimezone(zone).isoformat(" ", "seconds"),
        str(line.response_id),
        line.action,
        str(line.layer),
        line.rule,
        line.reason,
        line.actor,
    )
