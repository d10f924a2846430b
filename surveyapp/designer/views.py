"""The list of questionnaires: begin, copy, put away."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer
from werkzeug.wrappers import Response

from surveyapp import clock, languages
from surveyapp.accounts.guard import roles, signed_in
from surveyapp.database import db
from surveyapp.designer import editor, publishing
from surveyapp.designer.compressed import compress
from surveyapp.designer.document import Document
from surveyapp.designer.forms import NewForm
from surveyapp.designer.library import TEMPLATES, template
from surveyapp.designer.models import Questionnaire

designer = Blueprint("designer", __name__)
designer.after_request(compress)


def questionnaire_or_404(questionnaire_id: int) -> Questionnaire:
    """The questionnaire of that number."""
    found = db.session.get(Questionnaire, questionnaire_id)
    return found or abort(404)


@designer.get("/questionnaires")
def index() -> str:
    """Every questionnaire that is not put away, the one changed last first."""
    away = request.args.get("away") == "1"
    shown = Questionnaire.archived_at.is_not(None) if away else Questionnaire.archived_at.is_(None)
    more = selectinload(Questionnaire.versions), undefer(Questionnaire.draft)
    rows = select(Questionnaire).options(*more).where(shown)
    found = db.session.scalars(rows.order_by(Questionnaire.updated_at.desc())).all()
    drafts = [(one, editor.draft_of(one)) for one in found]
    return render_template("designer/index.html", rows=drafts, away=away, put_away=_put_away())


def _put_away() -> Questionnaire | None:
    """The questionnaire that was put away just now, whose undo is offered."""
    number = request.args.get("gone", type=int)
    return db.session.get(Questionnaire, number) if number else None


@designer.route("/questionnaires/new", methods=["GET", "POST"])
@roles("researcher")
def new() -> Response | str | tuple[str, int]:
    """Begin with a template, or with nothing."""
    form = NewForm()
    if form.validate_on_submit():
        document = _titled(template(form.template.data), form)
        made = editor.create(document, signed_in().email)
        db.session.commit()
        return redirect(url_for("designer.edit", questionnaire_id=made.id))
    documents = {name: template(name) for name in TEMPLATES}
    page = render_template("designer/new.html", form=form, templates=documents)
    return page if request.method == "GET" else (page, 422)


def _titled(document: Document, form: NewForm) -> Document:
    given = {"zh-Hans": form.name_zh.data, "en": form.name_en.data}
    titles = {tag: text.strip() for tag, text in given.items() if text and text.strip()}
    return document.model_copy(update={"title": {**document.title, **titles}})


@designer.post("/questionnaires/<int:questionnaire_id>/copy")
@roles("researcher")
def copy(questionnaire_id: int) -> Response:
    """A new questionnaire with the same draft, or with what the version in the form asks."""
    found = questionnaire_or_404(questionnaire_id)
    number = request.form.get("version", type=int)
    version = next((one for one in found.versions if one.number == number), None)
    if number is not None and version is None:
        abort(404)
    document = publishing.document_of(version) if version else editor.draft_of(found)
    titles = {"zh-Hans": "{}（副本）", "en": "{} (copy)"}
    title = {tag: titles[tag].format(text) for tag, text in document.title.items()}
    made = editor.create(document.model_copy(update={"title": title}), signed_in().email)
    db.session.commit()
    flash(_("Copied. This is the copy."), "success")
    return redirect(url_for("designer.edit", questionnaire_id=made.id))


@designer.post("/questionnaires/<int:questionnaire_id>/archive")
@roles("researcher")
def archive(questionnaire_id: int) -> Response:
    """Put a questionnaire away; versions, answers and studies stay."""
    questionnaire_or_404(questionnaire_id).archived_at = clock.now()
    db.session.commit()
    return redirect(url_for("designer.index", gone=questionnaire_id))


@designer.post("/questionnaires/<int:questionnaire_id>/restore")
@roles("researcher")
def restore(questionnaire_id: int) -> Response:
    """Bring a questionnaire back."""
    questionnaire_or_404(questionnaire_id).archived_at = None
    db.session.commit()
    flash(_("It is back in the list."), "success")
    return redirect(url_for("designer.index"))


def shown_language(document: Document) -> str:
    """The language of the texts on a page: the chosen one, else the reader's, where it has it."""
    wanted = request.values.get("lang") or languages.tag()
    return wanted if wanted in document.languages else document.default_language
