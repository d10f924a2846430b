"""The analysis pages of a study: ranking, scales, data, comparisons, as the worker made them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.datasets.desk import newest_run, running_job
from surveyapp.datasets.models import ScreeningRun
from surveyapp.datasets.withholding import published
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import in_words
from surveyapp.findings import N_
from surveyapp.jobs.running import enqueue
from surveyapp.reports import comparisons, figures, publication, scale_words, snapshots, telling
from surveyapp.reports.analysis_forms import CompareForm, MinimumForm
from surveyapp.reports.publication_models import Comparison
from surveyapp.reports.scree import scree_plot
from surveyapp.reports.views import SENSITIVITY_LABELS

analysis = Blueprint("analysis", __name__)
Answer = str | Response | tuple[str, int]
ORIGIN_NAMES = {
    "mode": N_("How it was answered"),
    "version": N_("Version of the questionnaire"),
    "language": N_("Language"),
    "touchpoint_channel": N_("Channel of the printed code"),
    "device": N_("Device"),
}


@analysis.get("/studies/<int:study_id>/analysis")
def ranking(study_id: int) -> str:
    """Cities, stores and other groups in order, with what cannot be told apart."""
    return _ranking_page(study_of(study_id), None)


@analysis.post("/studies/<int:study_id>/analysis")
@roles("analyst", "researcher")
def set_minimum(study_id: int) -> Answer:
    """Change the fewest answers behind a figure."""
    study, form = study_of(study_id), MinimumForm()
    if not form.validate_on_submit():
        return _ranking_page(study, form), 422
    publication.set_minimum(study.id, form.minimum.data)
    db.session.commit()
    flash(_("Saved. The worker computes the figures again."), "success")
    return redirect(url_for("analysis.ranking", study_id=study.id))


def _ranking_page(study: Study, form: MinimumForm | None) -> str:
    shown = _figures(study, "standings")
    known: list[dict[str, Any]] = shown.get("standings") or []
    columns = list(dict.fromkeys(one["by"] for one in known))
    by = request.args.get("by", "")
    by = by if by in columns else columns[0] if columns else ""
    choices = [one for one in known if one["by"] == by]
    wanted = request.args.get("of", "")
    standing = next((one for one in choices if one["outcome"] == wanted), None)
    if form is None:
        form = MinimumForm(formdata=None, minimum=publication.minimum_of(study.id))
    return render_template(
        "reports/ranking.html",
        **context_of(study, shown),
        columns=columns,
        by=by,
        choices=choices,
        standing=standing or (choices[0] if choices else None),
        ranked=telling.RANKED,
        form=form,
    )


@analysis.get("/studies/<int:study_id>/analysis/scales")
def scales(study_id: int) -> str:
    """Reliability and validity of every scale, in depth."""
    study = study_of(study_id)
    return render_template(
        "reports/scales.html",
        **context_of(study, _figures(study, "scales", "overall", "depth", "structure", "equality")),
        scree_plot=scree_plot,
        words=scale_words,
        groups=comparisons.GROUPS,
    )


@analysis.get("/studies/<int:study_id>/analysis/data")
def data(study_id: int) -> str:
    """Where the answers come from, what screening took, what the sample is worth."""
    study, run = study_of(study_id), newest_run(study_id)
    return render_template(
        "reports/data.html",
        **context_of(study, _figures(study, "sample", "excluded", "sensitivity")),
        run=run,
        frozen=_frozen(run, study.id),
        origins=ORIGIN_NAMES,
        sensitivity_labels=SENSITIVITY_LABELS,
    )


def _frozen(run: ScreeningRun | None, study_id: int) -> dict[str, Any]:
    """What the newest run changes on the snapshot that it screened, as far as it may be shown."""
    if run is None or "snapshot" not in run.summary:
        return {}
    summary = run.summary
    told = {"n": summary["n"], "sensitivity": summary["sensitivity"]}
    at = datetime.fromisoformat(summary["snapshot"]["at"])
    return {**summary["snapshot"], **published(told, publication.minimum_of(study_id)), "at": at}


@analysis.get("/studies/<int:study_id>/analysis/compare")
def compare(study_id: int) -> str:
    """Choose a comparison; those that were made."""
    study = study_of(study_id)
    return _compare_page(study, _form(study, formdata=None, by=request.args.get("by")))


@analysis.post("/studies/<int:study_id>/analysis/compare")
def make_comparison(study_id: int) -> Answer:
    """Compare, as a job."""
    study = study_of(study_id)
    form = _form(study)
    if not form.validate_on_submit():
        return _compare_page(study, form), 422
    enqueue("reports.compare", study_id=study.id, asked_by=audit.actor(), **form.params())
    db.session.commit()
    return redirect(url_for("analysis.compare", study_id=study.id))


def _form(study: Study, **more: Any) -> CompareForm:
    known = comparisons.experiments_of(study)
    named = {by: experiment_name(by, title) for by, title in known.items()}
    return CompareForm(**more).offer(comparisons.studies_beside(study), named)


def experiment_name(by: str, title: Any) -> str:
    """What was assigned by chance, in words."""
    if by == comparisons.WORDING:
        return str(_("Wording of the invitation (assigned at random)"))
    name = in_words(title) if title else by.removeprefix(comparisons.ARM)
    return str(_("Experiment: %(name)s", name=name))


def _compare_page(study: Study, form: CompareForm) -> str:
    return render_template(
        "reports/compare.html",
        **context_of(study, {}),
        form=form,
        kept=comparisons.kept_of(study.id),
        names=lambda found: _names(study, found),
        job=running_job(study.id, "reports.compare"),
    )


@analysis.get("/studies/<int:study_id>/analysis/compare/<int:comparison_id>")
def comparison(study_id: int, comparison_id: int) -> str:
    """One comparison, to read and to print."""
    study = study_of(study_id)
    found = db.get_or_404(Comparison, comparison_id)
    if found.study_id != study.id or found.params["by"] == comparisons.TABLE:
        abort(404)
    by, shown = found.params["by"], comparisons.figures_of(found)
    return render_template(
        "reports/comparison.html",
        **context_of(study, shown),
        found=found,
        by=by,
        title=_names(study, found),
        sides=_sides(study, found),
        warnings=telling.invariance_warnings(shown["scales"], by),
    )


def _names(study: Study, found: Comparison) -> str:
    """What was compared, in words."""
    by, params = found.params["by"], found.params
    if by == comparisons.STUDY:
        other = db.session.get(Study, params["other"])
        return str(_("With the study “%(title)s”", title=other.title if other else "–"))
    if by == comparisons.PERIODS:
        return f"{params['a_from']} – {params['a_to']} / {params['b_from']} – {params['b_to']}"
    if by in comparisons.GROUPS:
        return str(_("By: %(column)s", column=_(comparisons.GROUPS[by])))
    return experiment_name(by, comparisons.experiments_of(study).get(by))


def _sides(study: Study, found: Comparison) -> dict[str, str]:
    """What A and B stand for; empty where the groups have names of their own."""
    params = found.params
    if params["by"] == comparisons.STUDY:
        other = db.session.get(Study, params["other"])
        return {"A": study.title, "B": other.title if other else "–"}
    if params["by"] == comparisons.PERIODS:
        return {n.upper(): f"{params[f'{n}_from']} – {params[f'{n}_to']}" for n in ("a", "b")}
    arms = comparisons.arms_of(study, params["by"])
    return {arm: in_words(label) for arm, label in arms.items() if label}


def context_of(study: Study, shown: Any) -> dict[str, Any]:
    """What every page of the analysis needs; shown: the figures that it speaks of."""
    snapshot = snapshots.stand_of(study.id)
    return {
        "study": study,
        "f": shown,
        "snapshot": snapshot,
        "show": figures,
        "tell": telling,
        "in_words_of": in_words,
    }


def _figures(study: Study, *names: str) -> dict[str, Any]:
    return snapshots.part_of(study.id, ("n", "withheld", "minimum", *names))


def study_of(study_id: int) -> Study:
    """The study of an address, or 404."""
    found: Study = db.get_or_404(Study, study_id)
    return found
