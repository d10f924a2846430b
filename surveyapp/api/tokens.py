"""Tokens: made once, shown once, checked in constant time, counted per minute."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import case, select, update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.api.models import ApiToken
from surveyapp.database import db

PREFIX = "sa"
PER_MINUTE = 120
"""Requests that one token may make in a minute."""


def create(name: str) -> tuple[ApiToken, str]:
    """A new token in the caller's transaction, and its text, which nobody can read again."""
    selector, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    token = ApiToken(
        name=name, selector=selector, secret_hash=_hash(secret), created_by=audit.actor()
    )
    db.session.add(token)
    db.session.flush()
    audit.record("api.token_create", f"token:{token.id}")
    return token, f"{PREFIX}_{selector}_{secret}"


def revoke(token: ApiToken) -> None:
    """Let nobody in by it any more, in the caller's transaction."""
    token.revoked_at = token.revoked_at or clock.now()
    audit.record("api.token_revoke", f"token:{token.id}")


def find(text: str) -> ApiToken | None:
    """The token of this text; None for one that is unknown, wrong or revoked.

    The same work is done in each case, and the hashes are compared in constant time.
    """
    prefix, _, rest = text.partition("_")
    selector, _, secret = rest.partition("_")
    token = db.session.scalar(select(ApiToken).where(ApiToken.selector == selector[:16]))
    expected = token.secret_hash if token else "0" * 64
    same = hmac.compare_digest(_hash(secret), expected)
    return token if token and same and prefix == PREFIX and token.revoked_at is None else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def admit(token: ApiToken) -> bool:
    """Count one request and commit; False when this minute's are used up.

    The database counts, so that every server process sees the same number.
    """
    now = clock.now()
    minute = int(now.timestamp() // 60)
    new = ApiToken.minute != minute
    row = (ApiToken.id == token.id) & (new | (ApiToken.requests < PER_MINUTE))
    counted = db.session.scalar(
        update(ApiToken)
        .where(row)
        .values(
            minute=minute, requests=case((new, 1), else_=ApiToken.requests + 1), last_used_at=now
        )
        .returning(ApiToken.id)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return counted is not None
