"""The library over HTTP: look, insert, save a part, take a newer revision."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp import clock, languages
from surveyapp.accounts.guard import allowed, roles, signed_in
from surveyapp.database import db
from surveyapp.designer import editor, phrases, question_types, team_library
from surveyapp.designer.changes import label_of
from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit
from surveyapp.designer.forms import KeepForm
from surveyapp.designer.library import matching
from surveyapp.designer.library_entries import KINDS, Entry
from surveyapp.designer.library_insert import insertion
from surveyapp.designer.library_models import LibraryEntry
from surveyapp.designer.library_updates import taking, updates
from surveyapp.designer.models import Questionnaire
from surveyapp.designer.places import find
from surveyapp.designer.selecting import after
from surveyapp.designer.views import designer, questionnaire_or_404
from surveyapp.designer.workspace import Workspace
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.languages import explain

KIND_NAMES = {"block": N_("Block"), "question": N_("Question"), "scale": N_("Scale")}
KIND_ICONS = {"block": "rows-3", "question": "circle-help", "scale": "sliders-horizontal"}
MOST_TAGS = 18


@designer.get("/library")
def library() -> str:
    """Everything that can be reused; `?q=`, `?kind=` and `?tag=` narrow it."""
    return render_template("designer/library.html", **_shelf(), questionnaire=None)


@designer.get("/questionnaires/<int:questionnaire_id>/library")
def library_for(questionnaire_id: int) -> str:
    """The same, to choose what is inserted at `?at=` and `?index=`."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    at = request.args.get("at", "")
    targets = _targets(document, at)
    return render_template(
        "designer/library.html",
        **_shelf(),
        questionnaire=found,
        document=document,
        at=at,
        index=request.args.get("index", ""),
        targets=targets,
        newer=list(updates(document, team_library.entries())),
    )


def _shelf() -> dict[str, Any]:
    """The entries that were asked for, and what to narrow them with."""
    every = team_library.entries().values()
    asked = {name: request.args.get(name, "").strip() for name in ("q", "kind", "tag")}
    found = matching(every, asked["q"], asked["kind"], asked["tag"])
    english = languages.tag() == "en"
    tags = Counter(tag for entry in every for tag in entry.tags if tag.isascii() == english)
    return {
        "entries": found,
        "asked": asked,
        "tags": sorted(tag for tag, _count in tags.most_common(MOST_TAGS)),
        "counts": Counter(entry.kind for entry in every),
        "view": _view,
        **_words(),
    }


def _view(entry: Entry) -> Workspace:
    """What the macros that draw a question need: the entry as if it were a questionnaire."""
    document = Document(pages=entry.pages, dimensions=entry.dimensions)
    language = request.args.get("lang") or languages.tag()
    return Workspace(Questionnaire(id=0, revision=0), document, "document", language)


def _words() -> dict[str, Any]:
    return {
        "KIND_NAMES": KIND_NAMES,
        "KIND_ICONS": KIND_ICONS,
        "KINDS": KINDS,
        "TYPES": question_types.TYPES,
        "may_edit": allowed("designer.save"),
        "field_name": phrases.field_name,
    }


def _targets(document: Document, at: str) -> dict[str, str]:
    """Kind of entry → place that it goes to, where `at` (a page or a question) is selected."""
    page = next(
        (
            page
            for page in document.pages
            if at == f"page:{page.id}" or any(f"question:{q.id}" == at for q in page.questions)
        ),
        document.pages[-1] if document.pages else None,
    )
    targets = {"block": "document"}
    if page is not None:
        targets["question"] = f"page:{page.id}"
    question = document.question_by_id.get(at.partition(":")[2])
    if question is not None and hasattr(question, "scale"):
        targets["scale"] = at
    return targets


