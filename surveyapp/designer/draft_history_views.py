"""The saved drafts of a questionnaire: who did what, and the way back to any of them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import allowed, roles, signed_in
from surveyapp.database import db
from surveyapp.designer import editor, history
from surveyapp.designer.changes import label_of
from surveyapp.designer.document import Document
from surveyapp.designer.elements import elements
from surveyapp.designer.phrases import KINDS
from surveyapp.designer.views import designer, questionnaire_or_404, shown_language
from surveyapp.findings import N_

DONE = {
    "create": N_("Created"),
    "add": N_("Added to"),
    "copy": N_("Copied"),
    "move": N_("Moved"),
    "delete": N_("Deleted"),
    "set": N_("Edited"),
    "all": N_("Edited"),
    "undo": N_("Undone"),
    "redo": N_("Done again"),
    "replace": N_("Made a version the draft"),
    "restore": N_("Restored"),
}
"""Name of an edit → what the list says; everything else is a change."""


@designer.get("/questionnaires/<int:questionnaire_id>/history")
def draft_history(questionnaire_id: int) -> str:
    """Every saved draft that is kept, the newest first."""
    found = questionnaire_or_404(questionnaire_id)
    document = editor.draft_of(found)
    return render_template(
        "designer/history.html",
        questionnaire=found,
        document=document,
        saved=history.saved(found),
        kept=editor.KEPT,
        done=lambda do: str(_(DONE.get(do, DONE["set"]))),
        part=_names(document),
        may_edit=allowed("designer.restore_draft"),
    )


def _names(document: Document) -> dict[str, str]:
    """Place → what people call it; parts that are gone are not in it."""
    language = shown_language(document)
    return {
        place: f"{_(KINDS[one.kind])} “{document.text(dict(label_of(one.own)), language)}”"
        for place, one in elements(document.model_dump(mode="json")).items()
        if one.kind != "document"
    }


@designer.post("/questionnaires/<int:questionnaire_id>/history/<int:number>/restore")
@roles("researcher")
def restore_draft(questionnaire_id: int, number: int) -> Response:
    """Save an older draft anew; nothing of what came after it is lost."""
    found = questionnaire_or_404(questionnaire_id)
    document = history.draft_at(found, number) or abort(404)
    revision = request.form.get("revision", -1, type=int)
    summary = {"do": "restore", "at": f"revision:{number}"}
    try:
        editor.replace(found, revision, document, signed_in().email, summary)
        db.session.commit()
        flash(_("The draft is as it was in save %(n)s. Undo takes it back.", n=number), "success")
    except editor.StaleDraftError:
        flash(_("Someone changed the draft at this moment. Look again."), "error")
    return redirect(url_for("designer.draft_history", questionnaire_id=found.id))
