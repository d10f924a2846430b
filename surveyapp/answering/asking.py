"""Showing a visit its page: which language, which page, which state for the script. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request

from surveyapp.answering import moments, terminals
from surveyapp.answering.knowing import way_of
from surveyapp.answering.replies import notice_page, survey_page
from surveyapp.answering.sheet import Sheet
from surveyapp.answering.shelf import shelf
from surveyapp.answering.visits import Visit
from surveyapp.answering.wire import piece
from surveyapp.brands.known import known
from surveyapp.designer.document import Document
from surveyapp.designer.path import Path
from surveyapp.designer.rules import Facts
from surveyapp.languages import closest

_PERMISSIONS = "camera=(), microphone=(), geolocation=(self)"
KINDS = ("customer", "touchpoint", "survey", "random")
"""Kinds of facts."""


def language_of(document: Document, chosen: str | None = None) -> str:
    """The language to speak: asked for in the address, chosen before, or the browser's."""
    accepted = (tag for tag, _ in request.accept_languages)
    wanted = (closest(tag, document.languages) for tag in (_asked(), chosen, *accepted))
    return next((tag for tag in wanted if tag), document.default_language)


def _asked() -> str | None:
    return request.args.get("lang")


def page_asked(way: Path, answers: Mapping[str, Any]) -> str:
    """The page of the address when it is on the path, else where the person left."""
    asked = request.args.get("page", "")
    if asked in way.page_ids:
        return asked
    return way.resume(answers) or way.page_ids[-1]


def ask(
    visit: Visit,
    wrong: Mapping[str, str] | None = None,
    page: str | None = None,
    warned: Sequence[str] = (),
) -> Response:
    """The page of a visit whose study is open.

    wrong: sentences by variable to show; they are warnings where `warned` names their checks, and
    those are not shown again.
    """
    framed = visit.interview is not None
    document = shelf().document(visit.version_id)
    language = language_of(document, visit.language)
    look = known().look(visit.brand_id)
    sheet = shelf().sheet(visit.version_id, language, visit.extra, look)
    way = way_of(visit, document, language)
    if not way.pages:
        return notice_page("nothing", language, framed=framed, brand_id=visit.brand_id)
    current = page if page in way.page_ids else page_asked(way, visit.answers)
    if visit.answers or wrong:
        main = piece(sheet.form(way, current, visit.answers, wrong or {}, warned), 1)
    else:
        main = sheet.blank(way, current)
    personal = visit.invitation_id and not framed
    opt_out = visit.base.replace("/r/", "/o/", 1) if personal else ""
    later = f"{visit.base}/later" if visit.may_move else ""
    pieces = sheet.page(main, opt_out, _state(visit, sheet, way), later)
    answer = survey_page(sheet, pieces, framed)
    if visit.asks_position:
        answer.headers["Permissions-Policy"] = _PERMISSIONS
    return answer


def _state(visit: Visit, sheet: Sheet, way: Path) -> dict[str, Any]:
    """What the script goes on from: answers with their sequence numbers, and the facts it needs."""
    return {
        "mode": "interview" if visit.interview else "answer",
        "key": visit.key,
        "base": visit.base,
        "language": sheet.language,
        "asked": "lang" in request.args,
        "page": request.args.get("page"),
        "started": visit.response_id is not None or visit.opened,
        "opened": moments.sealed(visit.key),
        "seed": visit.seed,
        "answers": {
            variable: [sequence, visit.answers.get(variable)]
            for variable, sequence in visit.sequences.items()
        },
        "facts": needed_facts(sheet, way.facts),
        **({"terminal": terminals.state(visit.base)} if visit.terminal else {}),
        **({"interview": visit.interview} if visit.interview else {}),
    }


def needed_facts(sheet: Sheet, facts: Facts) -> dict[str, dict[str, Any]]:
    """Only those facts that a rule or a text of the questionnaire reads, and the day."""
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    found["survey"]["today"] = facts["survey"]["today"]
    for kind, name in sheet.facts:
        if name in facts.get(kind, {}):
            found[kind][name] = facts[kind][name]
    return found
