"""Check, publish, and look at what was published."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import allowed, roles, signed_in
from surveyapp.database import db
from surveyapp.designer import (
    decisions,
    difference_views,
    editor,
    phrases,
    proofs,
    publishing,
    witnesses,
)
from surveyapp.designer.document import Document
from surveyapp.designer.forms import PublishForm
from surveyapp.designer.mapping import Carried
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from surveyapp.designer.proof import Witness
from surveyapp.designer.rule_reading import reading
from surveyapp.designer.selecting import places_of
from surveyapp.designer.versions import canonical, content_hash
from surveyapp.designer.views import designer, questionnaire_or_404, shown_language
from surveyapp.designer.workspace import Workspace
from surveyapp.findings import Finding, SurveyError

SEVERITIES = ("error", "warning", "info")


@designer.get("/questionnaires/<int:questionnaire_id>/check")
def check(questionnaire_id: int) -> str:
    """The page of the check; it asks for the proof itself, or on a click without JavaScript."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    run = request.args.get("run") == "1"
    more = _proof(found, document) if run else {"findings": None}
    return render_template(
        "designer/check.html", questionnaire=found, document=document, **_shared(), **more
    )


@designer.get("/questionnaires/<int:questionnaire_id>/proof")
def proof(questionnaire_id: int) -> str:
    """The proof of the draft, as a part of the page."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    more = _proof(found, document)
    return render_template(
        "designer/_proof.html", questionnaire=found, document=document, **_shared(), **more
    )


@designer.post("/questionnaires/<int:questionnaire_id>/publish")
@roles("researcher")
def publish(questionnaire_id: int) -> Response | tuple[str, int]:
    """Freeze the draft that was checked."""
    found = questionnaire_or_404(questionnaire_id)
    form = PublishForm()
    revision = form.revision.data or -1
    accepted = bool(form.accept.data)
    try:
        made = publishing.publish(
            found, revision, signed_in().email, accept_warnings=accepted, mapping=_mapping(found)
        )
        db.session.commit()
    except editor.StaleDraftError:
        flash(_("The draft was changed after the check. It was checked anew."), "error")
        return redirect(url_for("designer.check", questionnaire_id=found.id))
    except IntegrityError:
        db.session.rollback()
        flash(_("Someone else published at the same moment."), "error")
        return redirect(url_for("designer.versions", questionnaire_id=found.id))
    except SurveyError as error:
        db.session.rollback()
        return _refused(found, error.findings)
    flash(_("Version %(n)s is published.", n=made.number), "success")
    return redirect(url_for("designer.versions", questionnaire_id=found.id))


def _mapping(found: Questionnaire) -> list[Carried]:
    """What the form decides about earlier answers."""
    if not found.versions:
        return []
    before = publishing.document_of(found.versions[-1])
    return decisions.read_form(request.form, before, editor.draft_of(found))


def _refused(found: Questionnaire, findings: tuple[Finding, ...]) -> tuple[str, int]:
    document = editor.draft_of(found)
    more = {**_proof(found, document), "refusal": findings[0]}
    page = render_template(
        "designer/check.html", questionnaire=found, document=document, **_shared(), **more
    )
    return page, 422


def _proof(found: Questionnaire, document: Document) -> dict[str, Any]:
    language = shown_language(document)
    whole = proofs.whole(document, language)
    made = whole.proof
    latest = found.versions[-1] if found.versions else None
    findings = _in_order(document, made.findings)
    return {
        "findings": findings,
        "counts": {s: sum(f.severity == s for f in findings) for s in SEVERITIES},
        "paths": witnesses.paths(document, made, language),
        "digest": content_hash(document),
        "unchanged": bool(latest and latest.content_hash == content_hash(document)),
        "form": PublishForm(revision=found.revision),
        "place_name": lambda place: witnesses.place_name(document, place, language),
        "owner": proofs.owner,
        **difference_views.impact(found, document, request.form),
        "replay": lambda led: _replay(found.id, led.page, language, led.witness),
        "see": lambda finding: _see(found.id, document, language, finding, made.witness(finding)),
        "lengths": whole.lengths,
        "ways": whole.ways,
        "unmet": witnesses.unmet(made, whole.ways),
        "walk": lambda way: _replay(found.id, "", language, way.witness),
    }


def _in_order(document: Document, findings: Iterable[Finding]) -> list[Finding]:
    """What is worst comes first, and of that what stands first in the questionnaire."""
    places = {place: number for number, place in enumerate(places_of(document))}

    def rank(one: Finding) -> tuple[int, int]:
        owner = places.get(proofs.owner(one.place), -1)
        return SEVERITIES.index(one.severity), places.get(one.place, owner)

    return sorted(findings, key=rank)


def _see(
    questionnaire_id: int, document: Document, language: str, finding: Finding, by: Witness | None
) -> str:
    """Address of the preview that shows what a finding says; empty where nothing is to see."""
    page = witnesses.page_of(document, finding.place)
    return _replay(questionnaire_id, page, language, by) if by is not None and page else ""


def _replay(questionnaire_id: int, page: str, language: str, witness: Witness) -> str:
    """Address of the preview of `page` with the answers and facts of a witness."""
    answers = json.dumps(dict(witness.answers), ensure_ascii=False, separators=(",", ":"))
    facts = {
        f"{kind}.{name}": value
        for kind, values in witness.facts.items()
        for name, value in values.items()
    }
    query = {"lang": language, "page": page, "answers": answers, **facts}
    return f"{url_for('preview.preview', questionnaire_id=questionnaire_id)}?{urlencode(query)}"


def _shared() -> dict[str, Any]:
    return {"KINDS": phrases.KINDS, "may_edit": allowed("designer.save")}


@designer.get("/questionnaires/<int:questionnaire_id>/versions")
def versions(questionnaire_id: int) -> str:
    """Every published version, the latest first."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    return render_template(
        "designer/versions.html",
        questionnaire=found,
        document=document,
        ahead=not found.versions or found.versions[-1].content_hash != content_hash(document),
        **_shared(),
    )


