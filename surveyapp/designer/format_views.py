"""Importing a file of another program, with its report first; exporting to other programs."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles, signed_in
from surveyapp.database import db
from surveyapp.designer import editor, import_reports
from surveyapp.designer.document import Document
from surveyapp.designer.formats.guarding import MAX_BYTES
from surveyapp.designer.formats.notes import Imported, Note
from surveyapp.designer.forms import ConfirmImportForm, ImportForm
from surveyapp.designer.question_types import TYPES
from surveyapp.designer.views import designer, questionnaire_or_404
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.languages import explain

FORMATS = {
    "xlsform": ("XLSForm", N_("For KoboToolbox, ODK and others: an Excel workbook.")),
    "surveyjs": ("SurveyJS", N_("For websites that show it with SurveyJS: a JSON file.")),
    "json": ("JSON", N_("Everything, in our own published format; to keep or to move.")),
}
"""Formats to export to: name and what each is for."""
_WORDS = {
    "pages": N_("Pages of the questionnaire"),
    "options": N_("Answers to choose"), "rules": N_("Rules"),
    "languages": N_("Languages"), "computed": N_("Computed values"),
}  # fmt: skip
_PLACES = {
    "survey": N_("Row %(name)s"), "choices": N_("Row %(name)s of the choices"),
    "question": N_("Question %(name)s"),
    "page": N_("Page %(name)s"), "group": N_("Group %(name)s"), "block": N_("Block %(name)s"),
    "flow": N_("Flow %(name)s"), "quota": N_("Quota %(name)s"),
    "language": N_("Language %(name)s"), "sheet": N_("Sheet %(name)s"),
    "dimension": N_("Dimension %(name)s"), "settings": N_("Settings"),
    "trigger": N_("Trigger %(name)s"), "check": N_("Check %(name)s"),
    "option": N_("Answer %(name)s"), "item": N_("Statement %(name)s"),
    "computed": N_("Computed value %(name)s"), "title": N_("Title (%(name)s)"),
}  # fmt: skip
_LARGEST_PACKED = 3 * 1024 * 1024


@designer.route("/questionnaires/import", methods=["GET", "POST"])
@roles("researcher")
def import_file() -> str | tuple[str, int]:
    """Choose a file; then see what came over and what did not, before anything is created."""
    form = ImportForm()
    if not form.validate_on_submit():
        page = render_template("designer/import.html", form=form, limit=MAX_BYTES // 1024**2)
        return page if request.method == "GET" else (page, 422)
    try:
        imported = _read(form.file.data, str(form.kind.data))
        packed = _packed(imported.document)
    except SurveyError as error:
        form.file.errors = [explain(finding) for finding in error.findings[:5]]
        page = render_template("designer/import.html", form=form, limit=MAX_BYTES // 1024**2)
        return page, 422
    return _report(imported, packed, form.file.data.filename or "")


def _read(upload: FileStorage, kind: str) -> Imported:
    from surveyapp.designer.formats.reading import read_any

    content = upload.stream.read(MAX_BYTES + 1)  # one more says that it is too large
    upload.close()
    return read_any(content, (upload.filename or "")[-120:], kind)


def _report(imported: Imported, packed: str, filename: str) -> str:
    report = import_reports.report_of(imported, filename)
    confirm = ConfirmImportForm(formdata=None, packed=packed, report=import_reports.packed(report))
    return render_template(
        "designer/import_preview.html",
        confirm=confirm,
        document=imported.document,
        **_words_of(report),
    )


def _words_of(report: import_reports.Report) -> dict[str, Any]:
    """What the pages with a report show."""
    return {
        "report": report,
        "carried": carried_words(report.carried),
        "lost": by_place(report.not_carried),
        "told": by_place(report.information),
    }


@designer.get("/questionnaires/<int:questionnaire_id>/import-report")
def import_report(questionnaire_id: int) -> str:
    """What came over and what did not when the questionnaire was imported."""
    found = questionnaire_or_404(questionnaire_id)
    report = import_reports.kept(found) or abort(404)
    return render_template(
        "designer/import_report.html",
        questionnaire=found,
        document=editor.draft_of(found),
        **_words_of(report),
    )


def carried_words(carried: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """What came over, with names that people know."""
    return [
        (_(TYPES[kind].name) if kind in TYPES else _(_WORDS[kind]), count)
        for kind, count in carried
    ]


def by_place(notes: Iterable[Note]) -> list[tuple[str, list[Note]]]:
    """Notes under the element that they concern, in the order of the file."""
    found: dict[str, list[Note]] = {}
    for note in notes:
        found.setdefault(place_words(note.place), []).append(note)
    return list(found.items())


def place_words(place: str) -> str:
    """An element of a file as people call it: Row 12, Question Q3."""
    kind, _colon, name = place.partition(":")
    if kind == "survey" and not name.isdigit():
        return str(_("The whole questionnaire"))
    return str(_(_PLACES[kind], name=name)) if kind in _PLACES else name or kind


@designer.post("/questionnaires/import/create")
@roles("researcher")
def import_create() -> AnyResponse | tuple[str, int]:
    """Create what the report showed, and open the editor."""
    form = ConfirmImportForm()
    report = import_reports.unpacked(str(form.report.data))
    if not form.validate_on_submit() or report is None:
        raise BadRequest
    made = editor.create(_unpacked(str(form.packed.data)), signed_in().email)
    import_reports.keep(made, report)
    audit.record("questionnaire.import", f"questionnaire:{made.id}", kind=report.kind,
                 not_carried=len(report.not_carried))  # fmt: skip
    db.session.commit()
    return redirect(url_for("designer.edit", questionnaire_id=made.id))


def _packed(document: Document) -> str:
    """The document for a field of the report's form; nothing is stored before it is wanted."""
    content = base64.b64encode(zlib.compress(document.model_dump_json().encode())).decode()
    if len(content) > _LARGEST_PACKED:
        why = N_("The questionnaire is too large to be imported here.")
        raise SurveyError(Finding("format.too_large", "file", why))
    return content


def _unpacked(packed: str) -> Document:
    """The document again; whatever a browser sends instead is refused."""
    try:
        raw = zlib.decompressobj().decompress(
            base64.b64decode(packed, validate=True), 8 * MAX_BYTES
        )
        return Document.model_validate_json(raw)
    except (ValueError, zlib.error, ValidationError) as error:
        raise BadRequest from error


@designer.get("/questionnaires/<int:questionnaire_id>/export")
def export_page(questionnaire_id: int) -> str:
    """The formats that the draft can be taken away in, and what each cannot say."""
    from surveyapp.designer.formats.targets import export

    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    lost = {target: by_place(export(document, target).not_carried) for target in FORMATS}
    return render_template("designer/export.html", questionnaire=found, document=document,
                           formats=FORMATS, lost=lost)  # fmt: skip


@designer.get("/questionnaires/<int:questionnaire_id>/export/<any(xlsform,surveyjs,json):target>")
def export_file(questionnaire_id: int, target: str) -> Response:
    """The draft as a file of that format."""
    from surveyapp.designer.formats.targets import export

    found = questionnaire_or_404(questionnaire_id)
    exported = export(editor.draft_of(found), target)
    response = Response(exported.content, mimetype=exported.mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=exported.filename)
    return response
