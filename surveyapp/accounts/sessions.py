"""Signed-in browsers: a random token in the cookie, its hash in a row that can be revoked."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import session
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from surveyapp import clock
from surveyapp.accounts.models import StaffSession, User
from surveyapp.database import db, vault

LIFETIME = timedelta(hours=12)
COOKIE_KEY = "staff"


def _hash(token: str) -> str:
    return vault.fingerprint(token, "staff session")


def sign_in(user: User) -> None:
    """Start a session for `user` in this browser (a fresh one: no fixation)."""
    token = secrets.token_urlsafe(32)
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session[COOKIE_KEY] = token
    expires = clock.now() + LIFETIME
    db.session.add(StaffSession(token_hash=_hash(token), user_id=user.id, expires_at=expires))


def sign_out() -> None:
    """Revoke this browser's session."""
    token = session.pop(COOKIE_KEY, None)
    if token:
        rows = StaffSession.token_hash == _hash(token)
        db.session.execute(update(StaffSession).where(rows).values(revoked_at=clock.now()))


def current_user() -> User | None:
    """The user of this browser's session: neither expired nor revoked, and still active."""
    token = session.get(COOKIE_KEY)
    if not token:
        return None
    found = db.session.scalar(
        select(StaffSession)
        .options(joinedload(StaffSession.user))
        .where(
            StaffSession.token_hash == _hash(token),
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > clock.now(),
        )
    )
    return found.user if found and found.user.active else None


def revoke_all(user: User) -> None:
    """Sign `user` out everywhere."""
    rows = (StaffSession.user_id == user.id) & StaffSession.revoked_at.is_(None)
    db.session.execute(update(StaffSession).where(rows).values(revoked_at=clock.now()))