def _version(questionnaire_id: int, number: int) -> QuestionnaireVersion:
    found = questionnaire_or_404(questionnaire_id)
    return next((v for v in found.versions if v.number == number), None) or abort(404)


@designer.get("/questionnaires/<int:questionnaire_id>/versions/<int:number>")
def version(questionnaire_id: int, number: int) -> str:
    """One version, to read."""
    found = _version(questionnaire_id, number)
    document = Document.model_validate(found.document)
    view = Workspace(found.questionnaire, document, "document", shown_language(document))
    return render_template(
        "designer/version.html",
        questionnaire=found.questionnaire,
        version=found,
        document=document,
        w=view,
        intact=content_hash(document) == found.content_hash,
        reading=reading,
        **_shared(),
    )


@designer.get("/questionnaires/<int:questionnaire_id>/versions/<int:number>.json")
def version_file(questionnaire_id: int, number: int) -> FlaskResponse:
    """The version as a file: the canonical JSON that its hash is of."""
    found = _version(questionnaire_id, number)
    name = f"questionnaire-{questionnaire_id}-v{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    text = canonical(Document.model_validate(found.document))
    return FlaskResponse(text, mimetype="application/json", headers=headers)


@designer.post("/questionnaires/<int:questionnaire_id>/versions/<int:number>/draft")
@roles("researcher")
def version_to_draft(questionnaire_id: int, number: int) -> Response:
    """Go on from a version: its content becomes the draft, which undo takes back."""
    found = _version(questionnaire_id, number)
    document = Document.model_validate(found.document)
    questionnaire = found.questionnaire
    try:
        editor.replace(questionnaire, questionnaire.revision, document, signed_in().email)
        db.session.commit()
        flash(
            _("The draft is version %(n)s now. Undo brings the other one back.", n=number),
            "success",
        )
    except editor.StaleDraftError:
        flash(_("Someone changed the draft at this moment. Try again."), "error")
    return redirect(url_for("designer.edit", questionnaire_id=questionnaire_id))
