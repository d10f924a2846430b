"""The page of a study's reports, and their files."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    send_from_directory,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.brands.known import known
from surveyapp.database import db
from surveyapp.datasets.desk import running_job
from surveyapp.datasets.snapshots.listing import of_study as snapshots_of
from surveyapp.distribution import periods
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import local_time
from surveyapp.jobs.refusals import restored
from surveyapp.jobs.running import enqueue
from surveyapp.languages import NAMES, tag
from surveyapp.reports.papers import keeping, scheduled
from surveyapp.reports.papers.forms import ReportForm
from surveyapp.reports.papers.models import Report

papers = Blueprint("papers", __name__, url_prefix="/studies/<int:study_id>/reports")
TYPES = {
    keeping.PDF: "application/pdf",
    keeping.HTML: "text/html",
    keeping.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    keeping.FIGURES: "application/json",
}
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
"""Of a report as a page: it has its own style and no script, and reaches nothing."""


@papers.get("")
def page(study_id: int) -> str:
    """The reports that were made, and the form for another."""
    study = _study(study_id)
    return _page(study, _form(study, formdata=None, language=tag()))


@papers.post("")
@roles("analyst", "researcher")
def make(study_id: int) -> AnyResponse | tuple[str, int]:
    """Make a report, as a job."""
    study = _study(study_id)
    form = _form(study)
    if not form.validate_on_submit():
        return _page(study, form), 422
    enqueue(
        keeping.KIND, study_id=study.id, token=keeping.token(), by=audit.actor(), **form.asked()
    )
    db.session.commit()
    return redirect(url_for("papers.page", study_id=study.id))


@papers.post("/every-period")
@roles("analyst", "researcher")
def switch(study_id: int) -> AnyResponse:
    """Let the study make a report after every period, or no more."""
    study = _study(study_id)
    if scheduled.of(study.id) is None:
        scheduled.start(study, tag())
        flash(
            _("A report will be made when a period has ended and its links have closed."), "success"
        )
    else:
        scheduled.stop(study)
        flash(_("No more reports are made by themselves."), "success")
    db.session.commit()
    return redirect(url_for("papers.page", study_id=study.id))


@papers.get("/<int:report_id>/<name>")
def file(study_id: int, report_id: int, name: str) -> Response:
    """A file of a report, to keep; the page may also be opened, without any right."""
    found: Report = db.get_or_404(Report, report_id)
    if found.study_id != study_id or name not in found.files:
        abort(404)
    shown = f"report-{found.study_id}-{found.id}-{found.language}-{name}"
    place = keeping.folder() / found.folder
    answer = send_from_directory(
        place, name, mimetype=TYPES[name], as_attachment=name != keeping.HTML, download_name=shown
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _form(study: Study, **more: object) -> ReportForm:
    frozen = [
        (s.id, f"{local_time(s.at, study)} · {s.sha256[:12]}") for s in snapshots_of(study.id)
    ]
    brands = [(key, look.called(tag())) for key, look in known().looks.items()]
    labels = [period.label for period in periods.of(study) if period.state == "open"]
    return ReportForm(**more).offer(labels, frozen, brands)


def _page(study: Study, form: ReportForm) -> str:
    kept = keeping.of_study(study.id)
    return render_template(
        "reports/papers/index.html",
        study=study,
        form=form,
        kept=kept,
        missing={row.id: [restored(one) for one in row.findings] for row in kept},
        languages=NAMES,
        recurs=periods.definition_of(study) is not None,
        schedule=scheduled.of(study.id),
        job=running_job(study.id, keeping.KIND),
    )


def _study(study_id: int) -> Study:
    found: Study = db.get_or_404(Study, study_id)
    return found
