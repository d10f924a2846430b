"""Filling the stock of coupons, emptying it, and taking the list of those given out."""

from __future__ import annotations

import io
from contextlib import closing
from typing import BinaryIO, cast

from flask import Response, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles, signed_in
from surveyapp.answering.endings import addresses, coupons, stocking
from surveyapp.answering.endings.forms import CodesForm
from surveyapp.answering.endings.stocking import Stocked
from surveyapp.answering.endings.views import address_of, blueprint, page_of
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import study_or_404
from surveyapp.findings import SurveyError
from surveyapp.languages import explain
from surveyapp.tabular.safe_csv import write_csv


@blueprint.post("/studies/<int:study_id>/endings/coupons")
@roles("researcher")
def add_coupons(study_id: int) -> Answer | tuple[str, int]:
    """Take a list of codes."""
    study, form = study_or_404(study_id), CodesForm()
    if not form.validate_on_submit():
        return page_of(study, form), 422
    try:
        stocked = _taken(study, form)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        field = form.file if form.file.data else form.codes
        field.errors = [explain(finding) for finding in refusal.findings]
        return page_of(study_or_404(study_id), form), 422
    _tell(stocked)
    return redirect(address_of(study.id))


def _taken(study: Study, form: CodesForm) -> Stocked:
    stocked = stocking.add(study.id, _codes(form))
    audit.record("coupon.add", f"study:{study.id}", codes=stocked.added)
    return stocked


def _codes(form: CodesForm) -> list[str]:
    written = (form.codes.data or "").splitlines()
    if not form.file.data:
        return written
    with closing(form.file.data) as sent:
        stream, name = cast(BinaryIO, sent.stream), sent.filename or ""
        return [*stocking.codes_in(stream, name, signed_in().email), *written]


def _tell(stocked: Stocked) -> None:
    flash(_("%(n)s new codes.", n=stocked.added), "success")
    if stocked.twice:
        flash(_("%(n)s stood in the list more than once.", n=stocked.twice), "warning")
    if stocked.known:
        flash(
            _("%(n)s are in a stock already, of this study or another.", n=stocked.known), "warning"
        )
    if stocked.unusable:
        flash(
            _("%(n)s cannot be codes: too long, or with spaces inside.", n=stocked.unusable),
            "warning",
        )


@blueprint.post("/studies/<int:study_id>/endings/coupons/clear")
@roles("researcher")
def clear_coupons(study_id: int) -> Answer:
    """Take out the codes that nobody holds."""
    study = study_or_404(study_id)
    gone = coupons.clear(study.id)
    audit.record("coupon.clear", f"study:{study.id}", codes=gone)
    db.session.commit()
    flash(_("%(n)s codes were taken out. Those given out stay.", n=gone), "success")
    return redirect(address_of(study.id))


@blueprint.post("/studies/<int:study_id>/endings/coupons/export")
@roles("researcher")
def export(study_id: int) -> Response:
    """The codes that were given out, as a table."""
    study = study_or_404(study_id)
    found = coupons.claimed(study.id)
    audit.record("coupon.export", f"study:{study.id}", codes=len(found))
    db.session.commit()
    text = io.StringIO(newline="")
    rows = [
        (one.code, one.claimed_at.isoformat(), addresses.reference_of(one.response_id), one.mode)
        for one in found
    ]
    write_csv(text, ("code", "given_at", "reference", "mode"), rows)
    headers = {"Content-Disposition": f'attachment; filename="coupons-{study.id}.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), headers=headers, mimetype="text/csv")
