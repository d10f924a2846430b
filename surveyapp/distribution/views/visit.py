"""A touchpoint's own page: when its store is open, and where it is."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import codes, touchpoints
from surveyapp.distribution.models import Touchpoint
from surveyapp.distribution.views.blueprint import distribution, page_of, study_or_404
from surveyapp.distribution.visit_forms import VisitForm


@distribution.get("/touchpoints/<int:touchpoint_id>")
def touchpoint(touchpoint_id: int) -> str:
    """What is known of the visits behind this code's answers."""
    found = db.get_or_404(Touchpoint, touchpoint_id)
    form = VisitForm(formdata=None)
    form.load(found)
    return _page(found, form)


@distribution.post("/touchpoints/<int:touchpoint_id>")
@roles("researcher")
def save_touchpoint(touchpoint_id: int) -> Response | tuple[str, int]:
    """Change it, for this code or for all of its store."""
    found = db.get_or_404(Touchpoint, touchpoint_id)
    form = VisitForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    changed = touchpoints.situate(found, form.values(), whole_store=form.whole_store.data)
    db.session.commit()
    flash(_("Saved for %(n)s codes.", n=changed), "success")
    return redirect(page_of("touchpoints", study_or_404(found.study_id)))


def _page(found: Touchpoint, form: VisitForm) -> str:
    return render_template(
        "distribution/touchpoint.html",
        study=study_or_404(found.study_id),
        touchpoint=found,
        form=form,
        readable=codes.readable,
        kinds=touchpoints.KINDS,
    )
