"""A wave without sending: how many people, in which language, in how many parts, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, func, select

from surveyapp import clock
from surveyapp.brands.known import known
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import contact, designs, sequence, texts, wave_plans
from surveyapp.distribution.forecast import Slot, slots
from surveyapp.distribution.models import Invitation, SampleMember, Study, Wave
from surveyapp.distribution.segments import Count
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
    """One round of texts. people: at most. lacking: who has no such address and is skipped.
    parts: message parts as billed, at most; no letter has any. left: who would not get it before
    the study closes. capped: everyone is at the study's cap by then, so no one gets it.
    """

    kind: str
    number: int
    name: str
    people: int
    lacking: int
    parts: int
    slots: tuple[Slot, ...]
    capped: bool = False

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


@dataclass(frozen=True)
class Waiting:
    """Drawn people of one language: all of them, and how many have which address."""

    people: int
    phones: int
    emails: int
    both: int


def dry_run(study: Study, waves: Sequence[Wave], start: datetime | None = None) -> DryRun:
    """What these steps would send from `start` (default: now) on. Writes nothing."""
    moment = start or clock.now()
    waiting = _waiting(study)
    words = next(wave.texts for wave in waves if wave.kind == "invitation")
    shares = tuple(
        Share(language, found.people, size_of(study, words, language))
        for language, found in sorted(waiting.items())
    )
    people = sum(found.people for found in waiting.values())
    return DryRun(people, shares, _steps(study, waves, waiting, moment))


def size_of(study: Study, words: Mapping[str, str], language: str) -> Count:
    """How large an example customer's text in this language is."""
    return example(study, texts.choose(words, language), language)[1]


def example(study: Study, template: str, language: str) -> tuple[str, Count]:
    """The text that an example customer would read, with a link as long as real ones."""
    base = known().base(study.brand_id)
    return texts.preview(template, language, f"{base}/r/{EXAMPLE_TOKEN}")


def _steps(
    study: Study, waves: Sequence[Wave], waiting: Mapping[str, Waiting], start: datetime
) -> tuple[Step, ...]:
    """The invitation, and each reminder if nobody answered (thank-yous follow the answers)."""
    window = contact.current().window(study)
    rate = settings().sms_rate

    def step(wave: Wave, first: datetime) -> Step:
        reached = {language: _reached(wave, found) for language, found in waiting.items()}
        n = sum(texted + mailed for texted, mailed in reached.values())
        lacking = sum(found.people for found in waiting.values()) - n
        parts = sum(
            texted * size_of(study, wave.texts, language).segments
            for language, (texted, _mailed) in reached.items()
        )
        taken = tuple(slots(n, rate, window, first + wave.wait, study.closes_at))
        return Step(wave.kind, wave.number, wave.name, n, lacking, parts, taken)

    invitation = step(waves[0], start)
    if not invitation.slots:
        return (invitation,)
    start = invitation.slots[0].start
    capped = wave_plans.capped(study, waves)
    later = [step(wave, start) for wave in waves if wave.kind == "reminder"]
    return (
        invitation,
        *(replace(one, capped=True) if (one.kind, one.number) in capped else one for one in later),
    )


def _reached(wave: Wave, found: Waiting) -> tuple[int, int]:
    """How many of these people a step reaches by SMS, and how many by e-mail."""
    only_phone, only_email = found.phones - found.both, found.emails - found.both
    neither = found.people - only_phone - only_email - found.both
    groups = ((True, True, found.both), (True, False, only_phone), (False, True, only_email))
    texted = mailed = 0
    for phone, email, n in (*groups, (False, False, neither)):
        medium, lacks = sequence.way(wave.medium, wave.medium_only, phone, email)
        mailed += n if medium == "email" else 0
        texted += n if medium != "email" and not lacks else 0
    return texted, mailed


def _waiting(study: Study) -> dict[str, Waiting]:
    """Language → drawn people who have not been invited and did not opt out."""
    design = designs.current(study)
    if design is None:
        return {}
    rows = db.session.execute(
        select(
            Customer.language,
            func.count(),
            func.count(Customer.phone),
            func.count(Customer.email),
            func.count(case((Customer.phone.is_not(None), Customer.email))),
        )
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
    return {row[0]: Waiting(*row[1:]) for row in rows}
