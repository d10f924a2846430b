"""What a study will text: the sequence that it begins with, and starting, pausing, stopping it.

A step is written in sequences.py, until its first message is queued; afterwards people have read
it. Works in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, select, update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution import designs, invitations, sequence, studies
from surveyapp.distribution.holding import hold
from surveyapp.distribution.models import Message, SampleDesign, Study, Wave
from surveyapp.distribution.outbox_states import Event, sources, target
from surveyapp.distribution.sequence import RANK, Texting
from surveyapp.distribution.variant_models import TextVariant
from surveyapp.distribution.wave_findings import blocking, findings
from surveyapp.findings import N_, Finding, SurveyError

Texts = Mapping[str, str]
DEFAULTS: Mapping[str, Texts] = {
    "invitation": {
        "zh-Hans": "{name}您好，感谢您光临{store}。请用两分钟评价我们的售后服务："
        "{link} 回复退订不再接收。",
        "en": "Hello {name}, thank you for visiting {store}. Please take two minutes to rate our"
        " service: {link} Reply STOP to opt out.",
    },
    "reminder": {
        "zh-Hans": "{name}您好，您对{store}的评价对我们很重要，期待您的意见："
        "{link} 回复退订不再接收。",
        "en": "Hello {name}, your opinion of {store} matters to us. There is still time to answer:"
        " {link} Reply STOP to opt out.",
    },
    "thank_you": {
        "zh-Hans": "{name}您好，您的评价已收到，感谢您帮助{store}改进服务。",
        "en": "Hello {name}, we have received your answers. Thank you for helping {store} improve.",
    },
}
"""Texts that a new study proposes, by kind and language."""


@dataclass(frozen=True)
class Plan:
    """The steps that a new study proposes. reminders: how many. after_days: days from one text to
    the next. thanks: whether a thank-you is sent. texts: kind → language → body.
    """

    reminders: int = 2
    after_days: int = 3
    thanks: bool = True
    texts: Mapping[str, Texts] = field(default_factory=lambda: DEFAULTS)
    conditions: tuple[str, ...] = ()
    """To whom the first, second … reminder goes; missing ones go to all."""

    def condition(self, number: int) -> str:
        """To whom reminder `number` goes."""
        return dict(enumerate(self.conditions, 1)).get(number, "")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of text that will be sent."""
        chosen = {"invitation": True, "reminder": self.reminders > 0, "thank_you": self.thanks}
        return tuple(kind for kind, wanted in chosen.items() if wanted)


def waves_of(study: Study) -> list[Wave]:
    """The study's waves: invitation, reminders in order, thank-you."""
    rows = db.session.scalars(select(Wave).where(Wave.study_id == study.id)).all()
    return sorted(rows, key=lambda wave: (RANK[wave.kind], wave.number))


def plan_of(study: Study) -> Plan:
    """The plan that the study's waves make up; the proposal when there is none yet."""
    waves = waves_of(study)
    if not waves:
        return Plan()
    reminders = [wave for wave in waves if wave.kind == "reminder"]
    return Plan(
        reminders=len(reminders),
        after_days=reminders[0].after_days if reminders else Plan.after_days,
        thanks=any(wave.kind == "thank_you" for wave in waves),
        texts={**DEFAULTS, **{wave.kind: wave.texts for wave in waves}},
        conditions=tuple(wave.condition for wave in reminders),
    )


def capped(study: Study, waves: Iterable[Wave]) -> set[tuple[str, int]]:
    """Kind and number of the steps that no one gets under the study's own contact cap."""
    steps = {place: wave for place, wave in enumerate(waves) if wave.kind != "thank_you"}
    seen = [
        Texting(place, wave.after, wave.condition, not (wave.medium and wave.medium_only))
        for place, wave in steps.items()
    ]
    found = sequence.capped(seen, study.contact_cap, study.contact_cap_days)
    return {(steps[place].kind, steps[place].number) for place in found}


