"""Personal links: short tokens that are computed, never stored.

A token is 11 of 57 symbols that only this installation can compute: a secret permutation of 64 bits
(`Vault.permuted`) of the invitation's id and token version, which takes it back to them when the
link is opened. So reminders repeat it, no table holds it, not even its hash, and no index of it is
to be kept. Whoever guesses has one chance in 2⁶⁴ for each living link. Raising the version makes
every printed or texted copy worthless.

Older links were derived otherwise and are found by a fingerprint. An invitation that has one keeps
its link until it is revoked.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, bindparam, select, update
from sqlalchemy.orm import joinedload

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.brands.known import known
from surveyapp.database import db, vault
from surveyapp.distribution.link_symbols import TOKENS, read, well_formed, written
from surveyapp.distribution.models import Invitation, Message
from surveyapp.distribution.outbox_states import State

PURPOSE = "invitation.token"
BITS = 32
"""Of the token version; as many are the id's."""
MOST = 2**31 - 1
"""The largest number that a column holds."""
REVOKED, ENDED = "link.revoke", "link.end"
"""What the audit trail calls it when somebody makes a link worthless."""
WAYS: dict[str, ColumnElement[bool]] = {
    "number": and_(
        Invitation.id == bindparam("of"),
        Invitation.token_version == bindparam("version"),
        Invitation.token_hash.is_(None),
    ),
    "fingerprint": Invitation.token_hash == bindparam("fingerprint"),
}
"""How the invitation of a token is found; `lookups` gives the values."""


def token_of(invitation: Invitation) -> str:
    """The secret of the invitation's link; the same until it is revoked. Needs an id."""
    made = derived_token if invitation.token_hash is None else older_token
    return made(invitation.id, invitation.token_version)


def derived_token(invitation_id: int, version: int) -> str:
    """The token for an invitation's id and token version, each below 2³²."""
    return written(vault.permuted(invitation_id << BITS | version, PURPOSE))


def older_token(invitation_id: int, version: int) -> str:
    """The same for an invitation that has a fingerprint."""
    secret = vault.derive(f"{invitation_id}:{version}", PURPOSE)
    return written(int.from_bytes(secret, "big") % TOKENS)


def hash_of(token: str) -> str:
    """Keyed fingerprint (64 hex digits) that names a link and tells nothing about it."""
    return vault.fingerprint(token, PURPOSE)


def lookups(token: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The ways to look for a token's invitation, one after the other; none for any other text.

    What a guess asks the database is as random as the permutation is, so response times tell
    nothing about tokens that open something.
    """
    if not well_formed(token):
        return
    number = read(token)
    if number < 2 ** (2 * BITS):
        of, version = divmod(vault.restored(number, PURPOSE), 2**BITS)
        if of <= MOST and version <= MOST:
            yield "number", {"of": of, "version": version}
    yield "fingerprint", {"fingerprint": hash_of(token)}


def find(token: str) -> Invitation | None:
    """The invitation that a token opens, with its study and customer; None for any other text.

    Says nothing about expiry or opt-out: that is the caller's to judge.
    """
    together = (joinedload(Invitation.study), joinedload(Invitation.customer))
    for way, given in lookups(token):
        rows = select(Invitation).where(WAYS[way]).options(*together)
        found = db.session.scalar(rows, given)
        if found is not None and hmac.compare_digest(token_of(found), token):
            return found
    return None


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
    invitation.token_hash = None
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
