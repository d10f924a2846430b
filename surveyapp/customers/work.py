"""The import as long work: `customers.import`."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from surveyapp.accounts import audit
from surveyapp.customers import uploads
from surveyapp.customers.importing import Outcome, import_rows
from surveyapp.customers.rejects import Rejects
from surveyapp.customers.targets import target
from surveyapp.database import db
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.jobs.registry import Progress, job
from surveyapp.languages import LOCALES, explain
from surveyapp.tabular.table import open_rows

KIND = "customers.import"


@job(KIND)
def import_upload(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Import the upload `token` under the mapping `columns`.

    params: token, columns, options (of the subject), language (of the reasons), by. Running
    it twice updates what the first run created. The upload is deleted in the end, whatever that is.
    """
    upload = uploads.find(params["token"])
    if upload is None:
        raise SurveyError(
            Finding("import.upload_gone", "file", N_("The uploaded file is gone. Upload it again."))
        )
    try:
        outcome = _imported(upload, params, progress)
    except SurveyError as refusal:
        db.session.rollback()
        _record(upload, params["by"], refused=[finding.code for finding in refusal.findings])
        upload.delete()
        raise
    _record(upload, params["by"], **outcome.counts())
    upload.delete()
    about = {"of": upload.of, "filename": upload.filename, "token": upload.token}
    return {**outcome.as_json(), **about}


def _imported(upload: uploads.Upload, params: dict[str, Any], progress: Progress) -> Outcome:
    with (
        force_locale(LOCALES[params["language"]]),
        open_rows(upload.path, upload.filename) as table,
        Rejects(upload.rejects, table.header, explain, sealed=True) as rejects,
    ):
        return import_rows(
            table,
            params["columns"],
            rejects,
            progress,
            total=expected_rows(upload),
            into=target(upload.of, params.get("options", {})),
        )


def expected_rows(upload: uploads.Upload) -> int:
    """Rows of a text file by its line ends, for the progress only; 0 (unknown) for a workbook."""
    if upload.filename.lower().endswith((".xlsx", ".xlsm")):
        return 0
    with upload.path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def _record(upload: uploads.Upload, by: str, **detail: Any) -> None:
    audit.record(f"{upload.of}.import", f"file:{upload.filename}"[:120], by=by, **detail)
    db.session.commit()
