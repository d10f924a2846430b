"""Signing in and out: sessions that can be revoked, guesses that are counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts import passwords, sessions
from surveyapp.accounts.models import SignInAttempt, StaffSession, User
from surveyapp.database import db
from tests.auditing import AuditingClient
from tests.conftest import PASSWORD, add_user

SignIn = Callable[[str], AuditingClient]
EMAIL = "analyst@example.com"


def attempt(browser: AuditingClient, password: str, email: str = EMAIL) -> int:
    return browser.post("/sign-in", data={"email": email, "password": password}).status_code


def test_right_and_wrong_passwords(app: Flask, client: AuditingClient) -> None:
    add_user("analyst")
    assert attempt(client, "wrong") == 401
    assert attempt(client, PASSWORD, "nobody@example.com") == 401
    assert client.get("/customers").status_code == 302
    assert attempt(client, PASSWORD, " Analyst@Example.com ") == 302
    assert client.get("/customers").status_code == 200


def test_the_cookie_holds_no_more_than_a_token_whose_hash_is_stored(sign_in: SignIn) -> None:
    browser = sign_in("analyst")
    with browser.session_transaction() as cookie:
        token = cookie[sessions.COOKIE_KEY]
    stored = db.session.scalars(select(StaffSession.token_hash)).one()
    assert token not in stored
    assert len(token) > 30


def test_signing_out_ends_the_session_for_a_copied_cookie_too(sign_in: SignIn) -> None:
    browser = sign_in("analyst")
    with browser.session_transaction() as cookie:
        copied = dict(cookie)
    browser.post("/sign-out")
    assert browser.get("/customers").status_code == 302
    with browser.session_transaction() as cookie:
        cookie.update(copied)
    assert browser.get("/customers").status_code == 302


def test_sessions_end_when_they_expire_or_are_revoked(sign_in: SignIn) -> None:
    browser = sign_in("analyst")
    later = clock.now() + sessions.LIFETIME + timedelta(minutes=1)
    with clock.frozen(later):
        assert browser.get("/customers").status_code == 302
    assert browser.get("/customers").status_code == 200
    sessions.revoke_all(db.session.scalars(select(User)).one())
    db.session.commit()
    assert browser.get("/customers").status_code == 302


def test_a_switched_off_account_is_out_at_once_and_cannot_return(
    sign_in: SignIn, client: AuditingClient
) -> None:
    analyst, administrator = sign_in("analyst"), sign_in("administrator")
    user = db.session.scalars(select(User).where(User.role == "analyst")).one()
    administrator.post(f"/staff/{user.id}/active")
    assert analyst.get("/customers").status_code == 302
    assert attempt(client, PASSWORD) == 401
    administrator.post(f"/staff/{user.id}/active")
    assert attempt(client, PASSWORD) == 302


def test_nobody_locks_themselves_out(sign_in: SignIn) -> None:
    administrator = sign_in("administrator")
    user = db.session.scalars(select(User)).one()
    page = administrator.post(f"/staff/{user.id}/active", follow_redirects=True)
    assert "cannot switch off your own account" in page.text
    data = {"name": "x", "email": user.email, "role": "analyst", "language": "en"}
    assert "cannot change your own role" in administrator.post(f"/staff/{user.id}", data=data).text


def fail(times: int, email: str = EMAIL, address: str = "10.0.0.1") -> None:
    keys = passwords._keys(email, address)
    db.session.add_all(SignInAttempt(key=key) for key, _ in keys for _ in range(times))
    db.session.commit()


def test_an_account_is_throttled_from_any_address_and_recovers(
    app: Flask, client: AuditingClient
) -> None:
    add_user("analyst")
    fail(passwords.MOST_PER_ACCOUNT)
    assert attempt(client, PASSWORD) == 429
    with clock.frozen(clock.now() + passwords.WINDOW + timedelta(seconds=1)):
        assert attempt(client, PASSWORD) == 302


def test_an_address_is_throttled_whatever_it_guesses_at(app: Flask, client: AuditingClient) -> None:
    add_user("analyst")
    fail(passwords.MOST_PER_ADDRESS, "other@example.com", "127.0.0.1")
    assert attempt(client, PASSWORD) == 429


def test_success_forgives_the_account(app: Flask, client: AuditingClient) -> None:
    add_user("analyst")
    fail(passwords.MOST_PER_ACCOUNT - 1)
    assert attempt(client, PASSWORD) == 302
    assert not passwords.throttled(EMAIL, "10.0.0.2")


def test_passwords_are_argon2id(app: Flask) -> None:
    assert add_user("analyst").password_hash.startswith("$argon2id$")


def test_a_new_password_signs_out_everywhere(sign_in: SignIn) -> None:
    analyst, administrator = sign_in("analyst"), sign_in("administrator")
    user = db.session.scalars(select(User).where(User.role == "analyst")).one()
    data = {"name": "Ann", "email": EMAIL, "role": "analyst", "language": "en"}
    changed = administrator.post(f"/staff/{user.id}", data={**data, "password": "a new long one"})
    assert changed.status_code == 302
    assert analyst.get("/customers").status_code == 302
