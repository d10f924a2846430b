"""Preview links: make one, see which there are, revoke one."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import allowed, roles
from surveyapp.database import db
from surveyapp.designer import editor, preview_links
from surveyapp.designer.models import PreviewLink
from surveyapp.designer.views import designer, questionnaire_or_404
from surveyapp.extensions import settings
from surveyapp.findings import SurveyError
from surveyapp.languages import explain

FRESH = "preview_link"


@designer.get("/questionnaires/<int:questionnaire_id>/links")
def links(questionnaire_id: int) -> str:
    """Every preview link; the address of the newest one right after it was made."""
    found = questionnaire_or_404(questionnaire_id)
    token = session.pop(FRESH, "")
    return render_template(
        "designer/links.html",
        questionnaire=found,
        document=editor.draft_of(found),
        links=preview_links.listed(found.id),
        state=preview_links.state,
        days=preview_links.DAYS,
        may_edit=allowed("designer.make_link"),
        fresh=f"{settings().public_base_url.rstrip('/')}/survey/preview/{token}" if token else "",
    )


@designer.post("/questionnaires/<int:questionnaire_id>/links")
@roles("researcher")
def make_link(questionnaire_id: int) -> Response:
    """A link to the draft as it is, or to a version."""
    found = questionnaire_or_404(questionnaire_id)
    number = request.form.get("version", type=int)
    version = next((one for one in found.versions if one.number == number), None)
    if number and version is None:
        abort(404)
    days, note = request.form.get("days", 0, type=int), request.form.get("note", "")
    try:
        _link, token = preview_links.create(found, version, days, note)
        db.session.commit()
        session[FRESH] = token
    except SurveyError as error:
        db.session.rollback()
        flash(explain(error.findings[0]), "error")
    return redirect(url_for("designer.links", questionnaire_id=found.id))


@designer.post("/questionnaires/<int:questionnaire_id>/links/<int:link_id>/revoke")
@roles("researcher")
def revoke_link(questionnaire_id: int, link_id: int) -> Response:
    """Let a link open nothing any more."""
    found = db.session.get(PreviewLink, link_id)
    if found is None or found.questionnaire_id != questionnaire_id:
        abort(404)
    preview_links.revoke(found)
    db.session.commit()
    flash(_("The link opens nothing any more."), "success")
    return redirect(url_for("designer.links", questionnaire_id=questionnaire_id))
