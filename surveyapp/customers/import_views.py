"""Pages of the import: upload, columns and preview, progress, result."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from typing import BinaryIO, cast

from flask import Response as Answer
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles, signed_in
from surveyapp.customers import uploads, work
from surveyapp.customers.attributes import ATTRIBUTES
from surveyapp.customers.forms import UploadForm
from surveyapp.customers.previewing import Preview, preview
from surveyapp.customers.reasons import REASONS
from surveyapp.customers.rejects import unsealed
from surveyapp.customers.uploads import Upload
from surveyapp.customers.views import customers
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue
from surveyapp.languages import explain, tag

_EXAMPLES = {
    "zh-Hans": [
        ("客户编号", "姓名", "手机号", "城市", "门店", "产品线", "客户等级", "消费金额", "购买次数", "最近购买日期", "语言", "同意调研", "已退订"),  # noqa: E501
        ("C000001", "王小明", "174 0012 3456", "上海", "上海中心店", "家电", "高", "1299.50", "3", "", "中文", "是", "否"),  # noqa: E501
    ],
    "en": [
        ("Customer number", "Name", "Mobile phone", "City", "Store", "Product line", "Tier", "Spend", "Purchases", "Last purchase", "Language", "Consent", "Opted out"),  # noqa: E501
        ("C000001", "Ann Lee", "+86 174 0012 3456", "Shanghai", "Shanghai Central", "Appliance", "High", "1299.50", "3", "", "English", "Yes", "No"),  # noqa: E501
    ],
}  # fmt: skip
"""The file that shows how a table may look, by language."""


@customers.route("/customers/import", methods=["GET", "POST"])
@roles("researcher")
def import_start() -> Response | str | tuple[str, int]:
    """Take a file."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            return redirect(url_for(".import_columns", token=_kept(form).token))
        except SurveyError as refusal:
            form.file.errors = [explain(finding) for finding in refusal.findings]
    page = render_template(
        "customers/import.html", form=form, limit=uploads.MOST_BYTES // 1024 // 1024,
        attributes=ATTRIBUTES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _kept(form: UploadForm) -> Upload:
    """The upload, when its first rows can be read."""
    with closing(form.file.data) as sent:
        upload = uploads.keep(cast(BinaryIO, sent.stream), sent.filename or "", signed_in().email)
    try:
        preview(upload, None)
    except SurveyError:
        upload.delete()
        raise
    return upload


@customers.get("/customers/import/example.csv")
@roles("researcher")
def import_example() -> Answer:
    """A small file that can be filled in."""
    header, row = _EXAMPLES[tag()]
    text = io.StringIO()
    day = (clock.now() - timedelta(days=7)).date().isoformat()
    csv.writer(text).writerows([header, [*row[:9], day, *row[10:]]])
    return _download([text.getvalue().encode("utf-8-sig")], "customers.csv")


@customers.route("/customers/import/<token>", methods=["GET", "POST"])
@roles("researcher")
def import_columns(token: str) -> Response | str | tuple[str, int]:
    """Choose columns and look at the first rows; then start."""
    upload = _mine(token)
    if upload is None:
        flash(_("The uploaded file is gone. Upload it again."), "warning")
        return redirect(url_for(".import_start"))
    if upload.job:
        return redirect(url_for(".import_result", job_id=upload.job))
    chosen = _chosen() if request.method == "POST" else None
    shown = preview(upload, chosen)
    if request.form.get("step") == "run" and not shown.blocked:
        return redirect(url_for(".import_result", job_id=_start(upload, shown).id))
    page = render_template(
        "customers/import_columns.html", upload=upload, preview=shown, attributes=ATTRIBUTES,
        opt_in="opt_in" in request.form, most_columns=40,
    )  # fmt: skip
    refused = request.form.get("step") == "run"
    return (page, 422) if refused else page


@customers.post("/customers/import/<token>/discard")
@roles("researcher")
def import_discard(token: str) -> Response:
    """Delete an upload without importing it."""
    if upload := _mine(token):
        upload.delete()
    return redirect(url_for(".import_start"))


def _mine(token: str) -> Upload | None:
    upload = uploads.find(token)
    return upload if upload and upload.by == signed_in().email else None


def _chosen() -> dict[str, str]:
    fields = ((a.name, request.form.get(f"column-{a.name}", "")) for a in ATTRIBUTES)
    return {name: column for name, column in fields if column}


def _start(upload: Upload, shown: Preview) -> Job:
    job = enqueue(
        work.KIND,
        token=upload.token,
        columns=dict(shown.columns),
        opt_in="opt_in" in request.form,
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
        reasons=REASONS,
        downloadable=uploads.rejects(job.params["token"]) is not None,
    )


@customers.post("/customers/import/jobs/<int:job_id>/rejected")
@roles("researcher")
def import_rejected(job_id: int) -> Answer:
    """The rejected rows of an import, with their reasons."""
    path = uploads.rejects(_import_job(job_id).params["token"])
    if path is None:
        abort(404)
    audit.record("customers.rejected_rows", f"job:{job_id}")
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
