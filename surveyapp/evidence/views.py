"""The page of the verification."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.evidence.recognising import Known, digest_of_stream, recognised
from surveyapp.evidence.work import KIND
from surveyapp.jobs.models import Job
from surveyapp.jobs.refusals import restored
from surveyapp.jobs.running import enqueue

evidence = Blueprint("evidence", __name__, url_prefix="/audit/evidence")
HEAD = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Asked:
    """A file that somebody asked about. found: what it is, empty for none of ours."""

    digest: str = ""
    found: tuple[Known, ...] = ()
    missing: bool = False


@evidence.get("")
@roles("analyst")
def index() -> str:
    """The head of the chain, and the newest verification."""
    return _page()


@evidence.post("")
@roles("analyst")
def verify() -> Response | tuple[str, int]:
    """Verify everything, as a job; with a head that was kept elsewhere, if one is given."""
    known = request.form.get("head", "").strip().lower()
    if known and not HEAD.fullmatch(known):
        return _page(known, unreadable=True), 422
    enqueue(KIND, head=known)
    db.session.commit()
    return redirect(url_for("evidence.index"))


@evidence.post("/file")
@roles("analyst")
def recognise() -> str | tuple[str, int]:
    """Whether a file is one that was made here, unchanged. Nothing of it is kept."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return _page(asked=Asked(missing=True)), 422
    digest = digest_of_stream(given.stream)
    return _page(asked=Asked(digest, tuple(recognised(digest))))


def _page(known: str = "", *, unreadable: bool = False, asked: Asked | None = None) -> str:
    newest = select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(1)
    job = db.session.scalar(newest)
    findings = [restored(one) for one in job.result.get("findings", ())] if job else []
    return render_template(
        "evidence/index.html",
        head=audit.head(),
        job=job,
        findings=findings,
        known=known,
        unreadable=unreadable,
        asked=asked,
    )
