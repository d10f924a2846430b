"""The editor over HTTP: one page, and one address that every change is sent to."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import allowed, roles, signed_in
from surveyapp.database import db
from surveyapp.designer import (
    comments,
    editor,
    history,
    phrases,
    presence,
    proofs,
    question_types,
    rule_form,
    rule_rows,
    scale_presets,
    starters,
    witnesses,
)
from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit
from surveyapp.designer.form_edits import edit_from
from surveyapp.designer.models import Questionnaire
from surveyapp.designer.rule_reading import reading, text_form
from surveyapp.designer.rule_sources import choices, value_labels
from surveyapp.designer.rule_text import parse
from surveyapp.designer.views import designer, questionnaire_or_404, shown_language
from surveyapp.designer.workspace import Workspace, after, selected
from surveyapp.findings import SurveyError
from surveyapp.languages import explain

STALE, REFUSED = 409, 422


@designer.get("/questionnaires/<int:questionnaire_id>")
def edit(questionnaire_id: int) -> Response:
    """The editor: outline, page, properties."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    return _page(_workspace(found, document, selected(document, request.args.get("at"))))


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
    if do not in ("rows", "rule-text"):
        return starters.fill(edit_from(form), document)
    place, name = form.get("at", ""), form.get("field", "show")
    if do == "rows":
        known = choices(document, place, document.default_language)
        types = {key: choice.type for key, choice in known.items()}
        rule = rule_rows.rule_of(rule_form.group_from(form, types, form.get("act", "")))
    else:
        text = form.get("text", "").strip()
        rule = parse(text, document) if text else None
    return {"do": "set", "at": place, "values": {name: rule}}


def _save(found: Questionnaire, wanted: Edit) -> Response:
    revision = request.form.get("revision", -1, type=int)
    before = editor.draft_of(found)
    try:
        now = editor.save(found, revision, wanted, signed_in().email)
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
        now = move(found, revision, signed_in().email)
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
    return _page(_workspace(found, document, here, **more))


def refused(found: Questionnaire, error: SurveyError) -> Response:
    """The editor with the sentence at the field, and what was typed still in it."""
    document = editor.draft_of(found)
    here = selected(document, request.form.get("here"))
    errors: dict[str, str] = {}
    for finding in error.findings:
        errors.setdefault(f"{finding.place}/{finding.params.get('field', '')}", explain(finding))
    entered = {name: request.form.getlist(name)[-1] for name in request.form}
    response = _page(_workspace(found, document, here, errors=errors, entered=entered))
    response.status_code = REFUSED
    return response


def page_at(found: Questionnaire, here: str, **more: Any) -> Response:
    """The editor with the part at `here` selected, or its neighbour."""
    document = editor.draft_of(found)
    return _page(_workspace(found, document, selected(document, here), **more))


def _stale(found: Questionnaire, revision: int, wanted: Edit | None) -> Response:
    """What others changed since, with the own change ready to be made on top of it."""
    db.session.rollback()
    document = editor.draft_of(found)
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
        **_words(),
    )
    return make_response(body, STALE)


def _own_words(form: MultiDict[str, str]) -> list[str]:
    """The texts that the refused form carries, to be read and copied."""
    fields = [name for name in form if "/" in name or name in ("text",)]
    return [form.getlist(name)[-1] for name in fields if form.getlist(name)[-1]]


def _workspace(found: Questionnaire, document: Document, here: str, **more: Any) -> Workspace:
    panel = request.values.get("panel", "properties")
    return Workspace(found, document, here, shown_language(document), panel, **more)


def _words() -> dict[str, Any]:
    return {
        "TYPES": question_types.TYPES,
        "TYPE_GROUPS": question_types.GROUPS,
        "kin_of": question_types.kin_of,
        "PRESETS": scale_presets.PRESETS,
        "MISSING": phrases.MISSING,
        "KINDS": phrases.KINDS,
        "CHANGES": phrases.CHANGES,
        "field_name": phrases.field_name,
        "reading": reading,
        "shown": _shown,
    }


def _shown(value: object) -> str:
    """A field's value for the list of changes."""
    if value in (None, "", {}):
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return text_form(value) if isinstance(value, dict) else str(value)


def _page(view: Workspace) -> Response:
    """The whole page, or only the editor where it is swapped in."""
    swapped = request.headers.get("HX-Request")
    name = "designer/_designer.html" if swapped else "designer/editor.html"
    body = render_template(
        name,
        w=view,
        questionnaire=view.questionnaire,
        document=view.document,
        may_edit=allowed("designer.save"),
        can_undo=editor.can_undo(view.questionnaire),
        can_redo=editor.can_redo(view.questionnaire),
        found=proofs.known(view.document),
        builder=rule_builder(view),
        value_labels=value_labels,
        threads=comments.threads(view.questionnaire) if view.panel == "comments" else (),
        comment_counts=comments.counts(view.questionnaire.id),
        present=presence.others(view.questionnaire.id, signed_in().id),
        place_name=lambda place: witnesses.place_name(view.document, place, view.language),
        offer_undo=view.undoable or request.args.get("gone") == "1",
        **_words(),
    )
    return make_response(body)


def rule_builder(view: Workspace) -> dict[str, Any] | None:
    """What the row builder of the selected part needs; None where there is no rule."""
    part = view.question or view.contradiction or (view.page if view.kind == "page" else None)
    if part is None:
        return None
    rule = part.when if view.contradiction else part.show  # type: ignore[union-attr]
    known = choices(view.document, view.at, view.language)
    return {
        "field": "when" if view.contradiction else "show",
        "rule": rule,
        "group": rule_rows.rows_of(rule),
        "sources": known,
        "groups": [(name, list(m)) for name, m in groupby(known.values(), lambda c: c.group)],
        "error": next((t for k, t in view.errors.items() if k.startswith("column:")), ""),
        "text": view.entered.get("text", text_form(rule)),
        "reading": reading(view.document, rule, view.language) if rule else "",
        "operators": rule_rows.OPERATORS,
        "names": _operator_names(),
    }


def _operator_names() -> dict[str, str]:
    return {
        "is": _("is"),
        "is_not": _("is not"),
        "one_of": _("is one of"),
        "includes": _("includes"),
        "excludes": _("does not include"),
        "lt": _("is below"),
        "le": _("is at most"),
        "gt": _("is above"),
        "ge": _("is at least"),
        "answered": _("is known"),
        "unanswered": _("is not known"),
    }
