"""The preview for staff: the same page from the draft, in which nothing is saved."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy import select

from surveyapp.answering.asking import language_of, needed_facts
from surveyapp.answering.batches import STEP, storable
from surveyapp.answering.replies import notice_page, survey_page
from surveyapp.answering.sheet import Sheet, sheet
from surveyapp.answering.wire import piece
from surveyapp.database import db
from surveyapp.designer.document import Document
from surveyapp.designer.facts import ATTRIBUTES
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from surveyapp.designer.path import path
from surveyapp.designer.rules import Facts

blueprint = Blueprint("preview", __name__)


@blueprint.get("/preview/<int:questionnaire_id>")
def preview(questionnaire_id: int) -> Response:
    """The draft or `?version=N` for `?customer.ATTRIBUTE=`, `?answers=JSON`, `?page=`, `?lang=`."""
    document = _document(questionnaire_id)
    language = language_of(document)
    facts, answers = _facts(), _answers(document)
    way = path(document, answers, facts)
    if not way.page_ids:
        return notice_page("empty", language, framed=True)
    asked = request.args.get("page", "")
    current = asked if asked in way.page_ids else way.page_ids[0]
    shown = sheet(document, language, preview=True)
    main = piece(shown.form(way, current, answers, {}), 1)
    state = _state(shown, answers, facts, current)
    return survey_page(shown.page(main, "", state), framed=True)


def _state(shown: Sheet, answers: dict[str, Any], facts: Facts, page: str) -> dict[str, Any]:
    return {
        "mode": "preview",
        "key": "preview",
        "base": "",
        "language": shown.language,
        "asked": True,
        "page": page,
        "started": True,
        "opened": "",
        "answers": {variable: [STEP, value] for variable, value in answers.items()},
        "facts": needed_facts(shown, facts),
    }


def _document(questionnaire_id: int) -> Document:
    number = request.args.get("version", type=int)
    wanted = select(Questionnaire.draft).where(Questionnaire.id == questionnaire_id)
    if number is not None:
        wanted = select(QuestionnaireVersion.document).where(
            QuestionnaireVersion.questionnaire_id == questionnaire_id,
            QuestionnaireVersion.number == number,
        )
    stored = db.session.scalar(wanted)
    if stored is None:
        abort(404)
    return Document.model_validate(stored)


def _facts() -> Facts:
    """Facts from the address; numbers and booleans as the attribute's type says."""
    found: dict[str, dict[str, object]] = {"customer": {}, "touchpoint": {}}
    for kind, attributes in ATTRIBUTES.items():
        for name, declared in attributes.items():
            text = request.args.get(f"{kind}.{name}", "")
            if text:
                found[kind][name] = _number(text) if declared.kind == "number" else text
    return found


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _answers(document: Document) -> dict[str, Any]:
    """Prefilled answers; what the document does not ask, or nobody could answer, is left out."""
    try:
        given = json.loads(request.args.get("answers", "{}"))
    except ValueError:
        return {}
    if not isinstance(given, dict):
        return {}
    known = {variable: given[variable] for variable in document.variables if variable in given}
    return {v: value for v, value in known.items() if value is not None and storable(value)}
