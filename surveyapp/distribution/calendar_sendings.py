"""What the calendar is made of: queued texts, invitations, reminders, periods and events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import (
    contact,
    designs,
    dry_runs,
    periods,
    texts,
    triggering,
    triggers,
    wave_plans,
)
from surveyapp.distribution.calendar_plan import ABOUT, AT_MOST, EXACT, Sending
from surveyapp.distribution.contact import Policy
from surveyapp.distribution.models import Invitation, Message, SampleMember, Study, Wave
from surveyapp.distribution.trigger_models import TriggerVerdict

AHEAD = 42
"""Days that the calendar looks ahead."""
BACK = 14
"""Days whose events say how many to expect."""


@dataclass(frozen=True)
class Scene:
    """A study that texts, with what its sendings share."""

    study: Study
    waves: list[Wave]
    policy: Policy
    now: datetime

    @property
    def first(self) -> Wave:
        """The invitation."""
        return next(wave for wave in self.waves if wave.kind == "invitation")

    @property
    def follow_ups(self) -> list[Wave]:
        """The reminders that the study's own cap lets out."""
        capped = wave_plans.capped(self.study, self.waves)
        reminders = [wave for wave in self.waves if wave.kind == "reminder"]
        return [wave for wave in reminders if (wave.kind, wave.number) not in capped]

    def sending(self, wave: Wave, at: datetime, n: int, certainty: str, label: str = "") -> Sending:
        """Texts of one wave."""
        return Sending(
            study_id=self.study.id,
            title=self.study.title,
            kind=wave.kind,
            number=wave.number,
            label=label,
            at=at,
            n=n,
            parts=parts_of(self.study, wave),
            window=self.policy.window(self.study),
            certainty=certainty,
            until=self.study.closes_at,
            name=wave.name,
        )


def parts_of(study: Study, wave: Wave) -> int:
    """Message parts of an example customer's text in the language most texts are in."""
    body = texts.choose(wave.texts, "zh-Hans")
    return dry_runs.example(study, body, "zh-Hans")[1].segments if body else 1


def sendings() -> list[Sending]:
    """Everything that the studies will send, as far as it can be told now."""
    rows = select(Study).where(Study.state.in_(("draft", "running"))).order_by(Study.id)
    policy, now = contact.current(), clock.now()
    found: list[Sending] = []
    for study in db.session.scalars(rows).all():
        waves = db.session.scalars(select(Wave).where(Wave.study_id == study.id)).all()
        active = [wave for wave in waves if wave.state in ("planned", "running")]
        if any(wave.kind == "invitation" for wave in active):
            found += _of(Scene(study, list(active), policy, now))
    return [sending for sending in found if sending.n]


def _of(scene: Scene) -> Iterator[Sending]:
    if scene.first.state == "planned" and scene.first.starts_at is None:
        return
    yield from _queued(scene)
    yield from _invitations(scene)
    yield from _reminders(scene)
    yield from _periods(scene)
    yield from _events(scene)


def _queued(scene: Scene) -> Iterator[Sending]:
    rows = db.session.execute(
        select(Message.wave_id, func.count(), func.min(Message.due_at))
        .where(Message.state == "queued", Message.wave_id.in_([w.id for w in scene.waves]))
        .group_by(Message.wave_id)
    )
    waves = {wave.id: wave for wave in scene.waves}
    for wave_id, n, at in rows:
        yield scene.sending(waves[wave_id], at, n, EXACT)


def _invitations(scene: Scene) -> Iterator[Sending]:
    """Drawn, but not queued yet; their reminders come after, at most."""
    design = designs.current(scene.study)
    if design is None or scene.first.state != "planned":
        return
    n = db.session.scalar(select(func.count()).where(SampleMember.design_id == design.id)) or 0
    start = scene.first.starts_at or scene.now
    yield scene.sending(scene.first, start, n, EXACT)
    yield from _later(scene, start, n)


def _later(scene: Scene, start: datetime, n: int, label: str = "") -> Iterator[Sending]:
    for wave in scene.follow_ups:
        yield scene.sending(wave, start + wave.wait, n, AT_MOST, label)


def _reminders(scene: Scene) -> Iterator[Sending]:
    """To those who were invited and have not answered, by the day of their invitation."""
    for wave in scene.follow_ups:
        reminded = (
            select(Message.id)
            .where(Message.invitation_id == Invitation.id, Message.wave_id == wave.id)
            .exists()
        )
        day = func.date(Invitation.invited_at)
        rows = db.session.execute(
            select(func.count(), func.min(Invitation.invited_at))
            .where(
                Invitation.study_id == scene.study.id,
                Invitation.invited_at.is_not(None),
                Invitation.completed_at.is_(None),
                Invitation.opted_out_at.is_(None),
                Invitation.failed_at.is_(None),
                (Invitation.expires_at.is_(None)) | (Invitation.expires_at > scene.now),
                ~reminded,
            )
            .group_by(day)
        )
        for n, first in rows:
            at = (first or scene.now) + wave.wait
            yield scene.sending(wave, at, n, AT_MOST)


def _periods(scene: Scene) -> Iterator[Sending]:
    definition = periods.definition_of(scene.study)
    for span in periods.coming(scene.study, 8):
        n = definition.design["n"] if definition else 0
        yield scene.sending(scene.first, span.starts_at, n, EXACT, span.label)
        yield from _later(scene, span.starts_at, n, span.label)


def _events(scene: Scene) -> Iterator[Sending]:
    """As many on each day as on the mean day of the last two weeks."""
    since = scene.now - timedelta(days=BACK)
    for trigger in triggering.of(scene.study):
        asked = db.session.scalar(
            select(func.count()).where(
                TriggerVerdict.trigger_id == trigger.id,
                TriggerVerdict.verdict == triggers.INVITED,
                TriggerVerdict.at > since,
            )
        )
        known = max(1, min(BACK, (scene.now - trigger.since).days))
        daily = triggers.expected([asked or 0, *[0] * (known - 1)])
        for ahead in range(1, AHEAD if trigger.active else 0):
            at = scene.now + timedelta(days=ahead)
            yield scene.sending(scene.first, at, daily, ABOUT, trigger.what)
