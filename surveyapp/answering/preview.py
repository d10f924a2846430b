"""The preview for staff: the same page from the draft, in which nothing is saved."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy import select

from surveyapp import clock
from surveyapp.answering.asking import language_of, needed_facts
from surveyapp.answering.batches import STEP, storable
from surveyapp.answering.replies import notice_page, survey_page
from surveyapp.answering.sheet import Sheet, sheet
from surveyapp.answering.wire import piece
from surveyapp.brands.known import known
from surveyapp.brands.looks import Look
from surveyapp.database import db
from surveyapp.designer.document import Document
from surveyapp.designer.facts import attributes
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from surveyapp.designer.order import arms
from surveyapp.designer.path import Path, path
from surveyapp.designer.rules import Facts
from surveyapp.findings import N_

blueprint = Blueprint("preview", __name__)
MODE_NAMES = {
    "link": N_("Personal link"),
    "qr": N_("Printed code"),
    "kiosk": N_("Kiosk"),
    "interviewer": N_("Interviewer"),
    "reply": N_("Text reply"),
}


@blueprint.get("/preview/<int:questionnaire_id>")
def preview(questionnaire_id: int) -> Response:
    """The draft, or `?version=N`, for whom the address describes.

    `?KIND.ATTRIBUTE=` for customer, touchpoint and survey (today, mode), `?random.EXPERIMENT=`,
    `?seed=`, `?answers=JSON`, `?page=`, `?lang=`.
    """
    return page_of_draft(_document(questionnaire_id))


def page_of_draft(document: Document, *, framed: bool = True, look: Look | None = None) -> Response:
    """The page of a document that nobody answers, as the request describes the person.

    framed: whether a page of ours may show it in a frame. look: else the default brand's.
    """
    language = language_of(document)
    facts, answers = _facts(document, language), _answers(document)
    seed = request.args.get("seed", default=1, type=int)
    way = path(document, answers, facts, seed)
    if not way.page_ids:
        return notice_page("empty", language, framed=framed)
    asked = request.args.get("page", "")
    current = asked if asked in way.page_ids else way.page_ids[0]
    wears = look or known().look(None)
    shown = sheet(document, language, preview=_toolbar(document, way, seed), look=wears)
    main = piece(shown.form(way, current, answers, {}), 1)
    state = _state(shown, answers, way.facts, current, seed)
    return survey_page(shown, shown.page(main, "", state), framed=framed)


def _toolbar(document: Document, way: Path, seed: int) -> dict[str, Any]:
    """What the bar above the preview offers to change, and the rest of the address as it is."""
    changed = {"lang", "survey.today", "survey.mode", "seed"}
    changed |= {f"random.{experiment.id}" for experiment in document.experiments}
    return {
        "facts": way.facts,
        "seed": seed,
        "modes": MODE_NAMES,
        "kept": [(k, v) for k, v in request.args.items(multi=True) if k not in changed],
    }


def _state(
    shown: Sheet, answers: dict[str, Any], facts: Facts, page: str, seed: int
) -> dict[str, Any]:
    return {
        "mode": "preview",
        "key": "preview",
        "base": "",
        "language": shown.language,
        "asked": True,
        "page": page,
        "started": True,
        "opened": "",
        "seed": seed,
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


def _facts(document: Document, language: str) -> Facts:
    """Facts from the address; numbers as the attribute's type says; today where no day is given."""
    found: dict[str, dict[str, object]] = {
        "customer": {},
        "touchpoint": {},
        "survey": {"today": clock.now().date().isoformat(), "mode": "link"},
    }
    for kind, named in attributes(document).items():
        for name, declared in named.items():
            text = request.args.get(f"{kind}.{name}", "")
            if text and kind != "random":
                found[kind][name] = _read(declared.kind, text)
    found["survey"]["language"] = language
    if random := _arms(document):
        found["random"] = random
    return found


def _arms(document: Document) -> dict[str, object]:
    """The arms that the address names, beside those that its seed draws."""
    named = {e.id: request.args.get(f"random.{e.id}", "") for e in document.experiments}
    known = {e.id: {arm.id for arm in e.arms} for e in document.experiments}
    chosen = {name: arm for name, arm in named.items() if arm in known[name]}
    drawn = arms(document, request.args.get("seed", default=1, type=int))
    return {**drawn, **chosen}


def _read(kind: str, text: str) -> object:
    if kind == "boolean":
        return text == "true"
    return _number(text) if kind == "number" else text


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _answers(document: Document) -> dict[str, Any]:
    """Prefilled answers; what the document does not ask, or nobody could answer, is left out."""
    try:
        given = json.loads(request.args.get("answers", "{}"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(given, dict):
        return {}
    known = {variable: given[variable] for variable in document.variables if variable in given}
    return {v: value for v, value in known.items() if value is not None and storable(value)}
