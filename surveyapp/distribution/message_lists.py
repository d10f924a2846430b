"""The outbox as staff see it: counts by state, and pages of messages with masked numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from surveyapp.customers.models import Customer
from surveyapp.customers.phones import masked
from surveyapp.database import db
from surveyapp.distribution.models import Invitation, Message, Study, Wave
from surveyapp.distribution.outbox_states import State
from surveyapp.findings import N_

PAGE = 100
STATE_NAMES = {
    State.QUEUED: N_("Waiting"),
    State.SENDING: N_("Being sent"),
    State.ACCEPTED: N_("Accepted"),
    State.SENT: N_("Sent"),
    State.DELIVERED: N_("Delivered"),
    State.UNDELIVERED: N_("Not delivered"),
    State.FAILED: N_("Failed"),
    State.UNKNOWN: N_("Outcome unknown"),
    State.HELD: N_("Held back"),
    State.CANCELLED: N_("Cancelled"),
    State.EXPIRED: N_("Expired"),
}
REASON_NAMES = {
    "quiet_hours": N_("Quiet hours"),
    "paused": N_("Paused"),
    "erased": N_("Customer erased"),
    "merged": N_("Merged into another customer"),
    "opted_out": N_("Opted out"),
    "no_phone": N_("No phone number"),
    "no_email": N_("No e-mail address"),
    "answered": N_("Already answered"),
    "study_closed": N_("Study closed"),
    "study_ended": N_("After the closing date"),
    "contact_cap": N_("At the contact cap"),
    "group_cap": N_("At the cap of their group"),
    "too_late": N_("Too late"),
    "never_allowed_hours": N_("The allowed hours never open"),
    "link_refused_cn": N_("Link to +86 refused by the provider"),
    "no_text": N_("No text in any language"),
    "wave_stopped": N_("Texting was stopped"),
    "no_route": N_("No channel reaches this customer"),
    "no_channel": N_("The channels are paused or in trouble"),
    "budget": N_("The day's budget is spent"),
    "outcome_unknown": N_("Not known whether it was sent"),
    "provider_transient": N_("The provider could not be reached"),
    "provider_throttled": N_("The provider asked to slow down"),
    "provider_blocked": N_("The provider refuses every text"),
    "gave_up": N_("Given up after many tries"),
    "rejected": N_("Refused by the provider"),
    "undelivered": N_("Not delivered by the carrier"),
}
"""Names of the commonest reasons; others are shown as they are recorded."""


@dataclass(frozen=True)
class Line:
    """One message in a list; `phone` is masked."""

    message: Message
    wave: Wave
    number: str
    phone: str


def state_counts(study: Study) -> dict[str, int]:
    """State → messages of the study, only states in use, in the order of a message's life."""
    rows = db.session.execute(
        select(Message.state, func.count())
        .join(Wave, Wave.id == Message.wave_id)
        .where(Wave.study_id == study.id)
        .group_by(Message.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {state.value: found[state] for state in STATE_NAMES if state in found}


def page(study: Study, state: str = "", before: int | None = None) -> tuple[list[Line], int | None]:
    """Messages, newest first, and the id that the next page starts before (None: the end)."""
    query = (
        select(Message, Wave, Customer.number, Customer.phone)
        .join(Wave, Wave.id == Message.wave_id)
        .join(Invitation, Invitation.id == Message.invitation_id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .where(Wave.study_id == study.id)
        .order_by(Message.id.desc())
        .limit(PAGE + 1)
    )
    if state:
        query = query.where(Message.state == state)
    if before is not None:
        query = query.where(Message.id < before)
    rows = db.session.execute(query).all()
    lines = [_line(*row) for row in rows[:PAGE]]
    return lines, lines[-1].message.id if len(rows) > PAGE else None


def of_invitation(invitation_id: int) -> Sequence[Message]:
    """The messages of one invitation, oldest first."""
    query = select(Message).where(Message.invitation_id == invitation_id)
    return db.session.scalars(query.order_by(Message.id)).all()


def _line(message: Message, wave: Wave, number: str, phone: str | None) -> Line:
    return Line(message, wave, number, masked(phone) if phone else "–")
