"""Personal links: short tokens that are derived, never stored.

A token is 11 of 57 symbols (64 bits) that only this installation can compute from the
invitation's id and token version, so reminders repeat it and no table holds it. The database
keeps its keyed fingerprint. Raising the version makes every printed or texted copy worthless.
"""

from __future__ import annotations

import hmac

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.brands.known import known
from surveyapp.database import db, vault
from surveyapp.distribution.models import Invitation, Message
from surveyapp.distribution.outbox_states import State

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Digits and letters without 0 O 1 l I, which people confuse on paper."""
LENGTH = 11
TOKENS = len(ALPHABET) ** LENGTH
PAIRS = [second + first for first in ALPHABET for second in ALPHABET]
"""Two symbols at a time, the lower one in front: a million links take half the time."""
REVOKED, ENDED = "link.revoke", "link.end"
"""What the audit trail calls it when somebody makes a link worthless."""


def token_of(invitation: Invitation) -> str:
    """The secret of the invitation's link; the same until it is revoked. Needs an id."""
    return derived_token(invitation.id, invitation.token_version)


def derived_token(invitation_id: int, version: int) -> str:
    """The token for an invitation's id and token version."""
    secret = vault.derive(f"{invitation_id}:{version}", "invitation.token")
    number = int.from_bytes(secret, "big") % TOKENS
    symbols = ""
    for _pair in range(LENGTH // 2):
        number, two = divmod(number, len(PAIRS))
        symbols += PAIRS[two]
    return symbols + ALPHABET[number]


def hash_of(token: str) -> str:
    """Keyed fingerprint (64 hex digits) under which an invitation is found; safe to log."""
    return vault.fingerprint(token, "invitation.token")


def well_formed(token: str) -> bool:
    """Whether a text has the shape of a token (spares the database most guesses)."""
    return len(token) == LENGTH and all(symbol in ALPHABET for symbol in token)


def find(token: str) -> Invitation | None:
    """The invitation that a token opens, with its study and customer; None for any other text.

    Looked up by the keyed fingerprint, so response times tell nothing about the token. Says
    nothing about expiry or opt-out: that is the caller's to judge.
    """
    if not well_formed(token):
        return None
    fingerprint = hash_of(token)
    found = db.session.scalar(
        select(Invitation)
        .where(Invitation.token_hash == fingerprint)
        .options(joinedload(Invitation.study), joinedload(Invitation.customer))
    )
    if found is None or not hmac.compare_digest(token_of(found), token):
        return None
    return found


def url_of(invitation: Invitation) -> str:
    """The address that goes into a text."""
    return f"{known().base(invitation.study.brand_id)}/r/{token_of(invitation)}"


def opt_out_url_of(invitation: Invitation) -> str:
    """The address of the page where this customer ends all texts."""
    return f"{known().base(invitation.study.brand_id)}/o/{token_of(invitation)}"


def revoke(invitation: Invitation) -> None:
    """Give the invitation a new token in the caller's transaction: the old link is dead.

    What was answered stays, and whoever gets the new link, by a reminder, goes on there.
    """
    invitation.token_version += 1
    invitation.token_hash = hash_of(token_of(invitation))
    audit.record(REVOKED, f"invitation:{invitation.id}", version=invitation.token_version)


def end(invitation: Invitation) -> None:
    """Let the invitation's link expire now, in the caller's transaction; no text follows, and
    those that wait already end with it.
    """
    invitation.expires_at = clock.now()
    waiting = Message.state.in_((State.QUEUED, State.HELD))
    db.session.execute(
        update(Message)
        .where(Message.invitation_id == invitation.id, waiting)
        .values(not_after=invitation.expires_at)
        .execution_options(synchronize_session=False)
    )
    audit.record(ENDED, f"invitation:{invitation.id}")


def living(invitation: Invitation) -> bool:
    """Whether the link has neither expired nor led to an answer that is complete."""
    expired = invitation.expires_at is not None and invitation.expires_at <= clock.now()
    return not expired and invitation.completed_at is None
