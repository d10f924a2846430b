"""Working together: comments on parts, and who else has the questionnaire open."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import signed_in
from surveyapp.database import db
from surveyapp.designer import comments, editing_views, editor, presence, witnesses
from surveyapp.designer.models import Comment, Questionnaire
from surveyapp.designer.selecting import selected
from surveyapp.designer.views import designer, questionnaire_or_404, shown_language
from surveyapp.findings import SurveyError
from surveyapp.languages import explain


@designer.get("/questionnaires/<int:questionnaire_id>/comments")
def comment_list(questionnaire_id: int) -> str:
    """Every thread, those on deleted parts too; `?settled=1` shows the settled ones."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    every = comments.threads(found)
    settled = request.args.get("settled") == "1"
    language = shown_language(document)
    return render_template(
        "designer/comments.html",
        questionnaire=found,
        document=document,
        threads=[thread for thread in every if thread.settled == settled],
        settled=settled,
        counts={done: sum(t.settled == done for t in every) for done in (False, True)},
        place_name=lambda place: witnesses.place_name(document, place, language),
    )


@designer.post("/questionnaires/<int:questionnaire_id>/comments")
def comment(questionnaire_id: int) -> Response:
    """Begin a thread."""
    found = questionnaire_or_404(questionnaire_id)
    place, body = request.form.get("at", ""), request.form.get("body", "")
    try:
        comments.begin(found, place, body, signed_in().email)
    except SurveyError as error:
        return _refused(found, error)
    return _done(found, str(_("The comment is there.")))


@designer.post("/questionnaires/<int:questionnaire_id>/comments/<int:thread_id>/reply")
def comment_reply(questionnaire_id: int, thread_id: int) -> Response:
    """Answer in a thread."""
    found = questionnaire_or_404(questionnaire_id)
    thread = _thread(found, thread_id)
    try:
        comments.reply(thread, request.form.get("body", ""), signed_in().email)
    except SurveyError as error:
        return _refused(found, error)
    return _done(found, str(_("The comment is there.")))


@designer.post(
    "/questionnaires/<int:questionnaire_id>/comments/<int:thread_id>/<any(settle, reopen):step>"
)
def comment_state(questionnaire_id: int, thread_id: int, step: str) -> Response:
    """Settle a thread, or open it again."""
    found = questionnaire_or_404(questionnaire_id)
    thread = _thread(found, thread_id)
    if step == "settle":
        comments.settle(thread, signed_in().email)
    else:
        comments.reopen(thread)
    return _done(found, str(_("Settled.") if step == "settle" else _("It is open again.")))


def _thread(found: Questionnaire, thread_id: int) -> Comment:
    return comments.thread_of(found, thread_id) or abort(404)


def _done(found: Questionnaire, says: str) -> Response:
    db.session.commit()
    if request.headers.get("HX-Request"):
        return editing_views.page_at(found, request.form.get("here", ""), says=says)
    flash(says, "success")
    return redirect(_back(found))


def _refused(found: Questionnaire, error: SurveyError) -> Response:
    db.session.rollback()
    if request.headers.get("HX-Request"):
        return editing_views.refused(found, error)
    flash(explain(error.findings[0]), "error")
    return redirect(_back(found))


def _back(found: Questionnaire) -> str:
    """The list of comments where the form stood there, else the editor at the same part."""
    if request.form.get("from") == "list":
        return url_for("designer.comment_list", questionnaire_id=found.id)
    here = selected(editor.draft_of(found), request.form.get("here") or request.form.get("at"))
    return url_for("designer.edit", questionnaire_id=found.id, at=here, panel="comments")


@designer.post("/questionnaires/<int:questionnaire_id>/presence")
def here(questionnaire_id: int) -> str:
    """A sign of life of an open editor; who else is there comes back."""
    found = questionnaire_or_404(questionnaire_id)
    user = signed_in()
    if request.form.get("leaving"):
        presence.leave(found.id, user.id)
    else:
        presence.note(found.id, user.id, request.form.get("at", ""))
    db.session.commit()
    return render_template("designer/_presence.html", **who_else(found, user.id))


def who_else(found: Questionnaire, user_id: int) -> dict[str, object]:
    """What the line of those present shows."""
    document = editor.draft_of(found)
    language = shown_language(document)
    return {
        "questionnaire": found,
        "present": presence.others(found.id, user_id),
        "place_name": lambda place: witnesses.place_name(document, place, language),
    }
