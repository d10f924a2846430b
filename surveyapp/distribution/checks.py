"""What is known of claimed messages at the moment of sending, and the verdict on each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from surveyapp.customers import opting
from surveyapp.customers.models import Customer
from surveyapp.database import db, vault
from surveyapp.distribution import (
    contact,
    contact_rules,
    dispositions,
    links,
    policy,
    segments,
    sequence,
    texts,
)
from surveyapp.distribution.contact import Policy
from surveyapp.distribution.contact_rules import Sent
from surveyapp.distribution.models import Invitation, Message, Study, Wave
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.variant_models import TextVariant


@dataclass(frozen=True)
class Candidate:
    """A claimed message with what its verdict rests on."""

    message: Message
    invitation: Invitation
    customer: Customer
    wave: Wave
    study: Study
    wording: dict[str, str] | None
    """The texts of the message's variant; None: the wave's own."""


@dataclass(frozen=True)
class Verdict:
    """decision: what becomes of the message. hold: a Stop that a person can lift. body, segments,
    body_hash, values: the filled-in text when it goes. medium: the only way it may take, if any.
    channel: the one that takes it.
    """

    candidate: Candidate
    decision: policy.Go | policy.Stop | policy.Wait
    hold: bool = False
    body: str = ""
    segments: int = 0
    body_hash: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    channel: Channel | None = None
    medium: str = ""


@dataclass(frozen=True)
class Known:
    """sent: the customer's texts of all studies. suppressed: an address is on the list."""

    sent: Sequence[Sent]
    suppressed: bool


def judge(ids: Sequence[int], now: datetime) -> list[Verdict]:
    """The verdicts on the messages `ids`, all from one moment.

    On PostgreSQL the customers' rows stay locked until the caller commits, so that an opt-out and
    the start of a call cannot pass each other, and two studies cannot exceed the cap together.
    """
    candidates, shared = _load(ids), contact.current()
    people = known(candidates, shared, now)
    verdicts = []
    for it in candidates:
        mine = people[it.customer.id]
        verdict = _judge_one(it, mine, shared, now)
        if isinstance(verdict.decision, policy.Go):
            people[it.customer.id] = replace(mine, sent=[*mine.sent, (now, it.wave.kind)])
        verdicts.append(verdict)
    return verdicts


def known(candidates: Iterable[Candidate], shared: Policy, now: datetime) -> dict[int, Known]:
    """Customer → what their verdict rests on beside themselves."""
    everyone = list(candidates)
    contacts, suppressed = _contacts(everyone, shared, now), _suppressed(everyone)
    return {
        it.customer.id: Known(
            contacts.get(it.customer.id, []), not suppressed.isdisjoint(it.customer.addresses)
        )
        for it in everyone
    }


def foreseen(
    it: Candidate, known: Known, shared: Policy, moment: datetime
) -> tuple[str, policy.Go | policy.Stop | policy.Wait]:
    """(medium, decision) on a text at a later moment, as if texting were under way by then."""
    medium, lacks = _way(it)
    situation = _situation(it, known, shared, lacks, moment)
    state = "closed" if it.study.state == "closed" else "running"
    running = replace(situation, study_state=state, wave_state="running")
    return medium, policy.decide(running, moment)


def body_hash(body: str) -> str:
    """Keyed fingerprint by which a text is recognised at the provider."""
    return vault.fingerprint(body, "message.body")


