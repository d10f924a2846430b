"""A/B texts: other wordings of a step, assigned by chance, compared by who answered."""

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
from surveyapp.distribution.variants import OTHERS, OWN, assign
from surveyapp.stats.proportions import Difference, compare, holm, wilson

Counts = tuple[int, int, int]
SENT = tuple(sorted(HANDED_OVER - {State.FAILED}))
"""States of messages that left; who could not be texted says nothing about a wording."""


@dataclass(frozen=True)
class Wording:
    """One wording: language → body, and its share against those of the others (over 0)."""

    texts: Mapping[str, str]
    share: int = 1


@dataclass(frozen=True)
class Arm:
    """One wording of a step. chance: to be assigned. sent: people who were texted it."""

    label: str
    texts: Mapping[str, str]
    chance: float
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
    """What came of one step's wordings. seed: from which the assignment is computed. contrasts:
    every pair with people in it; a thank-you has none, for everyone who reads it has answered.
    """

    wave: Wave
    seed: int
    arms: tuple[Arm, ...]
    contrasts: tuple[Contrast, ...]


def save(wave: Wave, others: Sequence[Wording]) -> None:
    """Try these wordings beside the wave's own, as B, C and D; none ends the trial.

    In the caller's transaction, and only before the first text is queued (sequences.py): later
    changes would compare people who were asked at different times. The seed stays.
    """
    if len(others) > len(OTHERS):
        raise ValueError("too many wordings")
    known = tried(wave)
    seed = known[0].seed if known else designs.new_seed()
    db.session.execute(delete(TextVariant).where(TextVariant.wave_id == wave.id))
    for label, one in zip(OTHERS, others, strict=False):
        variant = TextVariant(wave_id=wave.id, label=label, share=one.share, seed=seed)
        variant.texts = dict(one.texts)
        db.session.add(variant)
    db.session.flush()
    audit.record("trial.save", f"wave:{wave.id}", wordings=1 + len(others))


def tried(wave: Wave) -> Sequence[TextVariant]:
    """The other wordings of a wave, B first; usually none."""
    rows = select(TextVariant).where(TextVariant.wave_id == wave.id)
    return db.session.scalars(rows.order_by(TextVariant.label)).all()


def shares_of(wave: Wave, variants: Sequence[TextVariant]) -> dict[str, int]:
    """Label → share, the wave's own first."""
    return {OWN: wave.share, **{one.label: one.share for one in variants}}


def distribute(
    wave: Wave, variants: Sequence[TextVariant], queued: Sequence[tuple[int, int]]
) -> None:
    """Give new messages (id, invitation) their wave's own wording or one of `variants`, in the
    caller's transaction.
    """
    if not queued:
        return
    shares, seed = shares_of(wave, variants), variants[0].seed
    rows = [{"id": i, "variant": assign(seed, of, shares)} for i, of in queued]
    db.session.execute(update(Message), rows)


def results(study: Study) -> list[Result]:
    """What came of each step of which several wordings are tried, in the order of the steps."""
    waves = {wave.id: wave for wave in wave_plans.waves_of(study)}
    variants = wave_plans.variants_of(list(waves.values()))
    return compared(list(waves.values()), variants)


def compared(waves: Sequence[Wave], variants: Sequence[TextVariant]) -> list[Result]:
    """The same for waves with these other wordings."""
    by_wave = {wave.id: [v for v in variants if v.wave_id == wave.id] for wave in waves}
    under_trial = [wave for wave in waves if by_wave[wave.id]]
    counts = _counts([wave.id for wave in under_trial]) if under_trial else {}
    return [_result(wave, by_wave[wave.id], counts) for wave in under_trial]


def _result(
    wave: Wave, variants: Sequence[TextVariant], counts: Mapping[tuple[int, str], Counts]
) -> Result:
    wordings = {OWN: wave.texts, **{one.label: one.texts for one in variants}}
    shares = shares_of(wave, variants)
    arms = tuple(
        Arm(k, t, shares[k] / sum(shares.values()), *counts.get((wave.id, k), (0, 0, 0)))
        for k, t in wordings.items()
    )
    contrasts = () if wave.kind == "thank_you" else _contrasts(arms)
    return Result(wave, variants[0].seed, arms, contrasts)


def _counts(waves: Sequence[int]) -> dict[tuple[int, str], Counts]:
    """Wave and label → texted, opened, completed."""
    rows = db.session.execute(
        select(
            Message.wave_id,
            Message.variant,
            func.count(),
            func.count(Invitation.opened_at),
            func.count(Invitation.completed_at) - func.count(Invitation.ineligible_at),
        )
        .join(Invitation, Invitation.id == Message.invitation_id)
        .where(Message.wave_id.in_(waves), Message.state.in_(SENT))
        .group_by(Message.wave_id, Message.variant)
    )
    return {(of, label): (sent, opened, completed) for of, label, sent, opened, completed in rows}


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
