"""The study page: the home of everyone who is not designing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from surveyapp.database import db
from surveyapp.datasets.models import ExportFile, ScreeningRun
from surveyapp.distribution import progress, trials
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import in_words
from surveyapp.findings import N_
from surveyapp.languages import tag
from surveyapp.reports import closed_answers, figures, grades, snapshots
from surveyapp.reports.schedule import ahead

reports = Blueprint("reports", __name__)

STEP_LABELS = {
    "sampled": N_("Sampled"),
    "sent": N_("Sent"),
    "delivered": N_("Delivered"),
    "opened": N_("Opened"),
    "started": N_("Started"),
    "completed": N_("Completed"),
}
SENSITIVITY_LABELS = {
    "all": N_("All completed answers"),
    "layer_1": N_("Without exclusions by rules (layer 1)"),
    "layer_2": N_("Also without exclusions by patterns (layer 2)"),
    "layer_3": N_("Also without exclusions by people (layer 3)"),
}


@reports.get("/studies/<int:study_id>")
def study(study_id: int) -> str:
    """Everything about one study."""
    found = db.get_or_404(Study, study_id)
    return render_template("reports/study.html", **_context(found))


@reports.get("/studies/<int:study_id>/live")
def live(study_id: int) -> str | Response:
    """The moving part of the page; 204 while nothing changed since `v`."""
    found = db.get_or_404(Study, study_id)
    context = _context(found)
    if request.args.get("v") == context["version"]:
        return Response(status=204)
    return render_template("reports/_live.html", **context)


def _context(study: Study) -> dict[str, Any]:
    rows = progress.funnel(study.id)
    totals = progress.totals(rows)
    snapshot = snapshots.snapshot_of(study)
    completed, cleaning = snapshots.state_of(study.id)
    stored: Mapping[str, Any] = snapshot.figures if snapshot else {}
    withheld = stored if stored.get("withheld") else None
    computed: Mapping[str, Any] = {} if withheld else stored
    scheme = grades.chosen(computed, request.args.get("profile", ""))
    labels = {step: _(label) for step, label in STEP_LABELS.items()}
    known = (snapshot.completed, snapshot.cleaning_id) if snapshot else None
    context = {
        "study": study,
        "trials": trials.results(study),
        "rows": rows,
        "totals": totals,
        "labels": labels,
        "step_names": figures.STEP_NAMES,
        "funnel": figures.funnel_chart(totals, labels),
        "snapshot": snapshot,
        "completed": completed,
        "stale": known != (completed, cleaning),
        "f": computed,
        "withheld": withheld,
        "scheme": scheme,
        "profile": scheme["id"] if scheme else "",
        "ended": snapshots.ended(study.id),
        "grades": grades,
        "closed": closed_answers,
        "show": figures,
        "in_words_of": in_words,
        "schedule": ahead(study),
        "sensitivity_labels": SENSITIVITY_LABELS,
        "screening": _newest(ScreeningRun, study.id),
        "export": _newest(ExportFile, study.id),
    }
    return {**context, "version": _version(context)}


def _newest(table: type[Any], study_id: int) -> Any:
    rows = db.select(table).where(table.study_id == study_id).order_by(table.id.desc())
    return db.session.scalar(rows.limit(1))


def _version(context: Mapping[str, Any]) -> str:
    """Changes whenever something on the moving part does."""
    rows = [context[name] for name in ("snapshot", "screening", "export")]
    waves = [(n.wave.id, n.wave.state, n.sent, n.waiting, n.coming) for n in context["schedule"]]
    parts = (
        tag(),
        context["study"].state,
        context["totals"],
        context["ended"],
        context["profile"],
        context["stale"],
        [(row.at, getattr(row, "id", 0)) if row else None for row in rows],
        waves,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