@designer.post("/questionnaires/<int:questionnaire_id>/library")
@roles("researcher")
def library_insert(questionnaire_id: int) -> Response:
    """Put an entry into the draft."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    entry = team_library.entries().get(request.form.get("source", "")) or abort(404)
    at = request.form.get("at", "")
    target = _targets(document, at).get(entry.kind, at)
    index = request.form.get("index", type=int)
    if entry.kind == "block":
        index = _after_page(document, at)
    avoid = editor.published_places(found.id)
    try:
        edit = insertion(document, entry, target, index, avoid)
    except SurveyError as error:
        return _back(found, error, at)
    return _save(found, edit, at)


def _after_page(document: Document, at: str) -> int | None:
    target = _targets(document, at).get("question", "")
    places = [f"page:{page.id}" for page in document.pages]
    return places.index(target) + 1 if target in places else None


def _save(found: Questionnaire, edit: Edit, here: str) -> Response:
    """Make the edit on the revision that the form names, and show the editor there."""
    revision = request.form.get("revision", -1, type=int)
    before = editor.draft_of(found)
    try:
        now = editor.save(found, revision, edit, signed_in().email)
        db.session.commit()
    except SurveyError as error:
        db.session.rollback()
        return _back(found, error, here)
    first = edit if edit.get("do") == "add" else {"do": "add"}
    flash(_("Taken from the library. Undo takes it out again."), "success")
    shown = after(before, now, first, here)
    return redirect(url_for("designer.edit", questionnaire_id=found.id, at=shown))


def _back(found: Questionnaire, error: SurveyError, at: str) -> Response:
    flash(" ".join(explain(finding) for finding in error.findings), "error")
    return redirect(url_for("designer.library_for", questionnaire_id=found.id, at=at))


@designer.route("/questionnaires/<int:questionnaire_id>/library/keep", methods=["GET", "POST"])
@roles("researcher")
def library_keep(questionnaire_id: int) -> Response | str | tuple[str, int]:
    """Save the part at `?at=` into the team's library."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    at = request.values.get("at", "")
    kinds = team_library.kinds_at(document, at) or abort(404)
    mine = [e for e in team_library.entries().values() if e.team and e.kind in kinds]
    label = label_of(find(document.model_dump(mode="json"), at).part)
    form = KeepForm(name_zh=label.get("zh-Hans", ""), name_en=label.get("en", ""))
    form.offer(kinds, KIND_NAMES, [(e.team, document.text(e.name, languages.tag())) for e in mine])
    if form.validate_on_submit():
        return _keep(found, document, at, form)
    page = render_template(
        "designer/library_keep.html", questionnaire=found, document=document, form=form, at=at
    )
    return page if request.method == "GET" else (page, 422)


def _keep(found: Questionnaire, document: Document, at: str, form: KeepForm) -> Response:
    kind = form.kind.data
    content = team_library.content_of(document, at, kind)
    try:
        team_library.keep(
            content,
            kind,
            form.names,
            form.tag_list,
            signed_in().email,
            citation=form.citation.data or "",
            locked=bool(form.locked.data),
            over=form.over.data or None,
        )
    except SurveyError as error:
        return _back(found, error, at)
    db.session.commit()
    flash(_("It is in the team's library now."), "success")
    return redirect(url_for("designer.edit", questionnaire_id=found.id, at=at))


@designer.post("/questionnaires/<int:questionnaire_id>/library/update")
@roles("researcher")
def library_update(questionnaire_id: int) -> Response:
    """Take the newest words of the entry that the part at `at` is from."""
    found = questionnaire_or_404(questionnaire_id)
    document, at = editor.draft_of(found), request.form.get("at", "")
    newer = {update.place: update for update in updates(document, team_library.entries())}
    if at not in newer:
        template = N_("This question is as new as its entry already.")
        return _back(found, SurveyError(Finding("library.current", at, template)), at)
    return _save(found, taking(document, newer[at]), at)


@designer.post("/library/<int:entry_id>/<any(archive, restore):step>")
@roles("researcher")
def library_put_away(entry_id: int, step: str) -> Response:
    """Take an entry of the team out of the library, or bring it back."""
    row = db.session.get(LibraryEntry, entry_id) or abort(404)
    row.archived_at = clock.now() if step == "archive" else None
    db.session.commit()
    gone = entry_id if step == "archive" else None
    return redirect(url_for("designer.library", gone=gone))
