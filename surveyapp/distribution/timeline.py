"""Everything that happened to one invitation, in order: for the staff who must explain it.

What happens in packages above this one is told by them: they add a teller when the application
starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import links
from surveyapp.distribution.models import Attempt, InboundText, Invitation, Message, Receipt, Wave
from surveyapp.findings import N_

EXTENSION = "distribution.timeline"
MOMENTS = {
    "created_at": N_("Invited to the study"),
    "opened_at": N_("Opened the questionnaire"),
    "started_at": N_("Gave the first answer"),
    "completed_at": N_("Completed"),
    "opted_out_at": N_("Opted out"),
}
QUEUED = N_("Text queued")
CALLED = N_("Handed to the provider")
REPORTED = N_("Provider reported a status")
REPLIED = N_("Replied by text")
ANSWERED = N_("Answered by text")
ENDED = N_("Text not sent")
LINKS = {links.REVOKED: N_("Link revoked"), links.ENDED: N_("Link ended")}


@dataclass(frozen=True)
class Happening:
    """One thing that happened. what: English msgid. detail: codes and states, no contact
    data; of a free reply its words. step: the one whose text it was.
    """

    at: datetime
    what: str
    detail: str = ""
    message_id: int | None = None
    step: Wave | None = None


Teller = Callable[[int], Iterable[Happening]]
"""What another package knows of an invitation, by its id."""


def add_teller(app: Flask, teller: Teller) -> None:
    """Let `teller` tell its part of every timeline."""
    app.extensions.setdefault(EXTENSION, []).append(teller)


def timeline(invitation_id: int) -> list[Happening]:
    """What happened to an invitation and its texts, oldest first."""
    invitation = db.session.get_one(Invitation, invitation_id)
    found = [*_moments(invitation), *_texts(invitation_id), *_replies(invitation_id)]
    found += _links(invitation_id)
    tellers: list[Teller] = current_app.extensions.get(EXTENSION, [])
    found += [happening for teller in tellers for happening in teller(invitation_id)]
    return sorted(found, key=lambda happening: happening.at)


def _moments(invitation: Invitation) -> Iterator[Happening]:
    for name, what in MOMENTS.items():
        if at := getattr(invitation, name):
            yield Happening(at, what)


def _links(invitation_id: int) -> Iterator[Happening]:
    rows = select(AuditEntry).where(
        AuditEntry.action.in_(LINKS), AuditEntry.subject == f"invitation:{invitation_id}"
    )
    for entry in db.session.scalars(rows):
        yield Happening(entry.at, LINKS[entry.action], entry.actor)


def _texts(invitation_id: int) -> Iterator[Happening]:
    rows = db.session.execute(
        select(Message, Wave)
        .join(Wave, Wave.id == Message.wave_id)
        .where(Message.invitation_id == invitation_id)
    ).all()
    for message, wave in rows:
        yield Happening(message.created_at, QUEUED, message.variant, message.id, wave)
        if message.reason:
            detail = " ".join(filter(None, (message.state, message.reason, message.error_code)))
            yield Happening(message.due_at, ENDED, detail, message.id, wave)
    steps = {message.id: wave for message, wave in rows}
    for attempt in db.session.scalars(select(Attempt).where(Attempt.message_id.in_(steps))):
        words = (f"{attempt.number}:", attempt.channel, attempt.outcome or "out", attempt.detail)
        detail = " ".join(filter(None, words))
        of = attempt.message_id
        yield Happening(attempt.started_at, CALLED, detail, of, steps[of])
    for receipt in db.session.scalars(select(Receipt).where(Receipt.message_id.in_(steps))):
        detail = f"{receipt.status} {receipt.error_code}".strip()
        yield Happening(receipt.received_at, REPORTED, detail, receipt.message_id)


def _replies(invitation_id: int) -> Iterator[Happening]:
    rows = select(InboundText).where(InboundText.invitation_id == invitation_id)
    for text in db.session.scalars(rows):
        what = ANSWERED if text.kind == "answer" else REPLIED
        yield Happening(text.received_at, what, text.body if text.kind == "reply" else text.kind)
