"""A dry run of one step by name: when and by which way each customer would get it, or why not.

The rules are those of the moment of sending (checks.py, policy.py), asked at the moment at which
the step would leave, as if nobody answered and every text before left. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, exists, or_, select

from surveyapp import clock
from surveyapp.customers.cells import narrow
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import channels, checks, contact, designs, dispositions, policy, texts
from surveyapp.distribution.checks import Candidate, Known
from surveyapp.distribution.contact import Policy
from surveyapp.distribution.message_lists import REASON_NAMES
from surveyapp.distribution.models import Invitation, Message, SampleMember, Study, Wave
from surveyapp.distribution.sms.providers import configured
from surveyapp.distribution.sms.routing import Live, Need, Nowhere, choose
from surveyapp.extensions import settings
from surveyapp.findings import N_

PAGE = 100
LOST = frozenset({"held", "cancelled", "expired", "failed", "undelivered"})
GETS, MOVED, QUEUED = "gets", "moved", "queued"
NAMES = {
    GETS: N_("Gets it"),
    MOVED: N_("Gets it after the quiet hours"),
    QUEUED: N_("Has this text already"),
    "not_completed": N_("Not before they have completed"),
    "ineligible": N_("Screened out"),
    "invitation_failed": N_("The invitation could not be delivered"),
    "condition": N_("Not one of those whom this step is for"),
    "no_invitation": N_("Gets no invitation"),
    **REASON_NAMES,
}
"""What would happen → its name."""


@dataclass(frozen=True)
class Fate:
    """verdict: of NAMES. at, by (sms or email): when and how, where they get it."""

    verdict: str
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class Line:
    """A customer, and what the step would do with them."""

    number: str
    city: str
    store: str
    fate: Fate


@dataclass(frozen=True)
class Scene:
    """What does not differ between customers. steps: up to the one that is asked about."""

    study: Study
    steps: Sequence[Wave]
    shared: Policy
    routes: Sequence[Live]
    now: datetime


def of_step(
    study: Study, waves: Sequence[Wave], wave: Wave, q: str = "", after: str = ""
) -> tuple[list[Line], str]:
    """Who is drawn or invited, by number, and the number the next page starts after.

    waves: all steps of the study. q: the start of a customer's number. A page asks the same few
    questions of the database, however many people it has.
    """
    people = db.session.scalars(_people(study, q, after)).all()
    scene = _scene(study, waves, wave)
    invited = _invitations(study, people)
    sent = _messages(invited)
    candidates = {one.id: _candidate(scene, one, invited.get(one.id)) for one in people[:PAGE]}
    known = checks.known(candidates.values(), scene.shared, scene.now)
    lines = [
        Line(it.customer.number, it.customer.city, it.customer.store, _fate(scene, it, known, sent))
        for it in candidates.values()
    ]
    return lines, lines[-1].number if len(people) > PAGE else ""


def _people(study: Study, q: str, after: str) -> Select[Customer]:
    design = designs.current(study)
    drawn = exists().where(
        SampleMember.design_id == (design.id if design else 0),
        SampleMember.customer_id == Customer.id,
    )
    invited = exists().where(Invitation.study_id == study.id, Invitation.customer_id == Customer.id)
    rows = select(Customer).where(or_(drawn, invited), Customer.number > after)
    if q:
        rows = rows.where(Customer.number.startswith(narrow(q), autoescape=True))
    return rows.order_by(Customer.number).limit(PAGE + 1)


def _scene(study: Study, waves: Sequence[Wave], wave: Wave) -> Scene:
    first = [one for one in waves if one.kind == "invitation"]
    reminders = sorted((one for one in waves if one.kind == "reminder"), key=lambda one: one.after)
    before = [one for one in reminders if one.after < wave.after]
    steps = [*first, *before, wave] if wave.kind == "reminder" else [wave]
    routes = [Live(one.channel) for one in channels.standings(configured(settings()))]
    return Scene(study, steps, contact.current(), routes, clock.now())


def _invitations(study: Study, people: Sequence[Customer]) -> dict[int, Invitation]:
    """Customer → their latest invitation of the study."""
    ids = [one.id for one in people]
    rows = select(Invitation).where(
        Invitation.study_id == study.id, Invitation.customer_id.in_(ids)
    )
    return {one.customer_id: one for one in db.session.scalars(rows.order_by(Invitation.id))}


def _messages(invited: Mapping[int, Invitation]) -> dict[tuple[int, int], Message]:
    """(invitation, wave) → the text that exists."""
    ids = [one.id for one in invited.values()]
    rows = db.session.scalars(select(Message).where(Message.invitation_id.in_(ids)))
    return {(one.invitation_id, one.wave_id): one for one in rows}


def _candidate(scene: Scene, customer: Customer, invitation: Invitation | None) -> Candidate:
    """As the claim sees them; who has no invitation gets one that is never kept."""
    own = invitation or Invitation(
        study_id=scene.study.id,
        customer_id=customer.id,
        language=customer.language,
        expires_at=scene.study.closes_at,
        called_as="",
    )
    return Candidate(Message(), own, customer, scene.steps[-1], scene.study, None)


def _fate(
    scene: Scene,
    it: Candidate,
    known: Mapping[int, Known],
    texts_: Mapping[tuple[int, int], Message],
) -> Fate:
    """Of the last step, after what the steps before would have done."""
    mine, fate, left = known[it.customer.id], Fate("no_invitation"), it.invitation.invited_at
    for wave in scene.steps:
        step = replace(it, wave=wave, message=Message(not_after=_not_after(it.invitation, wave)))
        message = texts_.get((it.invitation.id, wave.id))
        if wave.kind == "reminder" and left is None and not message:
            return fate  # why they are not even invited
        fate = _kept(message) if message else _of_one(scene, step, mine, left)
        if fate.at is not None:
            mine = replace(mine, sent=[*mine.sent, (fate.at, wave.kind)])
        if wave.kind == "invitation" and left is None:
            left = scene.now if fate.verdict == QUEUED else fate.at
    return fate


def _kept(message: Message) -> Fate:
    """Of a text that was made: it leaves or left, or why it does not."""
    lost = message.state in LOST
    return Fate(message.reason or message.state) if lost else Fate(QUEUED)


def _of_one(scene: Scene, it: Candidate, known: Known, left: datetime | None) -> Fate:
    """Of a text that does not exist yet. left: when the invitation left, or would."""
    moment = scene.now
    if it.wave.kind == "invitation" and it.wave.starts_at is not None:
        moment = max(moment, it.wave.starts_at)
    if it.wave.kind == "reminder" and left is not None:
        moment = max(moment, left + it.wave.wait)
    return _decided(scene, it, known, moment)


def _decided(scene: Scene, it: Candidate, known: Known, moment: datetime) -> Fate:
    medium, decision = checks.foreseen(it, known, scene.shared, moment)
    verdict = GETS
    if isinstance(decision, policy.Wait):
        verdict, moment = MOVED, decision.until
        medium, decision = checks.foreseen(it, known, scene.shared, moment)
    if isinstance(decision, policy.Stop):
        return Fate(decision.reason)
    if reason := _not_meant(it):
        return Fate(reason)
    by = _by(scene, it, medium)
    if isinstance(by, Nowhere):
        return Fate(by.value)
    return Fate(verdict, moment, by) if by else Fate("no_text")


def _not_meant(it: Candidate) -> str:
    """Why the step does not look at them, as things stand (waves.py asks the same in SQL)."""
    invitation, kind = it.invitation, it.wave.kind
    if kind == "thank_you":
        if invitation.completed_at is None:
            return "not_completed"
        return "ineligible" if invitation.ineligible_at is not None else ""
    if kind != "reminder":
        return ""
    if invitation.failed_at is not None:
        return "invitation_failed"
    if invitation.called_as in dispositions.UNWILLING:
        return "opted_out"
    return "" if _meets(it.wave.condition, invitation) else "condition"


def _meets(condition: str, invitation: Invitation) -> bool:
    opened, started = invitation.opened_at is not None, invitation.started_at is not None
    return {"unopened": not opened, "opened": opened and not started, "begun": started}.get(
        condition, True
    )


def _not_after(invitation: Invitation, wave: Wave) -> datetime | None:
    if wave.kind == "thank_you":
        return None
    if wave.kind == "invitation":
        return invitation.text_until or invitation.expires_at
    return invitation.expires_at


def _by(scene: Scene, it: Candidate, medium: str) -> str | Nowhere:
    """By sms or email, as the channels' order has it, or why neither; empty: there is no text."""
    body = texts.choose(it.wave.texts, it.invitation.language).replace("{link}", "https://x")
    if not body:
        return ""
    customer = it.customer
    need = Need(customer.phone or "", body, 1, customer.email or "", medium)
    found = choose(need, [live.channel for live in scene.routes], scene.routes, {})
    if isinstance(found, Nowhere):
        return found
    return found.medium