def variants_of(waves: Sequence[Wave]) -> Sequence[TextVariant]:
    """The other wordings of some waves' texts, B first."""
    rows = select(TextVariant).where(TextVariant.wave_id.in_([wave.id for wave in waves]))
    return db.session.scalars(rows.order_by(TextVariant.label)).all()


def written(waves: Sequence[Wave], variants: Sequence[TextVariant]) -> dict[str, Texts]:
    """Texts of saved waves as `invitation`, `reminder 2`; other wordings as `reminder 2 B`."""
    labels = {wave.id: _label(wave) for wave in waves}
    others = {f"{labels[one.wave_id]} {one.label}": one.texts for one in variants}
    return {**{labels[wave.id]: wave.texts for wave in waves}, **others}


def _label(wave: Wave) -> str:
    return f"reminder {wave.number}" if wave.kind == "reminder" else wave.kind


def proposed(study: Study, plan: Plan) -> list[Wave]:
    """The steps that `save` would make, in order; in no session."""
    steps = []
    for (kind, number), (days, words, condition) in _wanted(plan).items():
        step = Wave(study_id=study.id, kind=kind, number=number, name="", condition=condition)
        step.after_days, step.after_hours, step.texts = days, 0, words
        step.medium, step.medium_only, step.share, step.state = "", False, 1, "planned"
        steps.append(step)
    return steps


def save(study: Study, plan: Plan) -> None:
    """Make the study's waves what `plan` says; SurveyError where people have read them already."""
    if study.state == "closed":
        raise SurveyError(
            Finding("wave.study_closed", "wave", N_("The study is closed; nothing is texted."))
        )
    wanted = _wanted(plan)
    have = {(wave.kind, wave.number): wave for wave in waves_of(study)}
    used = used_waves(study)
    for key in have.keys() - wanted.keys():
        refuse_used(have[key], used)
        db.session.delete(have[key])
    for key, values in wanted.items():
        wave = have.get(key) or _new(study, key)
        if (wave.after_days, wave.texts, wave.condition) != values:
            refuse_used(wave, used)
            wave.after_days, wave.texts, wave.condition = values
    db.session.flush()
    audit.record("wave.plan", f"study:{study.id}", reminders=plan.reminders, thanks=plan.thanks)


def start(study: Study, at: datetime | None = None) -> int:
    """Invite the drawn sample from `at` (default: now) on; how many were given a link.

    Where periods or events ask, nobody need be: they invite when they come. SurveyError
    with every finding that stands in the way. Starts the study if it is a draft.
    """
    refuse_unready(study)
    design = to_invite(study)
    invited = invitations.issue(design) if design else 0
    begin(study, at or clock.now(), invited)
    return invited


def refuse_unready(study: Study) -> None:
    """SurveyError with every finding that stands in the way of starting; holds the study."""
    hold(study.id)
    waves = waves_of(study)
    if stops := blocking(findings(study, written(waves, variants_of(waves)))):
        raise SurveyError(*stops)


def begin(study: Study, moment: datetime, invited: int, before: str = "planned") -> None:
    """Let the invitation leave from `moment` on and the study run; SurveyError unless its wave is
    in the state `before`.
    """
    if not move_first(study, before, "planned", starts_at=moment):
        raise not_now(study)
    if study.state == "draft":
        studies.move(study, "start")
    elif study.state == "paused":
        studies.move(study, "resume")
    audit.record("wave.start", f"study:{study.id}", at=moment.isoformat(), invitations=invited)


def to_invite(study: Study) -> SampleDesign | None:
    """The sample that starting invites; None where periods or events do."""
    design = designs.current(study)
    return None if design is None or design.period_id else design


def move_first(study: Study, before: str, to: str, **values: Any) -> bool:
    """Move the invitation's wave from one state to another; False when it is in neither."""
    moved = db.session.scalars(
        update(Wave)
        .where(Wave.study_id == study.id, Wave.kind == "invitation", Wave.state == before)
        .values(state=to, **values)
        .returning(Wave.id)
        .execution_options(synchronize_session=False)
    ).all()
    _forget_states()
    return bool(moved)


