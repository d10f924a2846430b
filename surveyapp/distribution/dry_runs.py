"""A wave without sending: how many people, in which language, in how many parts, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.brands.known import known
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import contact, designs, texts
from surveyapp.distribution.forecast import Slot, slots
from surveyapp.distribution.models import Invitation, SampleMember, Study
from surveyapp.distribution.segments import Count
from surveyapp.distribution.wave_plans import Plan
from surveyapp.extensions import settings

EXAMPLE_TOKEN = "x" * 11


@dataclass(frozen=True)
class Share:
    """The people who get a text in one language, and its size for an example customer."""

    language: str
    people: int
    count: Count


@dataclass(frozen=True)
class Step:
    """One round of texts. number: of the reminder. people: at most. left: who would not get it
    before the study closes.
    """

    kind: str
    number: int
    people: int
    slots: tuple[Slot, ...]

    @property
    def left(self) -> int:
        """How many of them no slot takes."""
        return self.people - sum(slot.n for slot in self.slots)


@dataclass(frozen=True)
class DryRun:
    """What starting now would do. waiting: drawn, not invited, not opted out."""

    waiting: int
    shares: tuple[Share, ...]
    steps: tuple[Step, ...]

    @property
    def parts(self) -> int:
        """Message parts of the invitation, as billed."""
        return sum(share.people * share.count.segments for share in self.shares)


def dry_run(study: Study, plan: Plan, start: datetime | None = None) -> DryRun:
    """What `plan` would send from `start` (default: now) on. Writes nothing."""
    moment = start or clock.now()
    people, words = _waiting(study), plan.texts["invitation"]
    shares = tuple(
        Share(language, n, example(study, texts.choose(words, language), language)[1])
        for language, n in sorted(people.items())
    )
    waiting = sum(people.values())
    return DryRun(waiting, shares, _steps(study, plan, waiting, moment))


def example(study: Study, template: str, language: str) -> tuple[str, Count]:
    """The text that an example customer would read, with a link as long as real ones."""
    base = known().base(study.brand_id)
    return texts.preview(template, language, f"{base}/r/{EXAMPLE_TOKEN}")


def _steps(study: Study, plan: Plan, people: int, start: datetime) -> tuple[Step, ...]:
    """The invitation, and each reminder if nobody answered (thank-yous follow the answers)."""
    window = contact.current().window(study)
    rate = settings().sms_rate

    def step(kind: str, number: int, days: int) -> Step:
        first = start + timedelta(days=days)
        taken = slots(people, rate, window, first, study.closes_at)
        return Step(kind, number, people, tuple(taken))

    invitation = step("invitation", 1, 0)
    if not invitation.slots:
        return (invitation,)
    start = invitation.slots[0].start
    reminders = (step("reminder", k, k * plan.after_days) for k in range(1, plan.reminders + 1))
    return (invitation, *reminders)


def _waiting(study: Study) -> dict[str, int]:
    """Language → drawn people who have not been invited and did not opt out."""
    design = designs.current(study)
    if design is None:
        return {}
    rows = db.session.execute(
        select(Customer.language, func.count())
        .join(SampleMember, SampleMember.customer_id == Customer.id)
        .outerjoin(Invitation, Invitation.member_id == SampleMember.id)
        .where(
            SampleMember.design_id == design.id,
            Invitation.invited_at.is_(None),
            Customer.opted_out_at.is_(None),
            Customer.erased_at.is_(None),
            Customer.merged_into_id.is_(None),
        )
        .group_by(Customer.language)
    )
    return {row[0]: row[1] for row in rows}
