"""The sample: population with live count, allocation before drawing, the draw, and its proof."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import (
    contact,
    designs,
    drawing,
    eligibility,
    inviting,
    offered,
    panels,
    periods,
    population,
    releases,
    releasing,
)
from surveyapp.distribution.designs import Redraw
from surveyapp.distribution.eligibility import Caps
from surveyapp.distribution.models import DesignStratum, SampleDesign, SampleMember, Study
from surveyapp.distribution.plans import EQUAL_CHANCES, Plan
from surveyapp.distribution.population import Population
from surveyapp.distribution.release_models import SampleRelease
from surveyapp.distribution.sample_forms import ReleaseForm, SampleForm
from surveyapp.distribution.specs import Spec
from surveyapp.distribution.views.blueprint import (
    distribution,
    do_and_say,
    flash_findings,
    page_of,
    study_or_404,
)
from surveyapp.findings import Finding, SurveyError
from surveyapp.jobs.models import Job
from surveyapp.stats.sampling.weights import WeightingLoss, kish
from surveyapp.tabular.safe_csv import write_csv

FIRST_N = 400
"""What the form proposes: a share is then known to about ± 5 points."""


@dataclass(frozen=True)
class Preview:
    """What the page shows before anything is drawn."""

    count: eligibility.Count
    plan: Plan | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class DrawnFacts:
    """A drawn sample as its page shows it. waiting: replicates in reserve."""

    spec: Spec
    strata: Sequence[releases.Standing]
    released: int
    equal_chances: bool
    waiting: int
    history: Sequence[SampleRelease]
    spread: WeightingLoss | None


@distribution.get("/studies/<int:study_id>/sample", endpoint="sample")
def show_sample(study_id: int) -> str:
    """The drawn sample, and the form for a new one. With a query string: that form, filled in."""
    study = study_or_404(study_id)
    design = designs.current(study)
    caps = contact.current().caps
    form = _form_of(study, design, caps)
    return _page(study, design, form, caps=caps)


@distribution.get("/studies/<int:study_id>/sample/preview")
def preview_sample(study_id: int) -> str:
    """Only the part of the page that depends on the form."""
    study = study_or_404(study_id)
    form = _submitted()
    return render_template(
        "distribution/_preview.html", study=study, form=form, preview=preview_of(study, form)
    )


@distribution.post("/studies/<int:study_id>/sample")
@roles("researcher")
def draw_sample(study_id: int) -> Response | tuple[str, int]:
    """Store the population, freeze the frame, draw."""
    study = study_or_404(study_id)
    form = SampleForm()
    form.offer(offered.values())
    if not form.validate_on_submit():
        return _page(study, designs.current(study), form), 422
    try:
        job = drawing.start(study, form.population(), form.spec())
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        study = study_or_404(study_id)
        return _page(study, designs.current(study), form), 422
    if job:
        return redirect(f"{page_of('sample', study)}?job={job.id}")
    flash(_("The sample is drawn."), "success")
    return redirect(page_of("sample", study))


@distribution.get("/studies/<int:study_id>/sample/redraw", endpoint="redraw")
def compare_redraw(study_id: int) -> str:
    """Draw again from what is stored and say whether every bit is the same."""
    study = study_or_404(study_id)
    design = _drawn(study)
    caps = contact.current().caps
    form = _form_of(study, design, caps)
    return _page(study, design, form, designs.redraw(design), caps)


@distribution.post("/studies/<int:study_id>/sample.csv")
def sample_file(study_id: int) -> Response:
    """The drawn list with probabilities and weights, without names and phones (audited)."""
    study = study_or_404(study_id)
    design = _drawn(study)
    audit.record("sample.export", f"study:{study.id}", design=design.id, n=design.n)
    db.session.commit()
    name = f"sample-{study.id}-{design.draw_hash[:8]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_csv(design), mimetype="text/csv", headers=headers)


@distribution.post("/studies/<int:study_id>/sample/release")
@roles("researcher")
def release_batches(study_id: int) -> Response:
    """Invite further batches of the reserve."""
    study, form = study_or_404(study_id), ReleaseForm()
    if not form.validate_on_submit():
        for errors in form.errors.values():
            flash(" ".join(map(str, errors)), "error")
        return redirect(page_of("sample", study))
    return _released(
        "sample",
        study,
        lambda: releasing.batches(study, form.batches.data, form.reason.data, form.seen.data),
    )


@distribution.post("/studies/<int:study_id>/sample/replace")
@roles("researcher")
def release_replacements(study_id: int) -> Response:
    """Invite from the reserve for those who were not eligible, in one stratum or in several."""
    study = study_or_404(study_id)
    strata = request.form.getlist("stratum", type=int)
    seen = request.form.get("seen", -1, type=int)
    return _released("response", study, lambda: releasing.replacements(study, strata, seen))


@distribution.post("/studies/<int:study_id>/sample/go-on")
@roles("researcher")
def go_on_inviting(study_id: int) -> Response:
    """Give links to those whom a failed job left without one."""
    study = study_or_404(study_id)
    page = "periods" if periods.definition_of(study) else "sample"
    said = _("It goes on where it stopped; nobody gets a second link.")
    return do_and_say(page, study, lambda: inviting.go_on(study), said)


def _released(page: str, study: Study, work: Callable[[], SampleRelease | Job]) -> Response:
    try:
        made = work()
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return redirect(page_of(page, study))
    if isinstance(made, Job):
        return redirect(f"{page_of('sample', study)}?job={made.id}")
    flash(_("%(n)s more customers are released.", n=f"{made.n:,}"), "success")
    return redirect(page_of(page, study))


def _page(
    study: Study,
    design: SampleDesign | None,
    form: SampleForm,
    redraw: Redraw | None = None,
    caps: Caps = None,
) -> str:
    recurring = periods.definition_of(study) is not None
    return render_template(
        "distribution/sample.html",
        study=study,
        design=design,
        drawn=_drawn_facts(design) if design else None,
        form=form,
        preview=preview_of(study, form, caps),
        redraw=redraw,
        locked=_locked(study, recurring),
        recurring=recurring,
        job=db.session.get(Job, request.args.get("job", 0, type=int)),
        links=inviting.under_way(study),
    )


def _drawn_facts(design: SampleDesign) -> DrawnFacts:
    log = releases.history(design)
    spec, strata = designs.spec_of(design), releases.standing(design, log)
    equal = spec.selection in EQUAL_CHANCES
    weights: Iterable[float] = (
        one.stratum.size / one.released for one in strata for _unit in range(one.released)
    )
    if not equal:
        rows = select(SampleMember.design_weight).where(SampleMember.design_id == design.id)
        weights = db.session.scalars(rows)
    return DrawnFacts(
        spec=spec,
        strata=strata,
        released=sum(one.released for one in strata),
        equal_chances=equal,
        waiting=releases.waiting_replicates(design, log),
        history=log,
        spread=kish(weights),
    )


def _locked(study: Study, recurring: bool) -> bool:
    """Whether the sample can no longer change."""
    try:
        designs.refuse_late(study, recurring=recurring)
        panels.refuse_wave(study)
    except SurveyError:
        return True
    return False


def _form_of(study: Study, design: SampleDesign | None, caps: Caps) -> SampleForm:
    """The form as the query string fills it, else as the study stands."""
    if "n" in request.args:
        return _submitted()
    form = SampleForm(formdata=None)
    form.load_population(population_of(study))
    form.load_spec(designs.spec_of(design) if design else first_spec(study, caps))
    form.offer(offered.values())
    return form


def _submitted() -> SampleForm:
    """The form from the query string, checked; a GET carries no CSRF token and needs none."""
    form = SampleForm(formdata=request.args, meta={"csrf": False})
    form.offer(offered.values())
    form.validate()
    return form


def population_of(study: Study) -> Population:
    """The study's population; the proposal when it has none yet."""
    try:
        return population.read(study.population)
    except SurveyError:
        return Population()


