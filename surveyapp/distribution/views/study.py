"""The list of studies, a new study, its settings and its state."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from surveyapp import clock, zones
from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.brands.known import known
from surveyapp.database import db
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution import offered, studies, version_moves
from surveyapp.distribution import study_states as states
from surveyapp.distribution.forms import NewStudyForm, StudyForm, VersionMoveForm
from surveyapp.distribution.models import Invitation, Study
from surveyapp.distribution.views.blueprint import (
    distribution,
    do_and_say,
    flash_findings,
    in_words,
    local_time,
    page_of,
    study_or_404,
)
from surveyapp.findings import SurveyError
from surveyapp.languages import tag


@distribution.get("/studies", endpoint="studies")
def list_studies() -> str:
    """Every study and how far it is."""
    return render_template("distribution/studies.html", standings=studies.standings())


@distribution.route("/studies/new", methods=["GET", "POST"])
@roles("researcher")
def new_study() -> Response | str:
    """Join a published version, a population and a time zone."""
    form = NewStudyForm()
    versions = studies.published_versions()
    _offer(form, versions)
    form.offer(offered.values())
    if form.validate_on_submit():
        version = db.session.get_one(QuestionnaireVersion, form.version_id.data)
        study = studies.create(
            version=version, population=form.population().as_json(), **form.values()
        )
        db.session.commit()
        flash(_("The study is ready. Next: draw its sample."), "success")
        return redirect(page_of("sample", study))
    return render_template(
        "distribution/new_study.html", form=form, versions=versions, zones=zones.choices()
    )


@distribution.get("/studies/<int:study_id>/settings", endpoint="settings")
def show_settings(study_id: int) -> str:
    """What the study is made of."""
    study = study_or_404(study_id)
    form = StudyForm(formdata=None)
    _offer(form, studies.published_versions())
    form.load(study)
    return _settings_page(study, form)


@distribution.post("/studies/<int:study_id>/settings")
@roles("researcher")
def save_settings(study_id: int) -> Response | tuple[str, int]:
    """Change the study's settings; the version only while nobody is invited."""
    study = study_or_404(study_id)
    form = StudyForm()
    _offer(form, studies.published_versions())
    if not form.validate_on_submit():
        return _settings_page(study, form), 422
    if study.state == "closed":
        flash(_("The study is closed; its settings stay as they were."), "error")
        return redirect(page_of("settings", study))
    changed = form.version_id.data != study.asked.id
    if changed and _is_invited(study):
        flash(_("People have been invited to this version; it stays. Make a new study."), "error")
        return redirect(page_of("settings", study))
    chosen = {"version_id": form.version_id.data, "next_version_id": None, "next_version_at": None}
    for name, value in {**form.values(), **(chosen if changed else {})}.items():
        setattr(study, name, value)
    audit.record("study.settings", f"study:{study.id}")
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(page_of("settings", study))


@distribution.post("/studies/<int:study_id>/state/<event>")
@roles("researcher")
def move_study(study_id: int, event: str) -> Response:
    """Start, pause, resume or close the study."""
    if event not in states.EVENTS:
        raise NotFound
    study = study_or_404(study_id)
    try:
        state = studies.move(study, event)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
    else:
        flash(_("The study is now: %(state)s.", state=_(states.STATE_NAMES[state])), "success")
    return redirect(_back(study))


@distribution.post("/studies/<int:study_id>/version")
@roles("researcher")
def move_version(study_id: int) -> Response:
    """Ask another version of the questionnaire, now or from a moment on."""
    study = study_or_404(study_id)
    form = VersionMoveForm()
    others = _other_versions(study, form)
    at = form.moment(study) if form.validate_on_submit() else None
    if form.errors or (at and at <= clock.now()):
        flash(_("Choose a version, and a moment that is still to come."), "error")
        return redirect(page_of("settings", study))
    version = next(one for one in others if one.id == form.next_version.data)
    try:
        moment = version_moves.plan(study, version, at)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return redirect(page_of("settings", study))
    when = local_time(moment, study) if at else _("now")
    flash(_("Version %(n)s is asked from %(when)s.", n=version.number, when=when), "success")
    return redirect(page_of("settings", study))


@distribution.post("/studies/<int:study_id>/version/cancel")
@roles("researcher")
def cancel_version_move(study_id: int) -> Response:
    """Take a planned move back."""
    study = study_or_404(study_id)
    said = _("Cancelled. The study goes on with its version.")
    return do_and_say("settings", study, lambda: version_moves.cancel(study), said)


def _other_versions(study: Study, form: VersionMoveForm) -> list[QuestionnaireVersion]:
    """The versions that the study could go over to, newest first; offered by the form."""
    asked = study.asked
    every = [one for one in asked.questionnaire.versions if one.id != asked.id]
    form.next_version.choices = [
        SelectChoice(one.id, f"{_('version')} {one.number}") for one in reversed(every)
    ]
    return every


def _settings_page(study: Study, form: StudyForm) -> str:
    moving = VersionMoveForm(formdata=None)
    return render_template(
        "distribution/settings.html",
        others=_other_versions(study, moving),
        moving=moving,
        study=study,
        form=form,
        zones=zones.choices(),
        events=states.possible(study.state),
        invited=_is_invited(study),
    )


def _offer(form: StudyForm, versions: Sequence[QuestionnaireVersion]) -> None:
    """The versions, and the brands beside the default one."""
    brands, language = known(), tag()
    usual = brands.default.called(language) if brands.default else _("none")
    form.brand_id.choices = [
        SelectChoice("", _("The default: %(name)s", name=usual)),
        *(SelectChoice(key, look.called(language)) for key, look in brands.looks.items()),
    ]
    form.version_id.choices = [
        SelectChoice(
            version.id, f"{in_words(version.questionnaire.title)} · {_('version')} {version.number}"
        )
        for version in versions
    ]


def _is_invited(study: Study) -> bool:
    query = select(Invitation.id).where(Invitation.study_id == study.id).limit(1)
    return db.session.scalar(query) is not None


def _back(study: Study) -> str:
    """The page of this study where the button was pressed."""
    came_from = request.form.get("next", "")
    inside = came_from.startswith(f"/studies/{study.id}")
    return came_from if inside else page_of("settings", study)
