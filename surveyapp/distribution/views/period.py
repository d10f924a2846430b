"""Periods: the one definition of a recurring study, the periods it had, and those to come."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import inviting, offered, periods, reopening
from surveyapp.distribution.models import Invitation, Study
from surveyapp.distribution.period_forms import RecurrenceForm
from surveyapp.distribution.period_models import StudyPeriod
from surveyapp.distribution.views.blueprint import (
    distribution,
    do_and_say,
    flash_findings,
    page_of,
    study_or_404,
)
from surveyapp.distribution.views.sample import first_spec, population_of, preview_of
from surveyapp.findings import Finding, SurveyError
from surveyapp.jobs.models import Job


@distribution.get("/studies/<int:study_id>/periods", endpoint="periods")
def show_periods(study_id: int) -> str:
    """The definition and what became of every period."""
    study = study_or_404(study_id)
    definition = periods.definition_of(study)
    form = RecurrenceForm(formdata=None)
    form.load_population(population_of(study))
    if definition is None:
        form.load_spec(first_spec(study))
        form.propose(study)
    else:
        form.load_spec(periods.spec_of(definition, 0))
        form.seed.data = definition.seed
        form.load_definition(definition)
    form.offer(offered.values())
    return _page(study, form)


@distribution.post("/studies/<int:study_id>/periods")
@roles("researcher")
def save_periods(study_id: int) -> Response | tuple[str, int]:
    """Make the study recurring, or change how; nothing is drawn before a period begins."""
    study, form = study_or_404(study_id), RecurrenceForm()
    form.offer(offered.values())
    if not form.validate_on_submit():
        return _page(study, form), 422
    try:
        study.population = form.population().as_json()
        periods.save(study, form.recurrence(study), form.spec(), form.answer_days.data)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return _page(study_or_404(study_id), form), 422
    flash(_("Saved. Every period draws its own sample when it begins."), "success")
    return redirect(page_of("periods", study))


@distribution.post("/studies/<int:study_id>/periods/<any(on, off):switch>")
@roles("researcher")
def switch_periods(study_id: int, switch: str) -> Response:
    """Let new periods begin, or no more of them."""
    study = study_or_404(study_id)
    said = _("New periods begin again.") if switch == "on" else _("No new period begins.")
    return do_and_say("periods", study, lambda: periods.switch(study, active=switch == "on"), said)


@distribution.post("/studies/<int:study_id>/periods/<int:number>/again")
@roles("researcher")
def open_again(study_id: int, number: int) -> Response:
    """Let a job try a failed period again, after its cause was mended."""
    study = study_or_404(study_id)
    try:
        made = reopening.again(study, number)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return redirect(page_of("periods", study))
    return redirect(f"{page_of('periods', study)}?job={made.id}")


def _page(study: Study, form: RecurrenceForm) -> str:
    opened = periods.of(study)
    return render_template(
        "distribution/periods.html",
        study=study,
        form=form,
        definition=periods.definition_of(study),
        periods=opened,
        reached=_reached(study),
        troubles={p.number: _finding(p) for p in opened if p.finding},
        coming=periods.coming(study),
        job=db.session.get(Job, request.args.get("job", 0, type=int)),
        links=inviting.under_way(study),
        preview=preview_of(study, form),
    )


def _reached(study: Study) -> dict[str, tuple[int, int, int]]:
    """Period's label → drawn, invited and completed, in one query."""
    rows = db.session.execute(
        select(
            Invitation.occasion,
            func.count(),
            func.count(Invitation.invited_at),
            func.count(Invitation.completed_at) - func.count(Invitation.ineligible_at),
        )
        .where(Invitation.study_id == study.id)
        .group_by(Invitation.occasion)
    )
    return {label: (drawn, invited, completed) for label, drawn, invited, completed in rows}


def _finding(period: StudyPeriod) -> Finding:
    return Finding(**(period.finding or {}))
