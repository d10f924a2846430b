"""Making a report and keeping it: files that are there whole, once, and never change."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.datasets.digests import digest_of
from surveyapp.distribution.models import Study
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.jobs.refusals import as_stored
from surveyapp.languages import LOCALES
from surveyapp.reports.papers.models import Report

Told = Callable[[str, int, int], None]
KIND = "reports.paper"
ACTION = "report.make"
PDF, HTML, XLSX, FIGURES = "report.pdf", "report.html", "figures.xlsx", "figures.json"
NAMES = (PDF, HTML, XLSX, FIGURES)
STEPS = 6
FORGOTTEN_AFTER = 24 * 3600
"""Seconds after which a folder that no report names is one that a killed job left."""


def folder() -> Path:
    """Where reports lie: instance/reports."""
    return Path(current_app.instance_path) / "reports"


def token() -> str:
    """A name for a new request."""
    return secrets.token_hex(8)


def of_study(study_id: int, most: int = 50) -> list[Report]:
    """The study's reports, newest first."""
    rows = select(Report).where(Report.study_id == study_id).order_by(Report.id.desc())
    return list(db.session.scalars(rows.limit(most)))


def of_token(name: str) -> Report | None:
    """The report that came of a request, if it did."""
    return db.session.scalar(select(Report).where(Report.token == name))


def make(asked: Mapping[str, Any], told: Told = lambda *_: None) -> Report:
    """Make what was asked for and keep it, or give what an earlier run of the same request kept.

    asked: study_id, token, language; span (all, period, days) with period or from and to; snapshot,
    brand, sections, by. For the worker; commits. Raises SurveyError: what `sources` and
    `export.not_written` say.
    """
    known = of_token(asked["token"])
    if known is not None:
        return known
    study = db.session.get_one(Study, asked["study_id"])
    with force_locale(LOCALES[asked["language"]]):
        row, files = _written(study, asked, told)
    place = _kept(row.folder, files)
    row.files = {path.name: digest_of(path) for path in sorted(place.iterdir())}
    row.size = sum(path.stat().st_size for path in place.iterdir())
    try:
        told(N_("Keeping the report"), STEPS, STEPS)
        return _noted(row, str(asked.get("by") or ""))
    except BaseException:
        db.session.rollback()
        shutil.rmtree(place, ignore_errors=True)
        raise


def _written(study: Study, asked: Mapping[str, Any], told: Told) -> tuple[Report, dict[str, bytes]]:
    """The row, not yet kept, and the bytes of its files."""
    from surveyapp.reports.papers import gathering, making, rendering, sources
    from surveyapp.reports.papers.speech import Speech

    told(N_("Gathering the answers"), 0, STEPS)
    source = sources.source(study, asked)
    told(N_("Computing the figures"), 1, STEPS)
    facts, content = gathering.facts(study, source, asked)
    told(N_("Writing the report"), 2, STEPS)
    document = making.document(facts, Speech(asked["language"], gettext))
    palette = facts.brand.palette
    files = {FIGURES: content, HTML: rendering.html(document, palette).encode()}
    told(N_("Writing the spreadsheet"), 3, STEPS)
    files[XLSX] = rendering.workbook(document)
    told(N_("Setting the pages"), 4, STEPS)
    findings: list[Finding] = []
    try:
        files[PDF] = rendering.pdf(rendering.html(document, palette, pdf=True))
    except SurveyError as missing:
        findings += missing.findings
    told(N_("Keeping the report"), 5, STEPS)
    of = facts.provenance
    row = Report(
        study_id=study.id,
        token=asked["token"],
        folder=f"report-{study.id}-{asked['token']}-{secrets.token_hex(4)}",
        title=facts.period,
        language=asked["language"],
        asked={key: value for key, value in asked.items() if key != "by"},
        n=facts.figures["n"],
        content_hash=of.content,
        dataset_hash=of.dataset,
        head=of.head,
        words=of.words,
        findings=[as_stored(finding) for finding in findings],
        actor=asked.get("by") or audit.actor(),
    )
    db.session.rollback()
    return row, files


def _kept(name: str, files: Mapping[str, bytes]) -> Path:
    """Write under a temporary name, bring to disk, then move; nobody may write into them."""
    from surveyapp.datasets.exports.writing import failure, sweep

    try:
        folder().mkdir(parents=True, exist_ok=True)
        sweep(folder())
        workshop = Path(tempfile.mkdtemp(dir=folder(), prefix=".writing-"))
        try:
            for file, content in files.items():
                _to_disk(workshop / file, content)
            workshop.chmod(0o755)
            return workshop.rename(folder() / name)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    except Exception as error:
        raise failure(error, folder(), name) from error


def _to_disk(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o444)


def _noted(row: Report, by: str) -> Report:
    db.session.add(row)
    db.session.flush()
    audit.record(
        ACTION,
        f"study:{row.study_id}",
        by=by,
        report=row.id,
        files=row.files,
        content=row.content_hash,
        dataset=row.dataset_hash,
        words=row.words,
    )
    db.session.commit()
    return row


def sweep_folders() -> int:
    """Forget what killed jobs left; how many folders."""
    known = set(db.session.scalars(select(Report.folder)))
    db.session.rollback()
    left = [
        place for place in (folder().iterdir() if folder().is_dir() else ())
        if place.name not in known and time.time() - place.stat().st_mtime > FORGOTTEN_AFTER
    ]  # fmt: skip
    for place in left:
        shutil.rmtree(place, ignore_errors=True)
    return len(left)
