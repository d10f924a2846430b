"""Panels: the list, a new one, its rotation with overlap, and the draw of a wave."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import designs, panels, recruiting, specs
from surveyapp.distribution.models import Study
from surveyapp.distribution.panel_forms import PanelForm, WaveOfPanelForm
from surveyapp.distribution.panel_models import Panel
from surveyapp.distribution.views.blueprint import distribution, flash_findings, page_of
from surveyapp.findings import SurveyError
from surveyapp.jobs.models import Job
from surveyapp.stats.sampling import rotation


@distribution.get("/panels", endpoint="panels")
def list_panels() -> str:
    """Every panel."""
    jobs = recruiting.under_way(recruiting.RECRUIT)
    return render_template("distribution/panels.html", panels=panels.every(), jobs=jobs)


@distribution.route("/panels/new", methods=["GET", "POST"])
@roles("researcher")
def new_panel() -> Response | str | tuple[str, int]:
    """Recruit a panel from the population of a study."""
    form = PanelForm()
    form.study.choices = _study_choices()
    if form.is_submitted() and not form.validate():
        return render_template("distribution/new_panel.html", form=form), 422
    if form.is_submitted():
        try:
            panel = _recruited(form)
        except SurveyError as refusal:
            db.session.rollback()
            flash_findings(refusal.findings)
            return render_template("distribution/new_panel.html", form=form), 422
        if isinstance(panel, Job):
            return redirect(url_for("distribution.panels"))
        flash(_("The panel is recruited. Next: draw its first wave."), "success")
        return redirect(url_for("distribution.panel", panel_id=panel.id))
    form.seed.data = designs.new_seed()
    return render_template("distribution/new_panel.html", form=form)


@distribution.get("/panels/<int:panel_id>", endpoint="panel")
def show_panel(panel_id: int) -> str:
    """Which groups are asked when, and what the waves share."""
    panel = _panel_or_404(panel_id)
    planned = panels.schedule(panel)
    spec = specs.read(panel.spec)
    parts = rotation.groups(planned)
    return render_template(
        "distribution/panel.html",
        panel=panel,
        spec=spec,
        planned=planned,
        groups=range(1, parts + 1),
        overlap=rotation.overlap(planned),
        waves=panels.waves_of(panel),
        studies=panels.free_studies(),
        jobs=recruiting.under_way(recruiting.DRAW, panel.id),
    )


@distribution.post("/panels/<int:panel_id>/wave")
@roles("researcher")
def draw_panel_wave(panel_id: int) -> Response:
    """Give a study the members of a wave."""
    panel, form = _panel_or_404(panel_id), WaveOfPanelForm()
    form.study.choices = _study_choices()
    back = redirect(url_for("distribution.panel", panel_id=panel.id))
    if not form.validate_on_submit():
        flash(_("Choose a study that has not invited anybody."), "error")
        return back
    study = db.session.get_one(Study, form.study.data)
    try:
        made = recruiting.draw_wave(panel, form.wave.data, study)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return back
    if isinstance(made, Job):
        return back
    flash(_("The wave is drawn."), "success")
    return redirect(page_of("sample", study))


def _recruited(form: PanelForm) -> Panel | Job:
    made = recruiting.recruit(
        form.title.data.strip(),
        db.session.get_one(Study, form.study.data),
        form.pattern(),
        form.waves.data,
        form.per_wave.data,
        form.spec(),
    )
    db.session.commit()
    return made


def _study_choices() -> list[SelectChoice]:
    return [SelectChoice(study.id, study.title) for study in panels.free_studies()]


def _panel_or_404(panel_id: int) -> Panel:
    found = db.session.get(Panel, panel_id)
    if found is None:
        raise NotFound
    return found
