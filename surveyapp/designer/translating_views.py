"""The translation desk over HTTP: two columns, saved field by field, and files out and in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import allowed, roles, signed_in
from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.document import Document
from surveyapp.designer.models import Questionnaire
from surveyapp.designer.phrases import KINDS
from surveyapp.designer.translating import sheet, xliff
from surveyapp.designer.translating.files import (
    OUTCOMES,
    TranslationFile,
    chosen,
    merge,
    unusable,
)
from surveyapp.designer.translating.marks import confirm, marks
from surveyapp.designer.translating.units import (
    Unit,
    digest,
    edit_of,
    lost_pipes,
    phone_lines,
    progress,
    units,
)
from surveyapp.designer.views import designer, questionnaire_or_404
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.languages import direction, explain, name_of

STATE_NAMES = {"missing": N_("Missing"), "stale": N_("Stale"), "done": N_("Done")}
OUTCOME_NAMES = {
    "taken": N_("Taken"),
    "conflicting": N_("Conflicting: the original was changed since the file was written"),
    "refused": N_("Not taken"),
    "unknown": N_("Unknown: the questionnaire has no such text"),
    "empty": N_("Without a translation"),
    "unchanged": N_("Unchanged"),
}
CONFLICT = 409
SHOWN = ("all", "missing", "stale")


@designer.get("/questionnaires/<int:questionnaire_id>/translate")
def translate(questionnaire_id: int) -> str:
    """Every text in two languages; `?source=`, `?to=` and `?show=` choose which."""
    found = questionnaire_or_404(questionnaire_id)
    return _desk(found, editor.draft_of(found))


def _desk(found: Questionnaire, document: Document, **more: Any) -> str:
    source, target = _languages(document)
    show = request.values.get("show", "all")
    show = show if show in SHOWN else "all"
    every = list(units(document, source, target, marks(found.id, source, target))) if target else []
    return render_template(
        "designer/translate.html",
        questionnaire=found,
        document=document,
        source=source,
        target=target,
        show=show,
        units=chosen(every, show),
        progress={
            language: progress(document, source, language, marks(found.id, source, language))
            for language in document.languages
            if language != source
        },
        can_undo=editor.can_undo(found),
        can_redo=editor.can_redo(found),
        **_words(document),
        **more,
    )


def _words(document: Document) -> dict[str, Any]:
    return {
        "may_edit": allowed("designer.translation"),
        "where": _naming(document),
        "STATES": STATE_NAMES,
        "direction": direction,
        "phone_lines": phone_lines,
        "lost_pipes": lost_pipes,
        "digest": digest,
    }


def _naming(document: Document) -> Callable[[Unit], str]:
    """Names a unit in the reader's language: “Question 3 · label of point 1”."""
    numbered = {f"page:{page.id}": n for n, page in enumerate(document.pages, 1)}
    numbered |= {f"question:{q.id}": n for n, q in enumerate(document.questions(), 1)}

    def where(unit: Unit) -> str:
        what = _("label of point %(n)s", n=unit.point) if unit.point is not None else _(unit.what)
        kind, _sign, name = unit.place.partition(":")
        owner = name.partition(".")[0]
        if number := numbered.get(f"question:{owner}"):
            part = _(KINDS[kind]) if kind in ("option", "item") else what
            return str(_("Question %(n)s · %(what)s", n=number, what=part))
        if number := numbered.get(f"page:{owner}"):
            return str(_("Page %(n)s · %(what)s", n=number, what=what))
        part = _(KINDS.get(kind, KINDS["document"]))
        return str(_("%(part)s · %(what)s", part=part, what=what))

    return where


def _languages(document: Document) -> tuple[str, str]:
    """Source and target that the request asks for, else the default and the first other one."""
    asked = request.values.get("source", "")
    source = asked if asked in document.languages else document.default_language
    others = [language for language in document.languages if language != source]
    wanted = request.values.get("to", "")
    return source, wanted if wanted in others else (others or [""])[0]


@designer.post("/questionnaires/<int:questionnaire_id>/translate")
@roles("researcher")
def translation(questionnaire_id: int) -> Response | tuple[Response, int]:
    """Write one translation, or say that it is still right (`act=confirm`)."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    source, target = _languages(document)
    key, value = request.form.get("key", ""), request.form.get("value", "").replace("\r\n", "\n")
    unit = next((u for u in units(document, source, target, {}) if u.key == key), None)
    if unit is None:
        return _told(found, trouble=_("This text is not in the questionnaire any more."))
    if request.form.get("seen") != digest(unit.source):
        return _told(found, unit, trouble=_("The original was changed meanwhile; it is new now."))
    if unit.target not in (request.form.get("was", ""), value):
        who = found.updated_by
        trouble = _("%(who)s wrote something else here meanwhile.", who=who)
        return _told(found, unit, trouble=trouble, theirs=unit.target)
    return _written(found, unit, source, target, value)


def _written(
    found: Questionnaire, unit: Unit, source: str, target: str, value: str
) -> Response | tuple[Response, int]:
    by = signed_in().email
    try:
        editor.save(found, found.revision, edit_of(unit.key, target, value), by)
        if request.form.get("act") == "confirm" and value:
            confirm(found.id, unit.key, (source, unit.source), (target, value), by)
        db.session.commit()
    except SurveyError as error:
        db.session.rollback()
        return _told(found, unit, trouble=" ".join(map(explain, error.findings)))
    return _told(found, unit._replace(target=value, state=""), saved=True)


def _told(
    found: Questionnaire,
    unit: Unit | None = None,
    *,
    trouble: str = "",
    theirs: str | None = None,
    saved: bool = False,
) -> Response | tuple[Response, int]:
    """The answer to the desk's script, or the page again without it."""
    document = editor.draft_of(found)
    source, target = _languages(document)
    counts = progress(document, source, target, marks(found.id, source, target))
    if request.headers.get("X-Desk"):
        told = {
            "trouble": trouble,
            "theirs": theirs,
            "progress": counts,
            "done": _("%(done)s of %(total)s", done=counts["done"], total=counts["total"]),
        }
        if unit is not None:
            told |= {"source": unit.source, "seen": digest(unit.source), "value": unit.target}
            told |= {"lost": lost_pipes(unit.source, unit.target) if unit.target else []}
            told |= {"lines": phone_lines(unit.target)}
        return (jsonify(told), 200) if saved else (jsonify(told), CONFLICT)
    if trouble:
        flash(trouble if theirs is None else f"{trouble} “{theirs}”", "error")
    state: dict[str, Any] = {name: request.form.get(name) for name in ("source", "to", "show")}
    return redirect(url_for("designer.translate", questionnaire_id=found.id, **state))


