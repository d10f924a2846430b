"""A/B texts: other wordings of the invitation, assigned by chance, compared by who answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution import designs, wave_plans
from surveyapp.distribution.models import Invitation, Message, Study, Wave
from surveyapp.distribution.outbox_states import HANDED_OVER, State
from surveyapp.distribution.variant_models import TextVariant
from surveyapp.distribution.variants import OWN, assign
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.proportions import Difference, compare, holm, wilson

SENT = tuple(sorted(HANDED_OVER - {State.FAILED}))
"""States of messages that left; who could not be texted says nothing about a wording."""


@dataclass(frozen=True)
class Arm:
    """One wording. sent: people who were texted it; low, high: 95 % interval of the rate."""

    label: str
    texts: Mapping[str, str]
    sent: int
    opened: int
    completed: int

    @property
    def rate(self) -> float | None:
        """Share of those texted who completed, by whichever text of the study."""
        return self.completed / self.sent if self.sent else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's, 95 %."""
        return wilson(self.completed, self.sent) if self.sent else None


@dataclass(frozen=True)
class Contrast:
    """Two wordings: completion of `one` less that of `other`. p: adjusted by Holm's method."""

    one: str
    other: str
    difference: Difference
    p: float

    @property
    def differ(self) -> bool:
        """Whether chance alone would hardly do that."""
        return self.p < 1 - self.difference.level


@dataclass(frozen=True)
class Result:
    """seed: from which the assignment is computed. contrasts: every pair with people in it."""

    seed: int
    arms: tuple[Arm, ...]
    contrasts: tuple[Contrast, ...]


def variants_of(study: Study) -> Sequence[TextVariant]:
    """The other wordings of the study's invitation, B first."""
    return db.session.scalars(
        select(TextVariant)
        .join(Wave, Wave.id == TextVariant.wave_id)
        .where(Wave.study_id == study.id, Wave.kind == "invitation")
        .order_by(TextVariant.label)
    ).all()


def save(study: Study, texts: Mapping[str, str]) -> None:
    """Try this wording beside the invitation's own, or end the trial with an empty one.

    In the caller's transaction. SurveyError once an invitation is queued: later changes would
    compare people who were asked at different times.
    """
    wave = next((w for w in wave_plans.waves_of(study) if w.kind == "invitation"), None)
    if wave is None:
        raise SurveyError(
            Finding("trial.no_wave", "trial", N_("Save the invitation's own text first."))
        )
    if "invitation" in wave_plans.used_kinds(study):
        raise SurveyError(
            Finding("trial.used", "trial", N_("Invitations are queued; a trial begins before."))
        )
    db.session.execute(delete(TextVariant).where(TextVariant.wave_id == wave.id))
    if any(text.strip() for text in texts.values()):
        variant = TextVariant(wave_id=wave.id, label="B", texts=dict(texts))
        variant.seed = designs.new_seed()
        db.session.add(variant)
    db.session.flush()
    audit.record("trial.save", f"study:{study.id}", texts=sum(bool(t) for t in texts.values()))


def tried(wave: Wave) -> Sequence[TextVariant]:
    """The other wordings of a wave, B first; usually none."""
    rows = select(TextVariant).where(TextVariant.wave_id == wave.id)
    return db.session.scalars(rows.order_by(TextVariant.label)).all()


def distribute(variants: Sequence[TextVariant], queued: Sequence[tuple[int, int]]) -> None:
    """Give new messages (id, invitation) their wave's own wording or one of `variants`, in the
    caller's transaction.
    """
    if not queued:
        return
    labels, seed = [OWN, *(one.label for one in variants)], variants[0].seed
    rows = [{"id": i, "variant": assign(seed, of, labels)} for i, of in queued]
    db.session.execute(update(Message), rows)


def result(study: Study) -> Result | None:
    """What came of the study's trial; None without one."""
    return compared(variants_of(study))


def compared(variants: Sequence[TextVariant]) -> Result | None:
    """What came of trying these wordings beside their wave's own; None of none."""
    if not variants:
        return None
    wave = db.session.get_one(Wave, variants[0].wave_id)
    counts = _counts(wave.id)
    wordings = {OWN: wave.texts, **{one.label: one.texts for one in variants}}
    arms = tuple(Arm(k, t, *counts.get(k, (0, 0, 0))) for k, t in wordings.items())
    return Result(variants[0].seed, arms, _contrasts(arms))


def _counts(wave_id: int) -> dict[str, tuple[int, int, int]]:
    """Label → texted, opened, completed."""
    rows = db.session.execute(
        select(
            Message.variant,
            func.count(),
            func.count(Invitation.opened_at),
            func.count(Invitation.completed_at) - func.count(Invitation.ineligible_at),
        )
        .join(Invitation, Invitation.id == Message.invitation_id)
        .where(Message.wave_id == wave_id, Message.state.in_(SENT))
        .group_by(Message.variant)
    )
    return {label: (sent, opened, completed) for label, sent, opened, completed in rows}


def _contrasts(arms: Sequence[Arm]) -> tuple[Contrast, ...]:
    found = [
        (one, other, difference)
        for place, other in enumerate(arms)
        for one in arms[place + 1 :]
        if (difference := compare(one.completed, one.sent, other.completed, other.sent))
    ]
    adjusted = holm([difference.p for *_pair, difference in found])
    return tuple(
        Contrast(one.label, other.label, difference, p)
        for (one, other, difference), p in zip(found, adjusted, strict=True)
    )
