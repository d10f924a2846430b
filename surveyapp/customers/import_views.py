"""Pages of the import: upload, columns and preview, progress, result."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Any, BinaryIO, cast

from flask import Response as Answer
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp import clock, zones
from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles, signed_in
from surveyapp.customers import uploads, work
from surveyapp.customers.examples import example
from surveyapp.customers.forms import UploadForm
from surveyapp.customers.own.subject import attribute_label
from surveyapp.customers.previewing import Preview, preview
from surveyapp.customers.reasons import reason
from surveyapp.customers.rejects import unsealed
from surveyapp.customers.subjects import Subject
from surveyapp.customers.targets import OPTIONS, WORDINGS, target
from surveyapp.customers.uploads import Upload
from surveyapp.customers.views import customers
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue
from surveyapp.languages import explain, tag


@customers.route("/customers/import", methods=["GET", "POST"], defaults={"of": "customers"})
@customers.route("/customers/events/import", methods=["GET", "POST"], defaults={"of": "events"})
@roles("researcher")
def import_start(of: str) -> Response | str | tuple[str, int]:
    """Take a file."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            return redirect(url_for(".import_columns", token=_kept(form, of).token))
        except SurveyError as refusal:
            form.file.errors = [explain(finding) for finding in refusal.findings]
    page = render_template(
        "customers/import.html", form=form, limit=uploads.MOST_BYTES // 1024 // 1024,
        of=of, spoken=attribute_label, wording=WORDINGS[of], subject=target(of, {}).subject,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _kept(form: UploadForm, of: str) -> Upload:
    """The upload, when its first rows can be read."""
    with closing(form.file.data) as sent:
        stream, name = cast(BinaryIO, sent.stream), sent.filename or ""
        upload = uploads.keep(stream, name, signed_in().email, of)
    try:
        preview(upload, None, target(of, {}))
    except SurveyError:
        upload.delete()
        raise
    return upload


@customers.get("/customers/import/example.csv", defaults={"of": "customers"})
@customers.get("/customers/events/import/example.csv", defaults={"of": "events"})
@roles("researcher")
def import_example(of: str) -> Answer:
    """A small file that can be filled in."""
    return _download([example(of, tag(), clock.now()).encode("utf-8-sig")], f"{of}.csv")


@customers.route("/customers/import/<token>", methods=["GET", "POST"])
@roles("researcher")
def import_columns(token: str) -> Response | str | tuple[str, int]:
    """Choose columns and look at the first rows; then start."""
    upload = _mine(token)
    if upload is None:
        flash(_("The uploaded file is gone. Upload it again."), "warning")
        return redirect(url_for(".import_start", of="customers"))
    if upload.job:
        return redirect(url_for(".import_result", job_id=upload.job))
    options = _options(upload.of)
    into = target(upload.of, options)
    chosen = _chosen(into.subject) if request.method == "POST" else None
    shown = preview(upload, chosen, into)
    if request.form.get("step") == "run" and not shown.blocked:
        return redirect(url_for(".import_result", job_id=_start(upload, shown, options).id))
    page = render_template(
        "customers/import_columns.html", upload=upload, preview=shown, options=options,
        zones=zones.choices(), spoken=attribute_label, wording=WORDINGS[upload.of], most_columns=40,
    )  # fmt: skip
    refused = request.form.get("step") == "run"
    return (page, 422) if refused else page


@customers.post("/customers/import/<token>/discard")
@roles("researcher")
def import_discard(token: str) -> Response:
    """Delete an upload without importing it."""
    upload = _mine(token)
    if upload:
        upload.delete()
    return redirect(url_for(".import_start", of=upload.of if upload else "customers"))


def _mine(token: str) -> Upload | None:
    upload = uploads.find(token)
    return upload if upload and upload.by == signed_in().email else None


def _options(of: str) -> dict[str, Any]:
    if of == "customers":
        return {"opt_in": "opt_in" in request.form}
    zone = request.form.get("zone", "")
    return {"zone": zone} if zone in zones.choices() else OPTIONS[of]


def _chosen(subject: Subject) -> dict[str, str]:
    fields = ((a.name, request.form.get(f"column-{a.name}", "")) for a in subject.attributes)
    return {name: column for name, column in fields if column}


def _start(upload: Upload, shown: Preview, options: dict[str, Any]) -> Job:
    job = enqueue(
        work.KIND,
        token=upload.token,
        columns=dict(shown.columns),
        of=upload.of,
        options=options,
        language=tag(),
        by=audit.actor(),
    )
    db.session.commit()
    uploads.assign(upload, job.id)
    return job


@customers.get("/customers/import/jobs/<int:job_id>")
@roles("researcher")
def import_result(job_id: int) -> str:
    """How far an import is, and what it did."""
    job = _import_job(job_id)
    return render_template(
        "customers/import_result.html",
        job=job,
        result=job.result,
        of=job.params.get("of", "customers"),
        wording=WORDINGS[job.params.get("of", "customers")],
        reason=reason,
        downloadable=uploads.rejects(job.params["token"]) is not None,
    )


@customers.post("/customers/import/jobs/<int:job_id>/rejected")
@roles("researcher")
def import_rejected(job_id: int) -> Answer:
    """The rejected rows of an import, with their reasons."""
    job = _import_job(job_id)
    path = uploads.rejects(job.params["token"])
    if path is None:
        abort(404)
    audit.record(f"{job.params.get('of', 'customers')}.rejected_rows", f"job:{job_id}")
    db.session.commit()
    return _download(unsealed(path), "rejected-rows.csv")


def _import_job(job_id: int) -> Job:
    job = db.session.get(Job, job_id)
    if job is None or job.kind != work.KIND:
        abort(404)
    return job


def _download(content: Iterable[bytes], filename: str) -> Answer:
    answer = Answer(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
