"""One step of a sequence: writing, adding, moving, removing it and putting it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import (
    sequence,
    sequences,
    step_cards,
    step_reasons,
    trials,
    wave_plans,
)
from surveyapp.distribution.forms import LANGUAGES
from surveyapp.distribution.models import Study, Wave
from surveyapp.distribution.step_forms import LABELS, StepForm
from surveyapp.distribution.views.blueprint import (
    distribution,
    do_and_say,
    flash_findings,
    page_of,
    study_or_404,
)
from surveyapp.distribution.views.wave import languages_of
from surveyapp.findings import SurveyError

STEPS = "/studies/<int:study_id>/waves/steps"
ADDED = "<any(reminder, thank_you):kind>"


@distribution.get("/studies/<int:study_id>/waves/count/<kind>")
def count_text(study_id: int, kind: str) -> str:
    """Size, example and findings of the one text in the query string, for the live counter."""
    study = study_or_404(study_id)
    name = next(iter(request.args), "")
    short = name.rpartition("_")[2]
    if kind not in sequence.KINDS or short not in LANGUAGES:
        raise NotFound
    language = LANGUAGES[short]
    sized = step_cards.example(study, kind, {language: request.args[name]}, language)
    return render_template("distribution/_count.html", sized=sized)


@distribution.get(f"{STEPS}/new/{ADDED}")
@roles("researcher")
def new_step(study_id: int, kind: str) -> str:
    """A form with the proposal of one more step."""
    study, form = study_or_404(study_id), StepForm(formdata=None)
    form.load_content(sequences.proposal(study, kind))
    return _page(study, kind, None, form)


@distribution.post(f"{STEPS}/new/{ADDED}")
@roles("researcher")
def add_step(study_id: int, kind: str) -> Response | tuple[str, int]:
    """Add the step."""
    return _save(study_or_404(study_id), kind, None)


@distribution.get(f"{STEPS}/<int:wave_id>")
def show_step(study_id: int, wave_id: int) -> str:
    """One step with all its wordings."""
    study, wave = study_or_404(study_id), _wave(study_id, wave_id)
    form = StepForm(formdata=None)
    form.load_content(sequences.content_of(wave, trials.tried(wave)))
    return _page(study, wave.kind, wave, form)


@distribution.get(f"{STEPS}/<int:wave_id>/reasons")
def show_step_reasons(study_id: int, wave_id: int) -> str:
    """Customer by customer: when and how they would get the step, or why not. Writes nothing."""
    study, wave = study_or_404(study_id), _wave(study_id, wave_id)
    q, after = request.args.get("q", ""), request.args.get("after", "")
    lines, following = step_reasons.of_step(study, wave_plans.waves_of(study), wave, q, after)
    return render_template(
        "distribution/step_reasons.html",
        study=study,
        wave=wave,
        lines=lines,
        following=following,
        q=q,
        names=step_reasons.NAMES,
        media=sequence.MEDIA,
    )


@distribution.post(f"{STEPS}/<int:wave_id>")
@roles("researcher")
def save_step(study_id: int, wave_id: int) -> Response | tuple[str, int]:
    """Change the step."""
    wave = _wave(study_id, wave_id)
    return _save(study_or_404(study_id), wave.kind, wave)


@distribution.post(f"{STEPS}/<int:wave_id>/<any(earlier, later):way>")
@roles("researcher")
def move_step(study_id: int, wave_id: int, way: str) -> Response:
    """Let the step change its time with the one before or behind it."""
    study, wave = study_or_404(study_id), _wave(study_id, wave_id)
    moved = _("Moved: the two steps have changed their times.")
    return do_and_say("waves", study, lambda: sequences.move(study, wave, way == "earlier"), moved)


@distribution.post(f"{STEPS}/<int:wave_id>/remove")
@roles("researcher")
def remove_step(study_id: int, wave_id: int) -> Response:
    """Take the step out; the page then offers to put it back."""
    study, wave = study_or_404(study_id), _wave(study_id, wave_id)
    return do_and_say("waves", study, lambda: sequences.remove(study, wave), _("Removed."))


@distribution.post(f"{STEPS}/restore")
@roles("researcher")
def restore_step(study_id: int) -> Response:
    """Put the step that was removed last back."""
    study = study_or_404(study_id)
    return do_and_say("waves", study, lambda: sequences.restore(study), _("The step is back."))


def _save(study: Study, kind: str, wave: Wave | None) -> Response | tuple[str, int]:
    form = StepForm()
    if not form.validate_on_submit():
        return _page(study, kind, wave, form), 422
    content = form.content(kind, languages_of(study))
    try:
        if wave is None:
            sequences.create(study, content)
        else:
            sequences.edit(study, wave, content)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return _page(study, kind, wave, form), 422
    flash(_("Saved."), "success")
    return redirect(page_of("waves", study))


def _page(study: Study, kind: str, wave: Wave | None, form: StepForm) -> str:
    spoken = languages_of(study)
    sized = {
        f"{label.lower()}_{short}": step_cards.example(
            study, kind, {language: form[f"{label.lower()}_{short}"].data or ""}, language
        )
        for label in LABELS
        for short, language in LANGUAGES.items()
    }
    return render_template(
        "distribution/step.html",
        study=study,
        kind=kind,
        wave=wave,
        form=form,
        labels=LABELS,
        languages=[short for short, language in LANGUAGES.items() if language in spoken],
        sized=sized,
        used=wave is not None and wave.id in wave_plans.used_waves(study),
        placed=wave is not None and wave.id in sequences.fixed(study),
        begun=wave_plans.standing(study) != "planned",
    )


def _wave(study_id: int, wave_id: int) -> Wave:
    found = db.session.get(Wave, wave_id)
    if found is None or found.study_id != study_id:
        raise NotFound
    return found
