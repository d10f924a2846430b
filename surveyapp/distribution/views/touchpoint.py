"""Touchpoints: printed codes of a study, their pictures, and the sheet of labels."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import codes, offered, qr, touchpoints
from surveyapp.distribution.forms import TouchpointForm
from surveyapp.distribution.models import Study, Touchpoint
from surveyapp.distribution.views.blueprint import (
    distribution,
    flash_findings,
    page_of,
    study_or_404,
)
from surveyapp.findings import SurveyError

SHEET = 240
"""Labels on one sheet page; more are printed store by store."""


@distribution.get("/studies/<int:study_id>/touchpoints", endpoint="touchpoints")
def list_touchpoints(study_id: int) -> str:
    """The study's codes, and the form for more."""
    study = study_or_404(study_id)
    form = TouchpointForm(formdata=None)
    return _page(study, form)


@distribution.post("/studies/<int:study_id>/touchpoints")
@roles("researcher")
def add_touchpoints(study_id: int) -> Response | tuple[str, int]:
    """Make a code for each chosen store at each chosen place."""
    study = study_or_404(study_id)
    form = TouchpointForm()
    _offer(form)
    if not form.validate_on_submit():
        return _page(study, form), 422
    try:
        added = touchpoints.add(
            study,
            form.chosen_stores(),
            form.chosen_places(),
            form.channel.data,
            form.once.data,
        )
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return _page(study_or_404(study_id), form), 422
    flash(_("%(n)s new codes. Those that existed stay as printed.", n=added), "success")
    return redirect(page_of("touchpoints", study))


@distribution.post("/touchpoints/<int:touchpoint_id>/active")
@roles("researcher")
def toggle_touchpoint(touchpoint_id: int) -> Response:
    """Take a code out of use, or back into it."""
    touchpoint = _touchpoint(touchpoint_id)
    touchpoint.active = not touchpoint.active
    action = "touchpoint.activate" if touchpoint.active else "touchpoint.deactivate"
    audit.record(action, f"touchpoint:{touchpoint.id}", code=touchpoint.code)
    db.session.commit()
    return redirect(page_of("touchpoints", touchpoint.study))


@distribution.get("/touchpoints/<int:touchpoint_id>/qr.svg")
def touchpoint_svg(touchpoint_id: int) -> Response:
    """The QR picture for print shops: scales without loss."""
    touchpoint = _touchpoint(touchpoint_id)
    return _picture(touchpoint, qr.svg(touchpoints.url_of(touchpoint)), "svg", "image/svg+xml")


@distribution.get("/touchpoints/<int:touchpoint_id>/qr.png")
def touchpoint_png(touchpoint_id: int) -> Response:
    """The QR picture for documents and screens."""
    touchpoint = _touchpoint(touchpoint_id)
    return _picture(touchpoint, qr.png(touchpoints.url_of(touchpoint)), "png", "image/png")


@distribution.get("/studies/<int:study_id>/touchpoints/sheet")
def touchpoint_sheet(study_id: int) -> str:
    """Labels to print and cut."""
    study = study_or_404(study_id)
    store = request.args.get("store", "")
    found = [t for t in touchpoints.of_study(study, store) if t.active]
    labels = [
        (t, codes.readable(t.code), qr.inline_svg(touchpoints.url_of(t))) for t in found[:SHEET]
    ]
    return render_template(
        "distribution/sheet.html",
        study=study,
        labels=labels,
        left_out=len(found) - len(labels),
        store=store,
        stores=list(dict.fromkeys(t.store for t in touchpoints.of_study(study))),
        kinds=touchpoints.KINDS,
    )


def _page(study: Study, form: TouchpointForm) -> str:
    _offer(form)
    return render_template(
        "distribution/touchpoints.html",
        study=study,
        form=form,
        found=touchpoints.of_study(study),
        kinds=touchpoints.KINDS,
        channels=touchpoints.CHANNELS,
        once=touchpoints.ONCE,
        readable=codes.readable,
        url_of=touchpoints.url_of,
        exit_code=touchpoints.exit_code,
        cards=touchpoints.cards_of(study),
    )


def _offer(form: TouchpointForm) -> None:
    form.stores.choices = [SelectChoice(store) for store in offered.stores()]


def _touchpoint(touchpoint_id: int) -> Touchpoint:
    return db.get_or_404(Touchpoint, touchpoint_id, options=[joinedload(Touchpoint.study)])


def _picture(touchpoint: Touchpoint, data: str | bytes, ending: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{touchpoint.code}.{ending}"'}
    return Response(data, mimetype=kind, headers=headers)
