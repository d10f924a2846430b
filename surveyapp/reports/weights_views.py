"""The page of a study's weights: what they are, step by step, and how they are to be made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.datasets.weights import keeping
from surveyapp.datasets.weights.models import StudyWeights
from surveyapp.datasets.weights.recipe import STEPS, USUAL, WeightRecipe, recipe_of
from surveyapp.distribution.models import DesignStratum, SampleDesign, Study
from surveyapp.distribution.specs import ATTRIBUTES
from surveyapp.findings import N_, SurveyError
from surveyapp.jobs import standing
from surveyapp.jobs.refusals import restored
from surveyapp.languages import explain
from surveyapp.reports import snapshots
from surveyapp.reports.analysis_views import Answer, analysis, context_of, study_of
from surveyapp.reports.weights_forms import MarginFields, WeightsForm
from surveyapp.reports.weights_margins import Offer, margins_of, posted

STEP_NAMES = {"unweighted": N_("Every answer counts the same"), **STEPS}
STATUSES = {
    "answered": N_("Answered"),
    "eligible": N_("Eligible, no complete answer"),
    "ineligible": N_("Not eligible"),
    "silent": N_("No word"),
    "undelivered": N_("Not delivered"),
}


@analysis.get("/studies/<int:study_id>/analysis/weights")
def weights(study_id: int) -> str:
    """What the weights are, and the form to change how they are made."""
    study = study_of(study_id)
    recipe, names = keeping.recipe_for(study.id), _attributes(study)
    offer = Offer(study, names)
    fields = [offer.stored(margin) for margin in recipe.margins]
    return _page(study, WeightsForm.of(recipe, _labelled(names)), offer, fields)


@analysis.post("/studies/<int:study_id>/analysis/weights")
@roles("analyst", "researcher")
def set_weights(study_id: int) -> Answer:
    """Keep a recipe; or only show the form with a margin more or less."""
    study = study_of(study_id)
    names = _attributes(study)
    offer, form = Offer(study, names), WeightsForm.of(WeightRecipe(), _labelled(names))
    fields = posted(offer, request.form, request.form.getlist("margin"))
    action, _colon, of = request.form.get("action", "save").partition(" ")
    if action == "add":
        return _page(study, form, offer, _with(offer, fields, request.form.get("more", "")))
    if action == "remove":
        return _page(study, form, offer, [one for one in fields if one.of != of])
    margins, troubles = margins_of(fields)
    valid = form.validate_on_submit()
    try:
        if valid and not troubles:
            return _keep(study, form.recipe(margins))
    except SurveyError:
        troubles = [str(_("Raking needs a margin: add one below."))]
    return _page(study, form, offer, fields, troubles), 422


@analysis.post("/studies/<int:study_id>/analysis/weights/<int:row_id>/again")
@roles("analyst", "researcher")
def weights_again(study_id: int, row_id: int) -> Answer:
    """Let an earlier recipe count again; 0: the usual weights."""
    study = study_of(study_id)
    row = db.session.get(StudyWeights, row_id) if row_id else None
    if row_id and (row is None or row.study_id != study.id):
        abort(404)
    return _keep(study, recipe_of(row.recipe if row else None))


@analysis.post("/studies/<int:study_id>/analysis/weights/refresh")
@roles("analyst", "researcher")
def refresh_weights(study_id: int) -> Answer:
    """Compute the figures again: what became of the sample changes without new answers, too."""
    return _compute(study_of(study_id))


def _keep(study: Study, recipe: WeightRecipe) -> Answer:
    if keeping.keep(study.id, recipe) is None:
        flash(_("Nothing changed: these weights count already."), "info")
        return redirect(url_for("analysis.weights", study_id=study.id))
    flash(_("Saved. The worker computes the figures again."), "success")
    return _compute(study)


def _compute(study: Study) -> Answer:
    snapshots.mark_stale(study.id)
    standing.ask(snapshots.KIND, study.id)
    db.session.commit()
    return redirect(url_for("analysis.weights", study_id=study.id))


def _with(offer: Offer, fields: list[MarginFields], of: str) -> list[MarginFields]:
    """A margin more, unless it is there or nobody offers it."""
    known = dict(offer.choices)
    if of not in known or any(one.of == of for one in fields):
        return fields
    return [*fields, offer.fields(of)]


def _page(
    study: Study,
    form: WeightsForm,
    offer: Offer,
    fields: Sequence[MarginFields],
    troubles: Sequence[str] = (),
) -> str:
    shown = snapshots.part_of(study.id, ("n", "withheld", "minimum", "sample", "weighting"))
    told: dict[str, Any] = shown.get("weighting") or {}
    job = standing.newest(snapshots.KIND, study.id)
    there, history = {one.of for one in fields}, keeping.history(study.id)
    counts = history[0].recipe_hash if history else USUAL.hash
    return render_template(
        "reports/weights.html",
        **context_of(study, shown),
        w=told,
        outdated=bool(told) and told["recipe"] != counts,
        form=form,
        margins=fields,
        more=[(of, label) for of, label in offer.choices if of not in there],
        offer=offer,
        troubles=troubles,
        history=history,
        job=job if job and job.state in ("queued", "running", "failed") else None,
        step_names=STEP_NAMES,
        statuses=STATUSES,
        findings=_findings(told),
    )


def _findings(told: dict[str, Any]) -> list[str]:
    """What limits the steps, in the reader's language."""
    return [
        str(explain(restored(finding)))
        for step in told.get("steps", ())
        for finding in step["findings"]
    ]


def _attributes(study: Study) -> list[str]:
    """What the strata of the study's samples are made of."""
    keys = (
        select(DesignStratum.key)
        .join(SampleDesign, SampleDesign.id == DesignStratum.design_id)
        .where(SampleDesign.study_id == study.id)
        .order_by(DesignStratum.id.desc())
    )
    newest = db.session.scalar(keys.limit(1)) or {}
    return [name for name in ATTRIBUTES if name in newest]


def _labelled(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, str(_(ATTRIBUTES[name]))) for name in names]
