"""The report of an import: carried along signed until the import is wanted, then kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from surveyapp.database import db
from surveyapp.designer.formats.notes import Imported, Note, Noted, note_of, stored
from surveyapp.designer.models import ImportReport, Questionnaire


@dataclass(frozen=True)
class Report(Noted):
    """What an import said. carried: kinds of elements and how many came over."""

    filename: str
    kind: str
    carried: Sequence[tuple[str, int]]
    notes: tuple[Note, ...]


def report_of(imported: Imported, filename: str) -> Report:
    """The report of what was read from a file."""
    return Report(filename[-120:], imported.kind, tuple(imported.carried.items()), imported.notes)


def packed(report: Report) -> str:
    """The report for a hidden field; nobody but this installation can make one."""
    notes = [stored(note) for note in report.notes]
    return str(_signer().dumps([report.filename, report.kind, list(report.carried), notes]))


def unpacked(text: str) -> Report | None:
    """The report again; None where it is not one of ours."""
    try:
        filename, kind, carried, notes = _signer().loads(text)
    except BadData:
        return None
    return _report(filename, kind, carried, notes)


def keep(questionnaire: Questionnaire, report: Report) -> None:
    """Keep the report with the questionnaire (in the caller's transaction)."""
    db.session.add(
        ImportReport(
            questionnaire_id=questionnaire.id,
            filename=report.filename,
            kind=report.kind,
            carried=[list(pair) for pair in report.carried],
            notes=[stored(note) for note in report.notes],
        )
    )


def kept(questionnaire: Questionnaire) -> Report | None:
    """The report of the questionnaire's import; None where it was not imported."""
    row = questionnaire.import_report
    return _report(row.filename, row.kind, row.carried, row.notes) if row else None


def _report(
    filename: str,
    kind: str,
    carried: Sequence[Sequence[object]],
    notes: Sequence[dict[str, object]],
) -> Report:
    pairs = tuple((str(name), int(str(count))) for name, count in carried)
    return Report(filename, kind, pairs, tuple(note_of(one) for one in notes))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="import report")
