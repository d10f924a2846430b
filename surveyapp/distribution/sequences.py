"""Writing a study's sequence: its steps are added, changed, moved, removed and put back.

A step is free until its first text is queued. Works in the caller's transaction, which holds the
study, so that two people at once do not give two steps one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution import sequence, trials, wave_plans
from surveyapp.distribution.holding import hold
from surveyapp.distribution.models import Study, Wave
from surveyapp.distribution.sequence import Place
from surveyapp.distribution.trials import Wording
from surveyapp.distribution.variant_models import RemovedStep, TextVariant
from surveyapp.distribution.variants import OTHERS, OWN
from surveyapp.distribution.wave_findings import blocking, text_findings
from surveyapp.findings import N_, Finding, SurveyError


@dataclass(frozen=True)
class Content:
    """What a step says. after: hours after the invitation. wordings: its own first."""

    kind: str
    wordings: tuple[Wording, ...]
    after: int = 0
    name: str = ""
    condition: str = ""
    medium: str = ""
    medium_only: bool = False


def content_of(wave: Wave, variants: Sequence[TextVariant]) -> Content:
    """What a saved step says; variants: its own, B first."""
    own = Wording(wave.texts, wave.share)
    return Content(
        kind=wave.kind,
        wordings=(own, *(Wording(one.texts, one.share) for one in variants)),
        after=wave.after,
        name=wave.name,
        condition=wave.condition,
        medium=wave.medium,
        medium_only=wave.medium_only,
    )


def proposal(study: Study, kind: str) -> Content:
    """What a new step says as long as nobody changes it: the words of the step before it."""
    before = [wave for wave in wave_plans.waves_of(study) if wave.kind == kind]
    words = before[-1].texts if before else wave_plans.DEFAULTS[kind]
    after = sequence.proposed(_places(study)) if kind == "reminder" else 0
    return Content(kind=kind, wordings=(Wording(words),), after=after)


def fixed(study: Study) -> set[int]:
    """Ids of the follow-ups whose place stays."""
    return sequence.fixed(_places(study))


def create(study: Study, content: Content) -> Wave:
    """Add a step; SurveyError where it cannot stand, or could not be sent as it is written."""
    first = _open(study)
    if content.kind == "thank_you" and _of_kind(study, "thank_you"):
        template = N_("The study has a thank-you already: change that one.")
        raise SurveyError(Finding("step.one_thanks", "step:thank_you", template))
    if content.kind == "reminder":
        sequence.placed(_places(study), 0, content.after)
    _check(study, content)
    wave = Wave(study_id=study.id, kind=content.kind, number=0, texts={})
    wave.state = "paused" if first.state == "paused" else "planned"
    db.session.add(wave)
    _write(wave, content)
    _renumber(study)
    audit.record("step.add", f"study:{study.id}", kind=content.kind, after=content.after)
    return wave


def edit(study: Study, wave: Wave, content: Content) -> None:
    """Change a step; once its texts are queued only its name. SurveyError as in `create`."""
    _open(study)
    before = content_of(wave, trials.tried(wave))
    if _says(before) != _says(content):
        wave_plans.refuse_used(wave, wave_plans.used_waves(study))
        _check(study, content)
    if wave.kind == "reminder":
        sequence.placed(_places(study), wave.id, content.after)
    if before != content:
        _write(wave, content)
        _renumber(study)
        audit.record("step.edit", f"study:{study.id}", wave=wave.id, after=content.after)


def move(study: Study, wave: Wave, up: bool) -> None:
    """Let a follow-up change its time with its neighbour's; SurveyError where one is fixed."""
    _open(study)
    waves = {wave.id: wave for wave in _of_kind(study, "reminder")}
    for place in sequence.moved(_places(study), wave.id, up):
        _place(waves[place.key], place.after)
    _renumber(study)
    audit.record("step.move", f"study:{study.id}", wave=wave.id, up=up)


