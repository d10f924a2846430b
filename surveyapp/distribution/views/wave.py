"""Waves: the sequence, what stands in the way, and starting, pausing, stopping it."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp import clock
from surveyapp.accounts.guard import roles
from surveyapp.distribution import (
    dry_runs,
    sequence,
    sequences,
    starting,
    step_cards,
    sweeping,
    trials,
    wave_plans,
)
from surveyapp.distribution.forms import LANGUAGES, StartForm
from surveyapp.distribution.message_lists import state_counts
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import distribution, do_and_say, study_or_404
from surveyapp.distribution.wave_findings import blocking, findings
from surveyapp.findings import N_, Finding, SurveyError

LATELY = timedelta(minutes=5)
"""So long ago is as good as now: people take a while to confirm."""
BAD_START = N_(
    "That is no moment to come, so nothing was started: give one, or leave it empty to start now."
)


@distribution.get("/studies/<int:study_id>/waves", endpoint="waves")
def show_waves(study_id: int) -> str:
    """The sequence, and what starting would do."""
    study = study_or_404(study_id)
    saved = wave_plans.waves_of(study)
    variants = wave_plans.variants_of(saved)
    standing = wave_plans.standing(study)
    found = findings(study, wave_plans.written(saved, variants))
    steps = saved or wave_plans.proposed(study, _plan(study))
    return render_template(
        "distribution/waves.html",
        study=study,
        start_form=StartForm(formdata=None),
        steps=step_cards.cards(study, steps, variants, languages_of(study)),
        saved=bool(saved),
        conditions=sequence.CONDITIONS,
        media=sequence.MEDIA,
        removed=sequences.last_removed(study) if saved else None,
        thanked=any(wave.kind == "thank_you" for wave in saved),
        standing=standing,
        job=starting.under_way(study),
        starts_at=saved[0].starts_at if saved else None,
        findings=found,
        ready=not blocking(found),
        run=dry_runs.dry_run(study, steps) if standing == "planned" else None,
        counts=state_counts(study),
        trials=trials.compared(saved, variants),
    )


@distribution.post("/studies/<int:study_id>/waves")
@roles("researcher")
def save_waves(study_id: int) -> Response:
    """Make the proposed steps the study's; nothing is sent."""
    study = study_or_404(study_id)

    def take() -> None:
        if not wave_plans.waves_of(study):
            wave_plans.save(study, _plan(study))

    return do_and_say("waves", study, take, _("Saved. Nothing has been sent."))


@distribution.post("/studies/<int:study_id>/waves/start")
@roles("researcher")
def start_waves(study_id: int) -> Response:
    """Give everyone drawn a link and let the invitation leave from the given moment on."""
    study, form = study_or_404(study_id), StartForm()
    said = _("Started. Texts leave in the allowed hours; this page shows how far they are.")

    def begin() -> None:
        readable = form.validate_on_submit()
        local = form.starts_at.data
        at = local.replace(tzinfo=ZoneInfo(study.timezone)).astimezone(UTC) if local else None
        if not readable or (at and at < clock.now() - LATELY):
            raise SurveyError(Finding("wave.bad_start", "starts_at", BAD_START))
        starting.start(study, at)

    return do_and_say("waves", study, begin, said)


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


def _plan(study: Study) -> wave_plans.Plan:
    """The proposal, in the study's languages."""
    spoken = languages_of(study)
    words = {
        kind: {language: text for language, text in by_language.items() if language in spoken}
        for kind, by_language in wave_plans.DEFAULTS.items()
    }
    return wave_plans.Plan(texts=words)
