"""What customers text back: an opt-out ends everything at once, any other reply is kept."""

from __future__ import annotations

from blinker import Namespace
from flask import current_app
from sqlalchemy import select, update

from surveyapp import clock
from surveyapp.customers import addresses
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db
from surveyapp.distribution import contact, optout, texts
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import InboundText, Invitation
from surveyapp.distribution.stop_words import classify, plain

reply_received = Namespace().signal("reply-received")
"""Sent for each free reply with `invitation_id` and `body`; a listener that accepted it as an
answer returns True. It must be harmless when repeated."""
PROVIDERS = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
)
"""Those that Twilio confirms itself; a second confirmation would be a nuisance."""


def receive(sid: str, phone: str, body: str) -> str | None:
    """Take in a text from `phone` (E.164) and commit; its kind, None when it was known already.

    A reply that comes again was not acknowledged: perhaps nobody read it, so it is offered again,
    which is harmless where it was.
    """
    phone_hash = addresses.of_phone(phone)
    kind = classify(body, contact.current().stop_words)
    row = insert_missing(InboundText).values(
        provider_sid=sid,
        phone_hash=phone_hash,
        body=body,
        kind=kind,
        invitation_id=_newest_invitation(phone_hash),
        received_at=clock.now(),
    )
    fresh = db.session.scalar(row.returning(InboundText.id)) is not None
    if fresh and kind == "opt_out":
        optout.opt_out_phone(phone_hash, "reply")
    if fresh:
        db.session.commit()
    else:
        db.session.rollback()
    if kind == "reply":
        kind = _offered(sid)
    return kind if fresh else None


def _offered(sid: str) -> str:
    """Let whoever understands replies read this one; what it is then."""
    found = db.session.scalars(select(InboundText).where(InboundText.provider_sid == sid)).one()
    inbound_id, invitation_id, body = found.id, found.invitation_id, found.body
    kind = found.kind
    db.session.rollback()  # whoever listens takes a connection of its own
    if kind != "reply" or invitation_id is None:
        return kind
    application = current_app._get_current_object()  # type: ignore[attr-defined]
    heard = reply_received.send(application, invitation_id=invitation_id, body=body)
    if not any(taken for _, taken in heard):
        return "reply"
    db.session.execute(
        update(InboundText).where(InboundText.id == inbound_id).values(kind="answer")
    )
    db.session.commit()
    return "answer"


def confirmation(phone: str, body: str) -> str:
    """What is answered to the first opt-out of a phone, in the customer's language.

    Nothing to the provider's own words, which it answers itself, nor to who opted out before.
    """
    shared, phone_hash = contact.current(), addresses.of_phone(phone)
    said = classify(body, shared.stop_words) == "opt_out" and plain(body) not in PROVIDERS
    if not said or db.session.get(Suppression, phone_hash) is not None:
        return ""
    languages = select(Customer.language).where(Customer.phone_hash == phone_hash).limit(1)
    return texts.choose(shared.confirmation, db.session.scalar(languages) or "zh-Hans")


def _newest_invitation(phone_hash: str) -> int | None:
    """What the text most likely answers."""
    return db.session.scalar(
        select(Invitation.id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .where(Customer.phone_hash == phone_hash, Invitation.invited_at.is_not(None))
        .order_by(Invitation.invited_at.desc())
        .limit(1)
    )
