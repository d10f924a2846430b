"""What is known of claimed messages at the moment of sending, and the verdict on each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select

from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db, vault
from surveyapp.distribution import dispositions, links, policy, segments, texts
from surveyapp.distribution.models import Invitation, Message, Study, Wave
from surveyapp.distribution.sms import limits
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
    body_hash: the filled-in text when it goes.
    """

    candidate: Candidate
    decision: policy.Go | policy.Stop | policy.Wait
    hold: bool = False
    body: str = ""
    segments: int = 0
    body_hash: str = ""


def judge(ids: Sequence[int], now: datetime, *, domestic: bool) -> list[Verdict]:
    """The verdicts on the messages `ids`, all from one moment.

    On PostgreSQL the customers' rows stay locked until the caller commits, so that an opt-out and
    the start of a call cannot pass each other, and two studies cannot exceed the cap together.
    """
    candidates = _load(ids)
    contacts = _contacts(candidates, now)
    suppressed = _suppressed(candidates)
    verdicts = []
    for it in candidates:
        recent = sum(at > now - _period(it.study) for at in contacts.get(it.customer.id, []))
        verdict = _judge_one(it, recent, it.customer.phone_hash in suppressed, now, domestic)
        if isinstance(verdict.decision, policy.Go):
            contacts.setdefault(it.customer.id, []).append(now)
        verdicts.append(verdict)
    return verdicts


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


def _contacts(candidates: Iterable[Candidate], now: datetime) -> dict[int, list[datetime]]:
    """Customer → moments of their texts, over all studies, calls that are out included."""
    everyone = list(candidates)
    longest = max((_period(it.study) for it in everyone), default=timedelta(0))
    found: dict[int, list[datetime]] = {}
    for customer_id, at in db.session.execute(
        select(Invitation.customer_id, Message.sent_at)
        .join(Message, Message.invitation_id == Invitation.id)
        .where(
            Invitation.customer_id.in_({it.customer.id for it in everyone}),
            Message.sent_at > now - longest,
        )
    ):
        found.setdefault(customer_id, []).append(at or now)
    return found


def _suppressed(candidates: Iterable[Candidate]) -> set[str]:
    hashes = {it.customer.phone_hash for it in candidates if it.customer.phone_hash}
    rows = select(Suppression.phone_hash).where(Suppression.phone_hash.in_(hashes))
    return set(db.session.scalars(rows))


def _judge_one(
    it: Candidate, contacts: int, suppressed: bool, now: datetime, domestic: bool
) -> Verdict:
    decision = policy.decide(_situation(it, contacts, suppressed), now)
    if not isinstance(decision, policy.Go):
        return Verdict(it, decision)
    body = _body(it)
    if not body:
        return Verdict(it, policy.Stop("no_text"), hold=True)
    if limits.refused(it.customer.phone or "", body, domestic):
        return Verdict(it, policy.Stop(limits.REASON), hold=True)
    return Verdict(
        it, decision, body=body, segments=segments.count(body).segments, body_hash=body_hash(body)
    )


def _situation(it: Candidate, contacts: int, suppressed: bool) -> policy.Situation:
    invitation, customer, study = it.invitation, it.customer, it.study
    refused = customer.opted_out_at or invitation.opted_out_at
    declined = not invitation.completed_at and invitation.called_as in dispositions.UNWILLING
    return policy.Situation(
        kind=it.wave.kind,
        study_state=study.state,
        wave_state=it.wave.state,
        closes_at=study.closes_at,
        not_after=it.message.not_after,
        completed=invitation.completed_at is not None,
        opted_out=suppressed or declined or refused is not None,
        erased=customer.erased_at is not None,
        merged=customer.merged_into_id is not None,
        has_phone=bool(customer.phone),
        contacts=contacts,
        cap=study.contact_cap,
        window=policy.Window(study.timezone, study.send_from, study.send_until),
    )


def _body(it: Candidate) -> str:
    language = it.invitation.language
    unnamed = texts.UNNAMED.get(language, texts.UNNAMED["en"])
    values = {
        "name": it.customer.name or unnamed,
        "store": it.customer.store,
        "link": links.url_of(it.invitation),
    }
    wording = it.wave.texts if it.wording is None else it.wording
    return texts.render(texts.choose(wording, language), values)