def remove(study: Study, wave: Wave) -> None:
    """Take a follow-up or the thank-you out; `restore` puts the last one back."""
    _open(study)
    if wave.kind == "invitation":
        raise SurveyError(
            Finding("step.invitation", "step:invitation", N_("A sequence begins with this step."))
        )
    wave_plans.refuse_used(wave, wave_plans.used_waves(study))
    if wave.kind == "reminder":
        sequence.removed(_places(study), wave.id)
    kept = asdict(content_of(wave, trials.tried(wave)))
    db.session.merge(RemovedStep(study_id=study.id, content=kept))
    db.session.execute(delete(TextVariant).where(TextVariant.wave_id == wave.id))
    db.session.delete(wave)
    _renumber(study)
    audit.record("step.remove", f"study:{study.id}", kind=wave.kind, after=wave.after)


def last_removed(study: Study) -> Content | None:
    """The step that `restore` would put back."""
    kept = db.session.get(RemovedStep, study.id)
    return _read(kept.content) if kept else None


def restore(study: Study) -> Wave:
    """Put the step that was removed last back where it was; SurveyError where that is taken."""
    hold(study.id)
    kept = db.session.get(RemovedStep, study.id)
    if kept is None:
        template = N_("There is no step to put back.")
        raise SurveyError(Finding("step.none_removed", "step", template))
    wave = create(study, _read(kept.content))
    db.session.delete(kept)
    return wave


def _read(kept: Mapping[str, Any]) -> Content:
    words = tuple(Wording(**one) for one in kept["wordings"])
    return Content(**{**kept, "wordings": words})


def _says(content: Content) -> tuple[object, ...]:
    words = [(dict(one.texts), one.share) for one in content.wordings]
    return (words, content.after, content.condition, content.medium, content.medium_only)


def _open(study: Study) -> Wave:
    """The invitation of a study whose sequence may be written, which the caller now holds."""
    hold(study.id)
    first = next(iter(_of_kind(study, "invitation")), None)
    if first is None:
        template = N_("Write and save the invitation text first.")
        raise SurveyError(Finding("wave.no_invitation", "wave", template))
    if study.state == "closed" or first.state == "done":
        template = N_("Texting has ended for good, so the sequence stays as it is.")
        raise SurveyError(Finding("step.ended", "wave", template))
    return first


def _check(study: Study, content: Content) -> None:
    """Before texting begins, starting says what is wrong; afterwards nothing wrong is saved."""
    if _of_kind(study, "invitation")[0].state == "planned":
        return
    labels = dict(zip((OWN, *OTHERS), content.wordings, strict=False))
    found = [
        finding
        for label, wording in labels.items()
        for language, body in wording.texts.items()
        for finding in text_findings(f"{content.kind} {label}", language, body)
    ]
    if stops := blocking(found):
        raise SurveyError(*stops)


def _write(wave: Wave, content: Content) -> None:
    own, *others = content.wordings
    wave.name, wave.condition = content.name, content.condition
    wave.medium, wave.medium_only = content.medium, content.medium_only
    wave.texts, wave.share = dict(own.texts), own.share
    _place(wave, content.after)
    db.session.flush()
    trials.save(wave, others)


def _place(wave: Wave, after: int) -> None:
    wave.after_days, wave.after_hours = divmod(after, 24)
    wave.looked_at = None


def _of_kind(study: Study, *kinds: str) -> list[Wave]:
    return [w for w in wave_plans.waves_of(study) if not kinds or w.kind in kinds]


def _places(study: Study) -> list[Place]:
    used = wave_plans.used_waves(study)
    return [Place(w.id, w.after, w.id in used) for w in _of_kind(study, "reminder")]


def _renumber(study: Study) -> None:
    """Numbers follow the times. In two goes, for no two steps may have one number meanwhile."""
    db.session.flush()
    waves = {wave.id: wave for wave in _of_kind(study, "reminder")}
    order = sequence.in_order(_places(study))
    wanted = {place.key: number for number, place in enumerate(order, 1)}
    changing = [wave for wave in waves.values() if wave.number != wanted[wave.id]]
    for wave in changing:
        wave.number = -wave.id
    db.session.flush()
    for wave in changing:
        wave.number = wanted[wave.id]
    for thanks in _of_kind(study, "thank_you"):
        thanks.number = 1
    db.session.flush()
