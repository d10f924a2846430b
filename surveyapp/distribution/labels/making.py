"""One file of labels, made by the worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution import codes, receipt_batches, touchpoints
from surveyapp.distribution.labels.formats import FORMATS
from surveyapp.distribution.labels.keeping import folder
from surveyapp.distribution.labels.layout import Label
from surveyapp.distribution.labels.models import LabelFile, ReceiptBatch
from surveyapp.distribution.labels.pictures import write_pictures
from surveyapp.distribution.labels.sheets import write_sheets
from surveyapp.distribution.models import Study, Touchpoint
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.jobs.registry import Progress
from surveyapp.tabular.safe_csv import written_whole

STEP = N_("Drawing the labels")


def make(params: dict[str, Any], progress: Progress) -> LabelFile:
    """Write and offer the file that `params` describe (see `distribution.work`). Commits.

    Raises SurveyError where there is nothing to print or no font that can.
    """
    progress(STEP, 0, 0)
    labels = _labels(params)
    kind, size = params["form"], params.get("size", "")
    db.session.rollback()
    if not labels:
        template = N_("There is no code in use, so there is nothing to print.")
        raise SurveyError(Finding("labels.none", "labels", template))
    folder().mkdir(parents=True, exist_ok=True)
    ending = "pdf" if kind == "pdf" else "zip"
    moment = clock.now().strftime("%Y%m%d-%H%M%S-%f")
    path = folder() / f"labels-{params['study_id']}-{moment}.{ending}"

    def report(done: int, total: int) -> None:
        if done == total or done % 500 < 24:
            progress(STEP, done, total)

    sheets = 0
    with written_whole(path, "wb") as file:
        if kind == "pdf":
            sheets = write_sheets(file, labels, FORMATS[size], params.get("skip", 0), report)
        else:
            write_pictures(file, labels, kind, report)
    made = LabelFile(
        study_id=params["study_id"],
        batch_id=params.get("batch_id"),
        kind=kind,
        size=size if kind == "pdf" else "",
        name=path.name,
        labels=len(labels),
        sheets=sheets,
        bytes=path.stat().st_size,
        actor=params.get("by", ""),
    )
    db.session.add(made)
    audit.record(
        "labels.make",
        f"study:{made.study_id}",
        by=made.actor,
        labels=len(labels),
        form=kind,
        size=size,
    )
    db.session.commit()
    return made


def _labels(params: dict[str, Any]) -> Sequence[Label]:
    with force_locale(params.get("language", "en")):
        if params.get("batch_id"):
            return _of_batch(params["batch_id"])
        study = db.session.get_one(Study, params["study_id"])
        found = touchpoints.of_study(study, params.get("store", ""))
        return [
            Label(touchpoints.url_of(one), one.store, _place(one), codes.readable(one.code))
            for one in found
            if one.active
        ]


def _of_batch(batch_id: int) -> Sequence[Label]:
    batch = db.session.get_one(ReceiptBatch, batch_id)
    touchpoint = db.session.scalars(
        select(Touchpoint).where(Touchpoint.id == batch.touchpoint_id)
    ).one()
    if batch.revoked_at is not None:
        return []
    place = _place(touchpoint)
    return [
        Label(address, touchpoint.store, place, codes.readable(code))
        for code, address in receipt_batches.addresses(touchpoint, batch)
    ]


def _place(touchpoint: Touchpoint) -> str:
    known = touchpoints.KINDS.get(touchpoint.label)
    return str(gettext(known)) if known else touchpoint.label
