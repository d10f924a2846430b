"""The page of differences: any two states of a questionnaire side by side."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from surveyapp.designer import editor, history, phrases, proofs
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
    """`?from=` and `?to=` name versions, the draft, or a saved draft (`r12`); `?only=`: a class."""
    found = questionnaire_or_404(questionnaire_id)
    draft = editor.draft_of(found)
    states = [*(str(version.number) for version in found.versions), DRAFT]
    left = request.args.get("from", states[max(0, len(states) - 2)])
    right = request.args.get("to", DRAFT)
    before, after = _state(found, left), _state(found, right)
    seen = difference(before, after, _until(found, left), shown_language(draft))
    return render_template(
        "designer/difference.html",
        questionnaire=found,
        document=draft,
        states=list(dict.fromkeys((*states, left, right))),
        left=left,
        right=right,
        only=request.args.get("only", ""),
        seen=seen,
        address=lambda place: _in_editor(found, place),
        **WORDS,
    )


def _state(found: Questionnaire, name: str) -> Document:
    """The document of a version, the draft or a saved draft."""
    if name == DRAFT:
        return editor.draft_of(found)
    if name.startswith("r") and name[1:].isdecimal():
        return history.draft_at(found, int(name[1:])) or abort(404)
    version = next((one for one in found.versions if str(one.number) == name), None)
    return document_of(version) if version else abort(404)


def _in_editor(found: Questionnaire, place: str) -> str:
    return url_for("designer.edit", questionnaire_id=found.id, at=proofs.owner(place))


def _until(found: Questionnaire, state: str) -> list[int]:
    """Ids of the versions up to `state`, whose answers a change from there touches."""
    return [v.id for v in found.versions if not state.isdecimal() or v.number <= int(state)]


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
