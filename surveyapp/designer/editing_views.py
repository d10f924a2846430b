"""The editor over HTTP: one page, and one address that every change is sent to."""

from __future__ import annotations

import json
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles, signed_in
from surveyapp.database import db
from surveyapp.designer import (
    editor,
    findings_at_hand,
    history,
    moving,
    phrases,
    rule_form,
    rule_rows,
    starters,
)
from surveyapp.designer.document import Document
from surveyapp.designer.editor_page import page, words, workspace
from surveyapp.designer.edits import Edit
from surveyapp.designer.form_edits import edit_from
from surveyapp.designer.models import Questionnaire
from surveyapp.designer.pipe_sources import pipe_sources
from surveyapp.designer.rule_building import REMOVABLE, VALUES
from surveyapp.designer.rule_sources import choices
from surveyapp.designer.rule_text import parse
from surveyapp.designer.selecting import after, selected
from surveyapp.designer.views import designer, questionnaire_or_404, shown_language
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.languages import explain

STALE, REFUSED = 409, 422


@designer.get("/questionnaires/<int:questionnaire_id>")
def edit(questionnaire_id: int) -> Response:
    """The editor: outline, page, properties."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    return page(workspace(found, document, selected(document, request.args.get("at"))))


@designer.get("/questionnaires/<int:questionnaire_id>/findings")
def findings(questionnaire_id: int) -> Response:
    """The editor with the findings of the present draft; asked for when a change is saved."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    findings_at_hand.check(found, document)
    return page(workspace(found, document, selected(document, request.args.get("at"))))


@designer.get("/questionnaires/<int:questionnaire_id>/sources")
def sources(questionnaire_id: int) -> str:
    """What a text of the part at `?at=` may pipe: answers before it, facts, computed values."""
    document = editor.draft_of(questionnaire_or_404(questionnaire_id))
    place, language = request.args.get("at", ""), shown_language(document)
    found = pipe_sources(document, place, language)
    return render_template("designer/_sources.html", sources=found)


@designer.post("/questionnaires/<int:questionnaire_id>/edit")
@roles("researcher")
def save(questionnaire_id: int) -> Response:
    """Make one edit on the draft of the revision that the form names."""
    found = questionnaire_or_404(questionnaire_id)
    try:
        wanted = _wanted(request.form, editor.draft_of(found))
    except SurveyError as error:
        return refused(found, error)
    return _save(found, wanted)


def _wanted(form: MultiDict[str, str], document: Document) -> Edit:
    """The edit of an ordinary form, of the row builder, or of a rule written as text."""
    do = form.get("do")
    if "step" in form:
        way, _, place = form["step"].partition(" ")
        return moving.step(document, place, way)
    if do not in ("rows", "rule-text"):
        return starters.fill(edit_from(form), document)
    place, name = form.get("at", ""), form.get("field", "show")
    if do == "rows":
        known = choices(document, place, document.default_language, name)
        types = {key: choice.type for key, choice in known.items()}
        rule = rule_rows.rule_of(rule_form.group_from(form, types, form.get("act", "")))
    else:
        text = form.get("text", "").strip()
        rule = parse(text, document, value=name in VALUES) if text else None
    if rule is None and name not in REMOVABLE:
        template = N_("There must be a rule here; delete the part if it is not needed.")
        raise SurveyError(Finding("edit.refused", place, template, {"field": name}))
    return {"do": "set", "at": place, "values": {name: rule}}


def _save(found: Questionnaire, wanted: Edit) -> Response:
    revision = request.form.get("revision", -1, type=int)
    before = editor.draft_of(found)
    try:
        now = editor.save(found, revision, wanted, signed_in().email, _token())
        db.session.commit()
    except editor.StaleDraftError:
        return _stale(found, revision, wanted)
    except SurveyError as error:
        db.session.rollback()
        return refused(found, error)
    here = after(before, now, wanted, request.form.get("here", ""))
    return _done(found, now, wanted, here)


@designer.post("/questionnaires/<int:questionnaire_id>/<any(undo, redo):step>")
@roles("researcher")
def walk(questionnaire_id: int, step: str) -> Response:
    """Undo the latest change, or do it again."""
    found = questionnaire_or_404(questionnaire_id)
    revision = request.form.get("revision", -1, type=int)
    move = editor.undo if step == "undo" else editor.redo
    before = editor.draft_of(found)
    try:
        now = move(found, revision, signed_in().email, _token())
        db.session.commit()
    except editor.StaleDraftError:
        return _stale(found, revision, None)
    except SurveyError as error:
        return refused(found, error)
    here = after(before, now, {"do": "add"}, request.form.get("here", ""))
    return _done(found, now, {"do": step}, here)


def _done(found: Questionnaire, document: Document, done: Edit, here: str) -> Response:
    """The editor after a change: swapped into the page, or a new page without JavaScript."""
    if not request.headers.get("HX-Request"):
        state: dict[str, Any] = {name: request.form.get(name) for name in ("lang", "panel")}
        state |= {"at": here, "gone": "1" if done.get("do") == "delete" else None}
        return redirect(url_for("designer.edit", questionnaire_id=found.id, **state))
    more = {
        "says": phrases.said(done, document),
        "undoable": done.get("do") == "delete",
        "focus": here if done.get("do") in ("add", "copy") else "",
    }
    return page(workspace(found, document, here, **more))


def refused(found: Questionnaire, error: SurveyError) -> Response:
    """The editor with the sentence at the field, and what was typed still in it."""
    document = editor.draft_of(found)
    here = selected(document, request.form.get("here"))
    errors: dict[str, str] = {}
    for finding in error.findings:
        errors.setdefault(f"{finding.place}/{finding.params.get('field', '')}", explain(finding))
    entered = {name: request.form.getlist(name)[-1] for name in request.form}
    return page(workspace(found, document, here, errors=errors, entered=entered), REFUSED)


def page_at(found: Questionnaire, here: str, **more: Any) -> Response:
    """The editor with the part at `here` selected, or its neighbour."""
    document = editor.draft_of(found)
    return page(workspace(found, document, selected(document, here), **more))


def _stale(found: Questionnaire, revision: int, wanted: Edit | None) -> Response:
    """What others changed since, with the own change ready to be made on top of it.

    A change whose answer was lost on the way is no conflict: it is answered again.
    """
    db.session.rollback()
    document = editor.draft_of(found)
    if editor.made_already(found.id, revision, _token()):
        return _done(found, document, wanted or {}, selected(document, request.form.get("here")))
    whole = "conflict.html" if not request.headers.get("HX-Request") else "_conflict.html"
    body = render_template(
        f"designer/{whole}",
        questionnaire=found,
        document=document,
        language=shown_language(document),
        changes=history.since(found, revision),
        mine=json.dumps(wanted, ensure_ascii=False) if wanted else "",
        mine_values=_own_words(request.form),
        here=request.form.get("here", ""),
        **words(),
    )
    return make_response(body, STALE)


def _token() -> str:
    return request.form.get("token", "")[:64]


def _own_words(form: MultiDict[str, str]) -> list[str]:
    """The texts that the refused form carries, to be read and copied."""
    fields = [name for name in form if "/" in name or name in ("text",)]
    return [form.getlist(name)[-1] for name in fields if form.getlist(name)[-1]]
