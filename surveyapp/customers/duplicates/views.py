"""The page of pairs, and the job that looks for them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.customers.duplicates import deciding, finding, likeness
from surveyapp.customers.duplicates.models import DuplicatePair
from surveyapp.customers.models import Customer
from surveyapp.customers.phones import masked, masked_name
from surveyapp.customers.views import customers
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import Progress, job
from surveyapp.jobs.running import enqueue
from surveyapp.languages import explain

KIND = "customers.duplicates"
SHOWN = 50
STATES = ("proposed", "merged", "different")


@job(KIND)
def look(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Look for pairs; twice finds nothing new. params: by."""
    new = finding.find(progress)
    audit.record("customers.duplicates", "customers", by=params["by"], new=new)
    db.session.commit()
    return {"new": new}


@customers.get("/customers/duplicates")
@roles("researcher")
def duplicates() -> str:
    """Pairs that are probably one customer, the likeliest first; or those decided about."""
    state = request.args.get("state", "proposed")
    state = state if state in STATES else "proposed"
    query = select(DuplicatePair).where(DuplicatePair.state == state)
    both = (joinedload(DuplicatePair.first), joinedload(DuplicatePair.second))
    if state == "proposed":  # the rest is decided already, by another merge
        query = query.where(
            DuplicatePair.first.has(Customer.merged_into_id.is_(None)),
            DuplicatePair.second.has(Customer.merged_into_id.is_(None)),
        )
    order = (DuplicatePair.score.desc(), DuplicatePair.id)
    going = Job.state.in_(("queued", "running"))
    return render_template(
        "customers/duplicates.html",
        pairs=db.session.scalars(query.options(*both).order_by(*order).limit(SHOWN)).all(),
        total=db.session.scalar(select(func.count()).select_from(query.subquery())) or 0,
        state=state,
        states=STATES,
        rules=likeness.RULES,
        proposed_from=likeness.PROPOSED_FROM,
        masked=masked,
        masked_name=masked_name,
        job=db.session.scalar(select(Job).where(Job.kind == KIND, going).limit(1)),
    )


@customers.post("/customers/duplicates")
@roles("researcher")
def look_for_duplicates() -> Response:
    """Start looking, unless it goes on already."""
    going = Job.state.in_(("queued", "running"))
    if db.session.scalar(select(Job.id).where(Job.kind == KIND, going).limit(1)) is None:
        enqueue(KIND, by=audit.actor())
        db.session.commit()
    return redirect(url_for(".duplicates"))


@customers.post("/customers/duplicates/<int:pair_id>/<any(merge, different, undo):what>")
@roles("researcher")
def decide_duplicate(pair_id: int, what: str) -> Response:
    """Merge into one of the two (`keep`), tell them apart, or take either back."""
    pair = db.get_or_404(DuplicatePair, pair_id)
    try:
        if what == "merge":
            deciding.merge(pair, request.form.get("keep", pair.first_id, type=int))
        elif what == "different":
            deciding.different(pair)
        else:
            deciding.take_back(pair)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash(" ".join(map(explain, refusal.findings)), "error")
        return redirect(url_for(".duplicates"))
    said = {
        "merge": _("Merged. Under “merged” it can be taken back at any time."),
        "different": _("They stay two customers and are not proposed again."),
        "undo": _("Taken back."),
    }
    flash(said[what], "success")
    return redirect(url_for(".duplicates"))