def _load(ids: Sequence[int]) -> list[Candidate]:
    rows = db.session.execute(
        select(Message, Invitation, Customer, Wave, Study, TextVariant.texts)
        .join(Invitation, Invitation.id == Message.invitation_id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .join(Wave, Wave.id == Message.wave_id)
        .join(Study, Study.id == Wave.study_id)
        .outerjoin(
            TextVariant,
            and_(TextVariant.wave_id == Wave.id, TextVariant.label == Message.variant),
        )
        .where(Message.id.in_(ids))
        .order_by(Customer.id, Message.due_at)
        .with_for_update(of=Customer)
        .execution_options(populate_existing=True)
    )
    return [Candidate(*row) for row in rows]


def _period(study: Study) -> timedelta:
    return timedelta(days=study.contact_cap_days)


def _contacts(
    candidates: Iterable[Candidate], shared: Policy, now: datetime
) -> dict[int, list[Sent]]:
    """Customer → their texts, over all studies, calls that are out included, and those of who was
    merged into them.
    """
    everyone = list(candidates)
    longest = max((_period(it.study) for it in everyone), default=timedelta(0))
    longest = max(longest, timedelta(days=contact_rules.longest(shared.caps)))
    found: dict[int, list[Sent]] = {}
    ids = {it.customer.id for it in everyone}
    for customer_id, at, kind in db.session.execute(
        select(Customer.person, Message.sent_at, Wave.kind)
        .join(Invitation, Invitation.customer_id == Customer.id)
        .join(Message, Message.invitation_id == Invitation.id)
        .join(Wave, Wave.id == Message.wave_id)
        .where(
            or_(Customer.id.in_(ids), Customer.merged_into_id.in_(ids)),
            Message.sent_at > now - longest,
        )
    ):
        found.setdefault(customer_id, []).append((at or now, kind))
    return found


def _suppressed(candidates: Iterable[Candidate]) -> set[str]:
    hashes = {one for it in candidates for one in it.customer.addresses}
    return set(opting.suppressed(hashes))


def _judge_one(it: Candidate, known: Known, shared: Policy, now: datetime) -> Verdict:
    medium, lacks = _way(it)
    decision = policy.decide(_situation(it, known, shared, lacks, now), now)
    if not isinstance(decision, policy.Go):
        return Verdict(it, decision)
    values = _values(it)
    wording = it.wave.texts if it.wording is None else it.wording
    body = texts.render(texts.choose(wording, it.invitation.language), values)
    if not body:
        return Verdict(it, policy.Stop("no_text"), hold=True)
    size = segments.count(body).segments
    going = Verdict(it, decision, body=body, segments=size, values=values, medium=medium)
    return replace(going, body_hash=body_hash(body))


def _way(it: Candidate) -> tuple[str, str]:
    phone, email = bool(it.customer.phone), bool(it.customer.email)
    return sequence.way(it.wave.medium, it.wave.medium_only, phone, email)


def _situation(
    it: Candidate, known: Known, shared: Policy, lacks: str, now: datetime
) -> policy.Situation:
    invitation, customer, study = it.invitation, it.customer, it.study
    refused = customer.opted_out_at or invitation.opted_out_at
    caps = contact_rules.applying(shared.caps, customer.tier)
    declined = not invitation.completed_at and invitation.called_as in dispositions.UNWILLING
    return policy.Situation(
        kind=it.wave.kind,
        study_state=study.state,
        wave_state=it.wave.state,
        closes_at=study.closes_at,
        not_after=it.message.not_after,
        completed=invitation.completed_at is not None,
        opted_out=known.suppressed or declined or refused is not None,
        erased=customer.erased_at is not None,
        merged=customer.merged_into_id is not None,
        lacks=lacks,
        contacts=sum(at > now - _period(study) for at, _ in known.sent),
        cap=study.contact_cap,
        window=shared.window(study, customer.phone or "", now),
        group_cap=contact_rules.broken(caps, known.sent, it.wave.kind, now) is not None,
    )


def _values(it: Candidate) -> dict[str, str]:
    """What the fields of a text become; `code` is the link's last part, for template providers."""
    unnamed = texts.UNNAMED.get(it.invitation.language, texts.UNNAMED["en"])
    link = links.url_of(it.invitation)
    return {
        "name": it.customer.name or unnamed,
        "store": it.customer.store,
        "link": link,
        "code": link.rpartition("/")[2],
    }
