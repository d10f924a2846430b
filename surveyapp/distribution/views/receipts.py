"""Batches of receipt codes of a touchpoint: made, handed to the till, revoked."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import codes, receipt_batches, touchpoints
from surveyapp.distribution.label_forms import BatchForm
from surveyapp.distribution.labels.models import ReceiptBatch
from surveyapp.distribution.models import Touchpoint
from surveyapp.distribution.views.blueprint import distribution, flash_findings, study_or_404
from surveyapp.findings import SurveyError
from surveyapp.tabular.safe_csv import write_csv

HEADER = ("number", "code", "address", "store", "place")


@distribution.get("/studies/<int:study_id>/touchpoints/<int:touchpoint_id>/receipts")
def receipts(study_id: int, touchpoint_id: int) -> str:
    """The touchpoint's batches and how many of their codes were used."""
    return _page(_touchpoint(study_id, touchpoint_id), BatchForm(formdata=None))


@distribution.post("/studies/<int:study_id>/touchpoints/<int:touchpoint_id>/receipts")
@roles("researcher")
def make_receipts(study_id: int, touchpoint_id: int) -> Response | tuple[str, int]:
    """Make a batch."""
    touchpoint = _touchpoint(study_id, touchpoint_id)
    form = BatchForm()
    if not form.validate_on_submit():
        return _page(touchpoint, form), 422
    try:
        batch = receipt_batches.make(touchpoint, form.n.data or 0)
    except SurveyError as refusal:
        flash_findings(refusal.findings)
        return _page(touchpoint, form), 422
    db.session.commit()
    flash(_("%(n)s codes are made. Download them for the till.", n=batch.n), "success")
    return redirect(_address(touchpoint))


@distribution.post("/receipts/<int:batch_id>/codes.csv")
@roles("researcher")
def receipt_codes_file(batch_id: int) -> Response:
    """The codes for the till; the trail says who took them, so this is no GET."""
    batch, touchpoint = _batch(batch_id)
    text = io.StringIO(newline="")
    rows = (
        (str(number), codes.readable(code), address, touchpoint.store, touchpoint.label)
        for number, (code, address) in enumerate(receipt_batches.addresses(touchpoint, batch), 1)
    )
    write_csv(text, HEADER, rows)
    audit.record("receipts.download", f"receipt_batch:{batch.id}", codes=batch.n)
    db.session.commit()
    name = f"receipt-codes-{touchpoint.code}-{batch.id}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


@distribution.post("/receipts/<int:batch_id>/revoke")
@roles("researcher")
def revoke_receipts(batch_id: int) -> Response:
    """Make the unused codes of a batch worthless."""
    batch, touchpoint = _batch(batch_id)
    receipt_batches.revoke(batch)
    db.session.commit()
    said = _("The unused codes of batch %(batch)s open nothing any more.", batch=batch.id)
    flash(said, "success")
    return redirect(_address(touchpoint))


def _address(touchpoint: Touchpoint) -> str:
    return url_for(
        "distribution.receipts", study_id=touchpoint.study_id, touchpoint_id=touchpoint.id
    )


def _touchpoint(study_id: int, touchpoint_id: int) -> Touchpoint:
    found = db.get_or_404(Touchpoint, touchpoint_id)
    if found.study_id != study_id or found.once != receipt_batches.CODE:
        raise NotFound
    return found


def _batch(batch_id: int) -> tuple[ReceiptBatch, Touchpoint]:
    batch = db.get_or_404(ReceiptBatch, batch_id)
    return batch, db.session.get_one(Touchpoint, batch.touchpoint_id)


def _page(touchpoint: Touchpoint, form: BatchForm) -> str:
    return render_template(
        "distribution/receipts.html",
        study=study_or_404(touchpoint.study_id),
        touchpoint=touchpoint,
        form=form,
        batches=receipt_batches.of_touchpoint(touchpoint.id),
        readable=codes.readable,
        kinds=touchpoints.KINDS,
    )