def pause(study: Study) -> None:
    """Let no text of the study leave; answers go on. SurveyError unless it is to text at all."""
    hold(study.id)
    if standing(study) not in {"running", "scheduled"}:
        raise not_now(study)
    _move_all(study, ("running", "planned"), "paused", "wave.pause")


def resume(study: Study) -> None:
    """Let texts leave again, where a moment was chosen that is still to come from then on."""
    to_come = case((Wave.starts_at > clock.now(), "planned"), else_="running")
    _move_all(study, ("paused",), to_come, "wave.resume")


def stop(study: Study) -> int:
    """End all texts of the study for good; how many waiting ones were cancelled. SurveyError where
    it has not begun.
    """
    hold(study.id)
    if standing(study) == "planned":
        raise not_now(study)
    _move_all(study, ("planned", "starting", "running", "paused"), "done", "wave.stop")
    waves = select(Wave.id).where(Wave.study_id == study.id)
    return len(
        db.session.scalars(
            update(Message)
            .where(Message.wave_id.in_(waves), Message.state.in_(sources(Event.CANCEL)))
            .values(state=target(Event.CANCEL), reason="wave_stopped")
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        ).all()
    )


def standing(study: Study) -> str:
    """Where texting stands: planned, starting, scheduled, running, paused or done."""
    first = next((wave for wave in waves_of(study) if wave.kind == "invitation"), None)
    if first is None:
        return "planned"
    if first.state == "planned" and first.starts_at is not None:
        return "scheduled"
    return first.state


def used_kinds(study: Study) -> set[str]:
    """The kinds of text that somebody may have read."""
    used = used_waves(study)
    return {wave.kind for wave in waves_of(study) if wave.id in used}


def _wanted(plan: Plan) -> dict[tuple[str, int], tuple[int, dict[str, str], str]]:
    """(kind, number) → (days after the invitation, texts, condition)."""
    wanted = {("invitation", 1): (0, dict(plan.texts["invitation"]), "")}
    for number in range(1, plan.reminders + 1):
        days = plan.after_days * number
        condition = plan.condition(number)
        wanted["reminder", number] = (days, dict(plan.texts["reminder"]), condition)
    if plan.thanks:
        wanted["thank_you", 1] = (0, dict(plan.texts["thank_you"]), "")
    return wanted


def _new(study: Study, key: tuple[str, int]) -> Wave:
    kind, number = key
    wave = Wave(study_id=study.id, kind=kind, number=number, after_days=0, texts={}, condition="")
    db.session.add(wave)
    return wave


def used_waves(study: Study) -> set[int]:
    """Ids of the waves that have queued texts."""
    rows = (
        select(Message.wave_id)
        .join(Wave, Wave.id == Message.wave_id)
        .where(Wave.study_id == study.id)
        .distinct()
    )
    return set(db.session.scalars(rows))


def refuse_used(wave: Wave, used: set[int]) -> None:
    """SurveyError when people may have read `wave`."""
    if wave.id in used:
        raise SurveyError(
            Finding(
                "wave.already_read",
                f"wave:{wave.kind}",
                N_("Texts of this kind have been queued, so they can no longer be changed."),
            )
        )


def _move_all(
    study: Study, sources_: tuple[str, ...], to: str | ColumnElement[str], action: str
) -> None:
    moved = db.session.scalars(
        update(Wave)
        .where(Wave.study_id == study.id, Wave.state.in_(sources_))
        .values(state=to)
        .returning(Wave.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not moved:
        raise not_now(study)
    _forget_states()
    audit.record(action, f"study:{study.id}", waves=len(moved))


def _forget_states() -> None:
    for known in db.session.identity_map.values():
        if isinstance(known, Wave):
            db.session.expire(known, ["state", "starts_at"])


def not_now(study: Study) -> SurveyError:
    """The refusal where the texts are in another state than the page showed."""
    return SurveyError(
        Finding(
            "wave.illegal_move",
            f"study:{study.id}",
            N_("The texts of this study are in another state by now; look at the page again."),
        )
    )
