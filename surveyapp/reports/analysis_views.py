"""The analysis pages of a study: ranking, scales, data, comparisons, as the worker made them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.datasets.desk import newest_run, running_job
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import in_words
from surveyapp.findings import N_
from surveyapp.jobs.running import enqueue
from surveyapp.reports import comparisons, figures, publication, snapshots, telling
from surveyapp.reports.analysis_forms import CompareForm, MinimumForm
from surveyapp.reports.publication_models import Comparison
from surveyapp.reports.scree import scree_plot
from surveyapp.reports.views import SENSITIVITY_LABELS

analysis = Blueprint("analysis", __name__)
Answer = str | Response | tuple[str, int]
PAGES = (
    ("analysis.ranking", N_("Standings")),
    ("analysis.scales", N_("Scales")),
    ("analysis.compare", N_("Compare")),
    ("analysis.data", N_("Data and sample")),
)
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
    return _ranking_page(_study(study_id), None)


@analysis.post("/studies/<int:study_id>/analysis")
@roles("analyst", "researcher")
def set_minimum(study_id: int) -> Answer:
    """Change the fewest answers behind a figure."""
    study, form = _study(study_id), MinimumForm()
    if not form.validate_on_submit():
        return _ranking_page(study, form), 422
    publication.set_minimum(study.id, form.minimum.data)
    db.session.commit()
    flash(_("Saved. The worker computes the figures again."), "success")
    return redirect(url_for("analysis.ranking", study_id=study.id))


def _ranking_page(study: Study, form: MinimumForm | None) -> str:
    shown = _figures(study)
    known: list[dict[str, Any]] = shown.get("standings", [])
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
        **_context(study, shown),
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
    study = _study(study_id)
    return render_template(
        "reports/scales.html",
        **_context(study, _figures(study)),
        scree_plot=scree_plot,
        groups=comparisons.GROUPS,
    )


@analysis.get("/studies/<int:study_id>/analysis/data")
def data(study_id: int) -> str:
    """Where the answers come from, what screening took, what the sample is worth."""
    study = _study(study_id)
    return render_template(
        "reports/data.html",
        **_context(study, _figures(study)),
        run=newest_run(study.id),
        origins=ORIGIN_NAMES,
        sensitivity_labels=SENSITIVITY_LABELS,
    )


@analysis.get("/studies/<int:study_id>/analysis/compare")
def compare(study_id: int) -> str:
    """Choose a comparison; those that were made."""
    study = _study(study_id)
    return _compare_page(study, _form(study, formdata=None))


@analysis.post("/studies/<int:study_id>/analysis/compare")
def make_comparison(study_id: int) -> Answer:
    """Compare, as a job."""
    study = _study(study_id)
    form = _form(study)
    if not form.validate_on_submit():
        return _compare_page(study, form), 422
    enqueue("reports.compare", study_id=study.id, asked_by=audit.actor(), **form.params())
    db.session.commit()
    return redirect(url_for("analysis.compare", study_id=study.id))


def _form(study: Study, **more: Any) -> CompareForm:
    return CompareForm(**more).offer(comparisons.studies_beside(study))


def _compare_page(study: Study, form: CompareForm) -> str:
    return render_template(
        "reports/compare.html",
        **_context(study, {}),
        form=form,
        kept=comparisons.kept_of(study.id),
        names=_names,
        job=running_job(study.id, "reports.compare"),
    )


@analysis.get("/studies/<int:study_id>/analysis/compare/<int:comparison_id>")
def comparison(study_id: int, comparison_id: int) -> str:
    """One comparison, to read and to print."""
    study = _study(study_id)
    found = db.get_or_404(Comparison, comparison_id)
    if found.study_id != study.id:
        abort(404)
    by = found.params["by"]
    return render_template(
        "reports/comparison.html",
        **_context(study, found.figures),
        found=found,
        by=by,
        title=_names(found),
        sides=_sides(study, found),
        warnings=telling.invariance_warnings(found.figures["scales"], by),
    )


def _names(found: Comparison) -> str:
    """What was compared, in words."""
    by, params = found.params["by"], found.params
    if by == comparisons.STUDY:
        other = db.session.get(Study, params["other"])
        return str(_("With the study “%(title)s”", title=other.title if other else "–"))
    if by == comparisons.PERIODS:
        return f"{params['a_from']} – {params['a_to']} / {params['b_from']} – {params['b_to']}"
    return str(_("By: %(column)s", column=_(comparisons.GROUPS[by])))


def _sides(study: Study, found: Comparison) -> dict[str, str]:
    """What A and B stand for; empty where the groups have names of their own."""
    params = found.params
    if params["by"] == comparisons.STUDY:
        other = db.session.get(Study, params["other"])
        return {"A": study.title, "B": other.title if other else "–"}
    if params["by"] == comparisons.PERIODS:
        return {n.upper(): f"{params[f'{n}_from']} – {params[f'{n}_to']}" for n in ("a", "b")}
    return {}


def _context(study: Study, shown: Any) -> dict[str, Any]:
    snapshot = snapshots.snapshot_of(study)
    return {
        "study": study,
        "f": shown,
        "snapshot": snapshot,
        "show": figures,
        "tell": telling,
        "pages": PAGES,
        "in_words_of": in_words,
    }


def _figures(study: Study) -> dict[str, Any]:
    snapshot = snapshots.snapshot_of(study)
    return dict(snapshot.figures) if snapshot else {}


def _study(study_id: int) -> Study:
    found: Study = db.get_or_404(Study, study_id)
    return found
