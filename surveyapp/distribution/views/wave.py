"""Waves: what is texted and when, what stands in the way, and starting, pausing, stopping it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import dry_runs, starting, sweeping, trials, wave_plans
from surveyapp.distribution.forms import LANGUAGES, StartForm, TrialForm, WaveForm
from surveyapp.distribution.message_lists import state_counts
from surveyapp.distribution.models import Study
from surveyapp.distribution.variant_models import TextVariant
from surveyapp.distribution.views.blueprint import (
    distribution,
    do_and_say,
    flash_findings,
    page_of,
    study_or_404,
)
from surveyapp.distribution.wave_findings import blocking, findings, text_findings
from surveyapp.findings import SurveyError


@distribution.get("/studies/<int:study_id>/waves", endpoint="waves")
def show_waves(study_id: int) -> str:
    """The texts, their schedule and what starting would do."""
    study = study_or_404(study_id)
    form = WaveForm(formdata=None)
    form.load_plan(wave_plans.plan_of(study))
    return _page(study, form)


@distribution.get("/studies/<int:study_id>/waves/count")
def count_text(study_id: int) -> str:
    """Size, example and findings of the one text in the query string, for the live counter."""
    study = study_or_404(study_id)
    name = next(iter(request.args), "")
    kind, _sep, short = name.replace("trial_", "invitation_").rpartition("_")
    if kind not in wave_plans.DEFAULTS or short not in LANGUAGES:
        raise NotFound
    sized = _sized(study, kind, short, request.args[name])
    return render_template("distribution/_count.html", sized=sized)


@distribution.post("/studies/<int:study_id>/waves")
@roles("researcher")
def save_waves(study_id: int) -> Response | tuple[str, int]:
    """Save the texts and the schedule; nothing is sent."""
    study = study_or_404(study_id)
    form = WaveForm()
    if not form.validate_on_submit():
        return _page(study, form), 422
    try:
        wave_plans.save(study, form.plan(languages_of(study)))
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return _page(study_or_404(study_id), form), 422
    flash(_("Saved. Nothing has been sent."), "success")
    return redirect(page_of("waves", study))


@distribution.post("/studies/<int:study_id>/waves/trial")
@roles("researcher")
def save_trial(study_id: int) -> Response:
    """Try another wording of the invitation, or no other one."""
    study, form = study_or_404(study_id), TrialForm()
    form.validate_on_submit()
    texts = form.texts(languages_of(study))
    said = _("Saved. Nothing has been sent.")
    return do_and_say("waves", study, lambda: trials.save(study, texts), said)


@distribution.post("/studies/<int:study_id>/waves/start")
@roles("researcher")
def start_waves(study_id: int) -> Response:
    """Give everyone drawn a link and let the invitation leave from the given moment on."""
    study, form = study_or_404(study_id), StartForm()
    local = form.starts_at.data if form.validate_on_submit() else None
    zone = ZoneInfo(study.timezone)
    at = local.replace(tzinfo=zone).astimezone(UTC) if local else None
    said = _("Started. Texts leave in the allowed hours; this page shows how far they are.")
    return do_and_say("waves", study, lambda: starting.start(study, at), said)


@distribution.post("/studies/<int:study_id>/waves/cancel")
@roles("researcher")
def cancel_start(study_id: int) -> Response:
    """Do not start after all, while links are still being made."""
    study, said = study_or_404(study_id), _("Cancelled. Nobody is texted; the links go again.")
    return do_and_say("waves", study, lambda: starting.cancel(study), said)


@distribution.post("/studies/<int:study_id>/waves/pause")
@roles("researcher")
def pause_waves(study_id: int) -> Response:
    """Let no text leave for now."""
    study = study_or_404(study_id)
    return do_and_say(
        "waves", study, lambda: wave_plans.pause(study), _("Paused. Answers still come in.")
    )


@distribution.post("/studies/<int:study_id>/waves/resume")
@roles("researcher")
def resume_waves(study_id: int) -> Response:
    """Let texts leave again."""
    study = study_or_404(study_id)
    return do_and_say("waves", study, lambda: wave_plans.resume(study), _("Texts leave again."))


@distribution.post("/studies/<int:study_id>/waves/stop")
@roles("researcher")
def stop_waves(study_id: int) -> Response:
    """End all texts of the study for good."""
    study = study_or_404(study_id)
    return do_and_say(
        "waves", study, lambda: wave_plans.stop(study), _("Stopped. No more text leaves.")
    )


@distribution.post("/studies/<int:study_id>/waves/release")
@roles("researcher")
def release_messages(study_id: int) -> Response:
    """Queue again what was held back, after its cause was mended."""
    study = study_or_404(study_id)
    return do_and_say("waves", study, lambda: sweeping.release_held(study.id), _("Queued again."))


def languages_of(study: Study) -> list[str]:
    """The languages that the study's questionnaire speaks, of those that texts can have."""
    spoken = study.asked.document.get("languages") or list(LANGUAGES.values())
    return [language for language in LANGUAGES.values() if language in spoken]


def _page(study: Study, form: WaveForm) -> str:
    saved = wave_plans.waves_of(study)
    plan = wave_plans.plan_of(study)
    variants = wave_plans.variants_of(saved)
    found = findings(study, wave_plans.written(saved, variants))
    standing = wave_plans.standing(study)
    return render_template(
        "distribution/waves.html",
        study=study,
        form=form,
        start_form=StartForm(formdata=None),
        languages=[s for s, language in LANGUAGES.items() if language in languages_of(study)],
        sized={name: _sized_field(study, form, name) for name in _text_fields()},
        waves=saved,
        standing=standing,
        job=starting.under_way(study),
        starts_at=saved[0].starts_at if saved else None,
        findings=found,
        ready=not blocking(found),
        used=wave_plans.used_kinds(study),
        run=dry_runs.dry_run(study, plan) if standing == "planned" else None,
        counts=state_counts(study),
        **_trial(study, variants),
    )


def _trial(study: Study, variants: Sequence[TextVariant]) -> dict[str, object]:
    """The other wording under trial, its sizes, and what came of it."""
    form = TrialForm(formdata=None)
    form.load_texts(variants[0].texts if variants else {})
    sized = {
        f"trial_{short}": _sized(study, "invitation", short, form[f"trial_{short}"].data or "")
        for short in LANGUAGES
    }
    return {"trial_form": form, "trial_sized": sized, "trial": trials.compared(variants)}


def _text_fields() -> list[str]:
    return [f"{kind}_{short}" for kind in wave_plans.DEFAULTS for short in LANGUAGES]


def _sized_field(study: Study, form: WaveForm, name: str) -> dict[str, object]:
    kind, _sep, short = name.rpartition("_")
    return _sized(study, kind, short, form[name].data or "")


def _sized(study: Study, kind: str, short: str, body: str) -> dict[str, object]:
    """An example of the text, its size, and what is wrong with it."""
    language = LANGUAGES[short]
    text, count = dry_runs.example(study, body, language)
    found = text_findings(kind, language, body)
    return {"text": text, "count": count, "findings": found, "language": language}
