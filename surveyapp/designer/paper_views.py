"""The paper version over HTTP: a page to print, a Word file, a PDF file."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.designer import editor
from surveyapp.designer.document import Document
from surveyapp.designer.models import Questionnaire
from surveyapp.designer.paper.layout import Paper
from surveyapp.designer.paper.making import paper, speaking
from surveyapp.designer.paper.pdf import pdf_file
from surveyapp.designer.paper.word import word_file
from surveyapp.designer.versions import content_hash
from surveyapp.designer.views import designer, questionnaire_or_404, shown_language
from surveyapp.findings import SurveyError
from surveyapp.languages import explain

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@designer.get("/questionnaires/<int:questionnaire_id>/paper")
def paper_page(questionnaire_id: int) -> str:
    """The draft, or the version of `?version=`, on paper."""
    found = questionnaire_or_404(questionnaire_id)
    document = _document(found)
    made = _paper(found, document)
    others = document.languages if len(document.languages) > 1 else ()
    with speaking(made.language):
        return render_template(
            "designer/paper.html",
            paper=made,
            back=url_for("designer.edit", questionnaire_id=found.id),
            switch=[(tag, _address("paper_page", found, lang=tag)) for tag in others],
            word=_address("paper_word", found, lang=made.language),
            pdf_address=_address("paper_pdf", found, lang=made.language),
            pdf=False,
        )


@designer.get("/questionnaires/<int:questionnaire_id>/paper.docx")
def paper_word(questionnaire_id: int) -> Response:
    """The same as a Word file."""
    found = questionnaire_or_404(questionnaire_id)
    made = _paper(found, _document(found))
    with speaking(made.language):
        content = word_file(made)
    return _file(content, WORD, f"questionnaire-{found.id}-{made.language}.docx")


@designer.get("/questionnaires/<int:questionnaire_id>/paper.pdf")
def paper_pdf(questionnaire_id: int) -> AnyResponse:
    """The same as a PDF file."""
    found = questionnaire_or_404(questionnaire_id)
    made = _paper(found, _document(found))
    with speaking(made.language):
        page = render_template("designer/paper.html", paper=made, pdf=True)
    try:
        content = pdf_file(page, str(current_app.static_folder))
    except SurveyError as error:
        flash(explain(error.findings[0]), "error")
        return redirect(url_for("designer.edit", questionnaire_id=found.id))
    return _file(content, "application/pdf", f"questionnaire-{found.id}-{made.language}.pdf")


def _document(found: Questionnaire) -> Document:
    wanted = request.args.get("version", type=int)
    for version in found.versions:
        if version.number == wanted:
            return Document.model_validate(version.document)
    return editor.draft_of(found)


def _paper(found: Questionnaire, document: Document) -> Paper:
    digest = content_hash(document)
    published = next((v.number for v in found.versions if v.content_hash == digest), None)
    state = _("Version %(n)s", n=published) if published else _("Draft")
    return paper(document, shown_language(document), f"{state} · {digest[:12]}")


def _address(view: str, found: Questionnaire, lang: str) -> str:
    version = request.args.get("version", type=int)
    return url_for(f"designer.{view}", questionnaire_id=found.id, lang=lang, version=version)


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)
