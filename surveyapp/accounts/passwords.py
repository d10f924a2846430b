"""Passwords: argon2id, and a limit on guessing that lives in the database."""

from __future__ import annotations

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select

from surveyapp import clock
from surveyapp.accounts.models import SignInAttempt, User
from surveyapp.database import db, vault

WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT = 8
MOST_PER_ADDRESS = 60

_hasher = PasswordHasher()
_decoy = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """argon2id hash with its parameters and salt."""
    return _hasher.hash(password)


def _keys(email: str, address: str) -> tuple[tuple[str, int], ...]:
    return (
        (vault.fingerprint(email.strip().lower(), "sign-in account"), MOST_PER_ACCOUNT),
        (vault.fingerprint(address, "sign-in address"), MOST_PER_ADDRESS),
    )


def throttled(email: str, address: str) -> bool:
    """True when the account or the address has failed too often in the last 15 minutes."""
    since = clock.now() - WINDOW
    for key, most in _keys(email, address):
        count = select(func.count()).where(SignInAttempt.key == key, SignInAttempt.at > since)
        if (db.session.scalar(count) or 0) >= most:
            return True
    return False


def authenticate(email: str, password: str, address: str) -> User | None:
    """The active user with this password, or None; a failure is counted.

    An unknown address costs the same time as a wrong password.
    """
    user = db.session.scalar(select(User).where(User.email == email.strip().lower()))
    if _matches(user.password_hash if user else _decoy, password) and user and user.active:
        keys = [key for key, _ in _keys(email, address)[:1]]
        db.session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_(keys)))
        return user
    for key, _ in _keys(email, address):
        db.session.add(SignInAttempt(key=key))
    return None


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