@designer.post("/questionnaires/<int:questionnaire_id>/translate/<any(undo, redo):step>")
@roles("researcher")
def translation_walk(questionnaire_id: int, step: str) -> Response:
    """Undo or redo the latest change of the draft, and stay at the desk."""
    found = questionnaire_or_404(questionnaire_id)
    move = editor.undo if step == "undo" else editor.redo
    try:
        move(found, request.form.get("revision", found.revision, type=int), signed_in().email)
        db.session.commit()
    except SurveyError as error:
        db.session.rollback()
        flash(" ".join(map(explain, error.findings)), "error")
    state: dict[str, Any] = {name: request.form.get(name) for name in ("source", "to", "show")}
    return redirect(url_for("designer.translate", questionnaire_id=found.id, **state))


@designer.post("/questionnaires/<int:questionnaire_id>/translate/language")
@roles("researcher")
def translation_language(questionnaire_id: int) -> Response:
    """Add a language to translate into."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    tag = request.form.get("language", "").strip()
    languages = [*document.languages, *([] if tag in document.languages else [tag])]
    edit = {"do": "set", "at": "document", "values": {"languages": languages}}
    try:
        if not tag:
            template = N_("Give the tag of a language, such as fr or pt-BR.")
            raise SurveyError(Finding("translation.no_language", "document", template))
        editor.save(found, found.revision, edit, signed_in().email)
        db.session.commit()
        flash(_("%(language)s is one of the languages now.", language=name_of(tag)), "success")
    except SurveyError as error:
        db.session.rollback()
        flash(" ".join(map(explain, error.findings)), "error")
    return redirect(url_for("designer.translate", questionnaire_id=found.id, to=tag))


@designer.get("/questionnaires/<int:questionnaire_id>/translate.<kind>")
def translation_file(questionnaire_id: int, kind: str) -> FlaskResponse:
    """The texts for a translator, as XLIFF 2.0 or as a workbook."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    source, target = _languages(document)
    if not target or kind not in ("xlf", "xlsx"):
        abort(404)
    every = units(document, source, target, marks(found.id, source, target))
    wanted = chosen(every, request.args.get("show", "all"))
    if kind == "xlf":
        name = document.text(document.title, source)
        content = xliff.write(name, source, target, wanted, _naming(document))
        mimetype = "application/xliff+xml"
    else:
        content = sheet.write(
            source, target, wanted, _naming(document), lambda s: _(STATE_NAMES[s])
        )
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    filename = f"questionnaire-{found.id}-{source}-{target}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return FlaskResponse(content, mimetype=mimetype, headers=headers)


@designer.post("/questionnaires/<int:questionnaire_id>/translate/import")
@roles("researcher")
def translation_import(questionnaire_id: int) -> Response | str | tuple[str, int]:
    """Take a translator's file over, and report what became of each text."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    try:
        file = _read(document)
        report = merge(document, file, anyway=request.form.get("anyway") == "1")
        if report.edit is not None:
            editor.save(found, found.revision, report.edit, signed_in().email)
            db.session.commit()
    except SurveyError as error:
        db.session.rollback()
        return _desk(found, document, refusal=error.findings), 422
    return render_template(
        "designer/translate_report.html",
        questionnaire=found,
        document=document,
        file=file,
        report=report,
        OUTCOMES=OUTCOMES,
        names=OUTCOME_NAMES,
        **_words(document),
    )


def _read(document: Document) -> TranslationFile:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise unusable("no_file", N_("Choose a file first."))
    content = upload.stream.read()
    named = PurePath(upload.filename).suffix.lower() == ".xlsx" or content[:2] == b"PK"
    file = sheet.read(content, upload.filename) if named else xliff.read(content)
    for language in (file.source, file.target):
        if language not in document.languages:
            template = N_("The questionnaire does not have the language “{language}” of the file.")
            raise unusable("language", template, language=language)
    if file.source == file.target:
        raise unusable("no_languages", N_("The file translates a language into itself."))
    return file
