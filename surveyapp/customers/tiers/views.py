"""The page of tiers: the rule, what came out of it, and computing it again."""

from __future__ import annotations

from decimal import Decimal

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.customers.attributes import VALUE_LABELS
from surveyapp.customers.tiers import computing, rule, work
from surveyapp.customers.tiers.forms import LimitsForm
from surveyapp.customers.tiers.models import TierComputation
from surveyapp.customers.views import customers
from surveyapp.database import db
from surveyapp.findings import Finding
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue


@customers.get("/customers/tiers")
def tiers() -> str:
    """The rule that stands, and how many customers are in each tier."""
    newest = computing.newest()
    limits = rule.read(newest.limits) if newest else rule.Limits()
    return _page(LimitsForm(formdata=None, data=limits.as_json()), [])


@customers.post("/customers/tiers")
@roles("researcher")
def compute_tiers() -> Response | tuple[str, int]:
    """Compute everybody's tiers by the limits that were entered."""
    form = LimitsForm()
    if not form.validate():
        return _page(form, []), 422
    limits = form.limits()
    if found := list(rule.findings(limits)):
        return _page(form, found), 422
    if _running() is None:
        enqueue(work.KIND, limits=limits.as_json(), by=audit.actor())
        db.session.commit()
    return redirect(url_for(".tiers"))


def _page(form: LimitsForm, findings: list[Finding]) -> str:
    newest = computing.newest()
    counts = computing.counts()
    return render_template(
        "customers/tiers.html",
        form=form,
        findings=findings,
        newest=newest,
        high_from=_yuan(newest.high_from if newest else None),
        middle_from=_yuan(newest.middle_from if newest else None),
        counts=counts,
        total=sum(counts.values()),
        cycles=rule.LIFE_CYCLES,
        values=rule.VALUE_TIERS,
        labels=VALUE_LABELS,
        job=_running() or _failed(newest),
        editing="window_days" in request.form,
    )


def _yuan(fen: int | None) -> str:
    return "–" if fen is None else f"{Decimal(fen) / 100:,.0f}"


def _running() -> Job | None:
    """The computation that waits or goes on."""
    going = Job.state.in_(("queued", "running"))
    return db.session.scalar(select(Job).where(Job.kind == work.KIND, going).limit(1))


def _failed(newest: TierComputation | None) -> Job | None:
    """The last job, when it failed after the computation that stands."""
    query = select(Job).where(Job.kind == work.KIND).order_by(Job.id.desc()).limit(1)
    last = db.session.scalar(query)
    if last is None or last.state != "failed":
        return None
    return last if newest is None or last.created_at > newest.computed_at else None
