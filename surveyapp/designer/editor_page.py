"""The editor as an answer: the whole page, or only the parts that the browser does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import current_app, jsonify, make_response, render_template, request, url_for
from flask_babel import get_locale, get_translations
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import allowed, signed_in
from surveyapp.designer import (
    comments,
    editor,
    findings_at_hand,
    phrases,
    presence,
    question_types,
    scale_presets,
    witnesses,
)
from surveyapp.designer.document import Document
from surveyapp.designer.fragments import HEADER, Fragment, fragment, held, lacking
from surveyapp.designer.models import Questionnaire
from surveyapp.designer.outline import OutlinePage, outline
from surveyapp.designer.rule_building import RuleBuilder, builder
from surveyapp.designer.rule_reading import reading, text_form
from surveyapp.designer.rule_sources import value_labels
from surveyapp.designer.selecting import places_of
from surveyapp.designer.views import shown_language
from surveyapp.designer.workspace import Workspace

PARTS = ("bar", "notices", "outline-top", "outline-foot", "canvas", "properties")
"""Ids of the parts beside the pages of the outline."""


def workspace(found: Questionnaire, document: Document, here: str, **more: Any) -> Workspace:
    """What this request wants to see of the questionnaire, with the part at `here` selected."""
    panel = request.values.get("panel", "properties")
    return Workspace(found, document, here, shown_language(document), panel, **more)


def page(view: Workspace, status: int = 200) -> Response:
    """The editor: parts as JSON for the script that names what it has, else the whole page."""
    known = held(request.headers.get(HEADER))
    found, fresh = findings_at_hand.of(view.questionnaire, view.document)
    context = _context(view) | {"found": found}
    pages = outline(view, found, context["comment_counts"])
    module = _module(context)
    parts = [fragment(name, str(getattr(module, name.replace("-", "_")))) for name in PARTS]
    looks = (str(get_locale()), context["may_edit"], view.language, view.panel)
    lines = [_lines(module, one, one.key(*looks), known) for one in pages]
    state = _state(view) | {"checked": "1" if fresh else ""}
    if HEADER in request.headers:
        sent = lacking([*parts, *lines], known)
        order = [one.name for one in lines]
        response = jsonify(state=state, pages=order, parts=sent)
    else:
        response = make_response(_whole(context, state, parts, lines))
    response.status_code = status
    return response


def _module(context: dict[str, Any]) -> Any:
    values = dict(context)
    current_app.update_template_context(values)
    return current_app.jinja_env.get_template("designer/_parts.html").make_module(values)


def _lines(module: Any, one: OutlinePage, key: str, known: dict[str, str]) -> Fragment:
    """A page of the outline; not rendered where the browser has it."""
    html = "" if known.get(one.name) == key else str(module.outline_page(one))
    return Fragment(one.name, key, html)


def _whole(
    context: dict[str, Any], state: dict[str, str], parts: list[Fragment], lines: list[Fragment]
) -> str:
    return render_template(
        "designer/editor.html",
        **context,
        state=state,
        keys={one.name: one.key for one in (*parts, *lines)},
        parts={one.name: Markup(one.html) for one in parts},  # noqa: S704 - rendered above
        pages=Markup("".join(one.html for one in lines)),  # noqa: S704 - rendered above
    )


def _state(view: Workspace) -> dict[str, str]:
    """What the script knows of the page, as attributes of its root."""
    questionnaire = view.questionnaire
    address = {"questionnaire_id": questionnaire.id, "at": view.at, "lang": view.language}
    if view.panel != "properties":
        address["panel"] = view.panel
    return {
        "revision": str(questionnaire.revision),
        "here": view.at,
        "lang": view.language,
        "panel": view.panel,
        "says": view.says,
        "refused": " ".join(_refusals(view).values()),
        "focus": view.focus.replace(":", "-").replace(".", "-"),
        "posted": "1" if request.method == "POST" else "",
        "url": url_for("designer.edit", **cast(Any, address)),
    }


def _context(view: Workspace) -> dict[str, Any]:
    document = view.document
    return {
        "w": view,
        "questionnaire": view.questionnaire,
        "document": document,
        "may_edit": allowed("designer.save"),
        "can_undo": editor.can_undo(view.questionnaire),
        "can_redo": editor.can_redo(view.questionnaire),
        "rule_of": lambda place, field: _builder(view, place, field),
        "value_labels": value_labels,
        "threads": comments.threads(view.questionnaire) if view.panel == "comments" else (),
        "comment_counts": comments.counts(view.questionnaire.id),
        "present": presence.others(view.questionnaire.id, signed_in().id),
        "place_name": lambda place: witnesses.place_name(document, place, view.language),
        "refusals": _refusals(view),
        "offer_undo": view.undoable or request.args.get("gone") == "1",
        "_": _speaker(),
        **words(),
    }


def _refusals(view: Workspace) -> dict[str, str]:
    """What was refused, with the name of its part and what was written, by the field."""
    written = [f"“{text}”" for name, text in view.entered.items() if "/" in name and text]
    return {
        key: " ".join((*_part_of(view, key), sentence, *written))
        for key, sentence in view.errors.items()
    }


def _part_of(view: Workspace, key: str) -> list[str]:
    place = key.partition("/")[0]
    known = place in places_of(view.document)
    return [witnesses.place_name(view.document, place, view.language), "–"] if known else []


def _builder(view: Workspace, place: str, field: str) -> RuleBuilder:
    """The builder of one rule, with what was refused still in it."""
    entered = view.entered
    mine = (entered.get("at"), entered.get("field", "show")) == (place, field)
    if not mine or entered.get("do") not in ("rows", "rule-text"):
        return builder(view.document, place, field, view.language)
    said = ("column:", f"{place}/{field}")
    error = next((text for key, text in view.errors.items() if key.startswith(said)), "")
    text = entered.get("text", "")
    return builder(view.document, place, field, view.language, text=text, error=error)


def _speaker() -> Callable[..., Markup]:
    """The templates' `_` with its catalogue at hand: hundreds of sentences need not look for it."""
    translated = get_translations().ugettext

    def say(sentence: str, /, **values: object) -> Markup:
        return Markup(translated(sentence)) % values  # noqa: S704 - our own sentences

    return say


def words() -> dict[str, Any]:
    """The vocabulary of the editor's templates."""
    return {
        "TYPES": question_types.TYPES,
        "TYPE_GROUPS": question_types.GROUPS,
        "kin_of": question_types.kin_of,
        "PRESETS": scale_presets.PRESETS,
        "MISSING": phrases.MISSING,
        "KINDS": phrases.KINDS,
        "PANEL_NAMES": phrases.PANELS,
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
