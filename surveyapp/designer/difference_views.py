"""The page of differences: any two states of a questionnaire side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from surveyapp.designer import editor, phrases, proofs
from surveyapp.designer.decisions import decisions
from surveyapp.designer.difference import Difference, difference
from surveyapp.designer.difference_words import LEVEL_MEANINGS, LEVEL_NAMES
from surveyapp.designer.document import Document
from surveyapp.designer.models import Questionnaire
from surveyapp.designer.publishing import document_of
from surveyapp.designer.views import designer, questionnaire_or_404, shown_language

DRAFT = "draft"
WORDS = {
    "LEVEL_NAMES": LEVEL_NAMES,
    "LEVEL_MEANINGS": LEVEL_MEANINGS,
    "CHANGES": phrases.CHANGES,
}


@designer.get("/questionnaires/<int:questionnaire_id>/difference")
def compare_versions(questionnaire_id: int) -> str:
    """`?from=` and `?to=` name versions or the draft; `?only=` shows one class."""
    found = questionnaire_or_404(questionnaire_id)
    draft = editor.draft_of(found)
    states = {str(version.number): version for version in found.versions}
    left, right = _asked(states)
    documents = [draft if one == DRAFT else document_of(states[one]) for one in (left, right)]
    seen = difference(documents[0], documents[1], _until(found, left), shown_language(draft))
    return render_template(
        "designer/difference.html",
        questionnaire=found,
        document=draft,
        states=[*states, DRAFT],
        left=left,
        right=right,
        only=request.args.get("only", ""),
        seen=seen,
        address=lambda place: _in_editor(found, place),
        **WORDS,
    )


def _asked(states: Mapping[str, object]) -> tuple[str, str]:
    """Left and right: by default the latest version and the draft."""
    known = {*states, DRAFT}
    latest = next(reversed(list(states)), DRAFT)
    left, right = request.args.get("from", latest), request.args.get("to", DRAFT)
    return (left, right) if {left, right} <= known else abort(404)


def _in_editor(found: Questionnaire, place: str) -> str:
    return url_for("designer.edit", questionnaire_id=found.id, at=proofs.owner(place))


def _until(found: Questionnaire, state: str) -> list[int]:
    """Ids of the versions up to `state`, whose answers a change from there touches."""
    return [v.id for v in found.versions if state == DRAFT or v.number <= int(state)]


def impact(
    found: Questionnaire, document: Document, form: MultiDict[str, str] | None = None
) -> dict[str, Any]:
    """What publishing the draft does to what was collected: for the page of the check."""
    if not found.versions:
        return {"seen": None, "decisions": []}
    before = document_of(found.versions[-1])
    language = shown_language(document)
    seen: Difference = difference(before, document, [v.id for v in found.versions], language)
    return {
        "seen": seen,
        "decisions": decisions(before, document, language, form),
        "chosen": form or {},
        **WORDS,
    }
