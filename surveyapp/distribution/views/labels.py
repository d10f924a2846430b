"""Labels of a study: files that the worker makes, and the sheet that a browser prints."""

from __future__ import annotations

from collections.abc import Iterator

from flask import redirect, render_template, send_from_directory
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import touchpoints
from surveyapp.distribution.label_forms import KINDS, LabelForm
from surveyapp.distribution.labels import keeping
from surveyapp.distribution.labels.formats import FORMATS
from surveyapp.distribution.labels.models import LabelFile, ReceiptBatch
from surveyapp.distribution.models import Study, Touchpoint
from surveyapp.distribution.views.blueprint import distribution, page_of, study_or_404
from surveyapp.jobs.running import enqueue
from surveyapp.languages import locale


@distribution.get("/studies/<int:study_id>/touchpoints/labels", endpoint="labels")
def list_labels(study_id: int) -> str:
    """What can be printed, what is being made, and the files that are there."""
    return _page(study_or_404(study_id), LabelForm(formdata=None))


@distribution.post("/studies/<int:study_id>/touchpoints/labels")
@roles("researcher")
def make_labels(study_id: int) -> Response | tuple[str, int]:
    """Let the worker make a file."""
    study = study_or_404(study_id)
    form = LabelForm()
    form.what.choices = list(_choices(study))
    if not form.validate_on_submit():
        return _page(study, form), 422
    params = form.params()
    enqueue(keeping.KIND, study_id=study.id, language=str(locale()), by=audit.actor(), **params)
    db.session.commit()
    return redirect(page_of("labels", study))


@distribution.get("/labels/<int:file_id>")
@roles("researcher")
def label_file(file_id: int) -> Response:
    """A file, as long as it is kept."""
    row = db.get_or_404(LabelFile, file_id)
    if not (keeping.folder() / row.name).is_file():
        raise NotFound
    return send_from_directory(keeping.folder(), row.name, as_attachment=True)


def _page(study: Study, form: LabelForm) -> str:
    form.what.choices = list(_choices(study))
    return render_template(
        "distribution/labels.html",
        study=study,
        form=form,
        files=keeping.offered(study.id),
        job=keeping.under_way(study.id),
        kinds=KINDS,
        formats=FORMATS,
        days=keeping.KEPT.days,
        any_code=len(form.what.choices) > 1,
    )


def _choices(study: Study) -> Iterator[SelectChoice]:
    yield SelectChoice("", _("All touchpoints in use"))
    found = touchpoints.of_study(study)
    for store in dict.fromkeys(one.store for one in found if one.active):
        yield SelectChoice(f"store:{store}", store)
    rows = db.session.execute(
        select(ReceiptBatch.id, ReceiptBatch.n, Touchpoint.store)
        .join(Touchpoint, Touchpoint.id == ReceiptBatch.touchpoint_id)
        .where(Touchpoint.study_id == study.id, ReceiptBatch.revoked_at.is_(None))
        .order_by(ReceiptBatch.id.desc())
    )
    for b, n, s in rows:
        words = _("%(store)s: %(n)s receipt codes, batch %(batch)s", store=s, n=n, batch=b)
        yield SelectChoice(f"batch:{b}", words)
