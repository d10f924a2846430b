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
SHOWN = (
    "n", "excluded", "minimum", "withheld", "weighted_total", "dimensions", "nps", "overall",
    "grading", "distribution", "frequencies", "scales", "sensitivity", "experience", "multiples",
    "rankings", "experiments", "missing",
)  # fmt: skip
"""The figures of the page; standings and scales in depth, which are many times as large, have
pages of their own."""
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
    """The moving part of the page; 204 while nothing changed since `v`, found without reading any
    figure.
    """
    found = db.get_or_404(Study, study_id)
    moving = _moving(found)
    if request.args.get("v") == moving["version"]:
        return Response(status=204)
    return render_template("reports/_live.html", **_context(found, moving))


def _moving(study: Study) -> dict[str, Any]:
    """What may have changed while somebody looks at the page, and its `version`."""
    rows = progress.funnel(study.id)
    snapshot = snapshots.stand_of(study.id)
    completed, cleaning = snapshots.state_of(study.id)
    known = (snapshot.completed, snapshot.cleaning_id) if snapshot else None
    found = {
        "study": study,
        "rows": rows,
        "totals": progress.totals(rows),
        "snapshot": snapshot,
        "completed": completed,
        "stale": known != (completed, cleaning),
        "ended": snapshots.ended(study.id),
        "schedule": ahead(study),
        "screening": _newest(ScreeningRun, study.id),
        "export": _newest(ExportFile, study.id),
    }
    return {**found, "version": _version(found)}


def _context(study: Study, moving: Mapping[str, Any] | None = None) -> dict[str, Any]:
    stored = snapshots.part_of(study.id, SHOWN)
    withheld = stored if stored.get("withheld") else None
    computed: Mapping[str, Any] = {} if withheld else stored
    scheme = grades.chosen(computed, request.args.get("profile", ""))
    labels = {step: _(label) for step, label in STEP_LABELS.items()}
    moving = moving or _moving(study)
    return {
        **moving,
        "trials": trials.results(study),
        "labels": labels,
        "step_names": figures.STEP_NAMES,
        "funnel": figures.funnel_chart(moving["totals"], labels),
        "f": computed,
        "withheld": withheld,
        "scheme": scheme,
        "profile": scheme["id"] if scheme else "",
        "grades": grades,
        "closed": closed_answers,
        "show": figures,
        "in_words_of": in_words,
        "sensitivity_labels": SENSITIVITY_LABELS,
    }


def _newest(table: type[Any], study_id: int) -> Any:
    rows = db.select(table).where(table.study_id == study_id).order_by(table.id.desc())
    return db.session.scalar(rows.limit(1))


def _version(context: Mapping[str, Any]) -> str:
    """Changes whenever something on the moving part does."""
    rows = [context[name] for name in ("snapshot", "screening", "export")]
    waves = [(n.wave.id, n.wave.state, n.sent, n.waiting, n.coming) for n in context["schedule"]]
    parts = (
        tag(),
        request.args.get("profile", ""),
        context["study"].state,
        context["totals"],
        context["ended"],
        context["stale"],
        [(row.at, getattr(row, "id", 0)) if row else None for row in rows],
        waves,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
