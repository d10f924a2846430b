"""A touchpoint's own page: when its store is open, and where it is."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import codes, touchpoints
from surveyapp.distribution.models import Touchpoint
from surveyapp.distribution.views.blueprint import distribution, page_of, study_or_404
from surveyapp.distribution.visit_forms import VisitForm


@distribution.get("/studies/<int:study_id>/touchpoints/<int:touchpoint_id>")
def touchpoint(study_id: int, touchpoint_id: int) -> str:
    """What is known of the visits behind this code's answers."""
    found = _of_study(study_id, touchpoint_id)
    form = VisitForm(formdata=None)
    form.load(found)
    return _page(found, form)


@distribution.post("/studies/<int:study_id>/touchpoints/<int:touchpoint_id>")
@roles("researcher")
def save_touchpoint(study_id: int, touchpoint_id: int) -> Response | tuple[str, int]:
    """Change it, for this code or for all of its store."""
    found = _of_study(study_id, touchpoint_id)
    form = VisitForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    changed = touchpoints.situate(found, form.values(), whole_store=form.whole_store.data)
    db.session.commit()
    flash(_("Saved for %(n)s codes.", n=changed), "success")
    return redirect(page_of("touchpoints", study_or_404(found.study_id)))


def _of_study(study_id: int, touchpoint_id: int) -> Touchpoint:
    found = db.get_or_404(Touchpoint, touchpoint_id)
    if found.study_id != study_id:
        raise NotFound
    return found


def _page(found: Touchpoint, form: VisitForm) -> str:
    return render_template(
        "distribution/touchpoint.html",
        study=study_or_404(found.study_id),
        touchpoint=found,
        form=form,
        readable=codes.readable,
        kinds=touchpoints.KINDS,
    )