def first_spec(study: Study, caps: Caps = None) -> Spec:
    """What a study without a sample proposes to draw."""
    eligible = eligibility.count(population_of(study), study, caps).eligible
    return Spec(
        n=max(1, min(FIRST_N, eligible)), seed=designs.new_seed(), strata_by=("city", "tier")
    )


def preview_of(study: Study, form: SampleForm, caps: Caps = None) -> Preview:
    """Counts always; the allocation when the form allows one."""
    chosen = form.population()
    caps = contact.current().caps if caps is None else caps
    count = eligibility.count(chosen, study, caps)
    if form.errors:
        return Preview(count, None, ())
    try:
        planned = designs.preview(study, form.spec(), chosen, caps)
    except SurveyError as refusal:
        return Preview(count, None, refusal.findings)
    return Preview(count, planned, planned.findings)


def _drawn(study: Study) -> SampleDesign:
    design = designs.current(study)
    if design is None:
        raise NotFound
    return design


def _csv(design: SampleDesign) -> bytes:
    rows = db.session.execute(
        select(
            Customer.number,
            DesignStratum.key,
            SampleMember.inclusion_probability,
            SampleMember.design_weight,
        )
        .join(SampleMember, SampleMember.customer_id == Customer.id)
        .join(DesignStratum, DesignStratum.id == SampleMember.stratum_id)
        .where(SampleMember.design_id == design.id)
        .order_by(Customer.number)
    )
    header = ["number", *design.strata_by, "inclusion_probability", "design_weight"]
    out = io.StringIO(newline="")
    write_csv(
        out,
        header,
        (
            [number, *(key[name] for name in design.strata_by), repr(probability), repr(weight)]
            for number, key, probability, weight in rows
        ),
    )
    return out.getvalue().encode("utf-8-sig")
