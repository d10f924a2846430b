"""Events: what makes a study ask, what was decided lately, and a dry run by name."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import eligibility, triggering, triggers, verdict_lists
from surveyapp.distribution.models import Study
from surveyapp.distribution.trigger_forms import TriggerForm
from surveyapp.distribution.trigger_models import StudyTrigger
from surveyapp.distribution.views.blueprint import (
    distribution,
    do_and_say,
    flash_findings,
    page_of,
    study_or_404,
)
from surveyapp.distribution.views.sample import population_of
from surveyapp.findings import N_, SurveyError

NAMES = {**eligibility.REASONS, **triggers.REASONS, eligibility.ELIGIBLE: N_("May be asked")}


@distribution.get("/studies/<int:study_id>/events", endpoint="triggers")
def show_triggers(study_id: int) -> str:
    """The triggers with what was decided in the last 30 days."""
    return _page(study_or_404(study_id), TriggerForm(formdata=None))


@distribution.post("/studies/<int:study_id>/events")
@roles("researcher")
def add_trigger(study_id: int) -> Response | tuple[str, int]:
    """Ask on one more event, from now on."""
    study, form = study_or_404(study_id), TriggerForm()
    if not form.validate_on_submit():
        return _page(study, form), 422
    try:
        triggering.add(study, **form.values())
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return _page(study_or_404(study_id), form), 422
    flash(_("Saved. What happens from now on is asked about."), "success")
    return redirect(page_of("triggers", study))


@distribution.post("/studies/<int:study_id>/events/<int:trigger_id>/<any(on, off):switch>")
@roles("researcher")
def switch_trigger(study_id: int, trigger_id: int, switch: str) -> Response:
    """Let a trigger ask, or not."""
    study, trigger = study_or_404(study_id), _trigger(study_id, trigger_id)
    said = _("Events are asked about again.") if switch == "on" else _("Not asked about any more.")
    return do_and_say(
        "triggers", study, lambda: triggering.switch(trigger, active=switch == "on"), said
    )


@distribution.get("/studies/<int:study_id>/events/<int:trigger_id>")
def dry_run_trigger(study_id: int, trigger_id: int) -> str:
    """What the trigger would decide now, customer by customer; nothing is written."""
    study, trigger = study_or_404(study_id), _trigger(study_id, trigger_id)
    return render_template(
        "distribution/reasons.html",
        study=study,
        trigger=trigger,
        what=triggers.WHAT,
        lines=verdict_lists.of_trigger(trigger, study),
        names=NAMES,
        verdict="",
        following="",
        counts={},
    )


@distribution.get("/studies/<int:study_id>/reasons", endpoint="reasons")
def show_reasons(study_id: int) -> str:
    """Every customer with the reason why they may, or may not, be asked now."""
    study = study_or_404(study_id)
    verdict, after = request.args.get("verdict", ""), request.args.get("after", "")
    population = population_of(study)
    lines, following = verdict_lists.of_population(population, study, verdict, after)
    count = eligibility.count(population, study)
    return render_template(
        "distribution/reasons.html",
        study=study,
        trigger=None,
        what=triggers.WHAT,
        lines=lines,
        names=NAMES,
        verdict=verdict,
        following=following,
        counts={eligibility.ELIGIBLE: count.eligible, **count.excluded},
    )


def _trigger(study_id: int, trigger_id: int) -> StudyTrigger:
    found = db.session.get(StudyTrigger, trigger_id)
    if found is None or found.study_id != study_id:
        raise NotFound
    return found


def _page(study: Study, form: TriggerForm) -> str:
    return render_template(
        "distribution/triggers.html",
        study=study,
        form=form,
        triggers=triggering.of(study),
        what=triggers.WHAT,
        names=NAMES,
        verdicts=triggering.verdicts(study),
    )
