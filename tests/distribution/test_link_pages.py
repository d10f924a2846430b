"""One person's link, revoked or ended on the page of their invitation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import links, sweeping
from surveyapp.distribution.models import Invitation, Message
from tests.answering.world import build
from tests.auditing import AuditingClient
from tests.distribution.builders import add_study

SignIn = Callable[[str], AuditingClient]


def page_of(one: Invitation) -> str:
    return f"/studies/{one.study_id}/messages/{one.id}"


def trail() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = select(AuditEntry.action, AuditEntry.subject).where(AuditEntry.action.like("link.%"))
    return [tuple(row) for row in db.session.execute(rows)]


def test_a_revoked_link_is_dead_and_the_next_one_lives(app: Flask, sign_in: SignIn) -> None:
    world = build("single")
    one = db.session.scalars(select(Invitation)).one()
    browser, customer = sign_in("researcher"), app.test_client()
    assert "Open as long as the study is" in browser.get(page_of(one)).get_data(as_text=True)
    assert browser.post(f"{page_of(one)}/revoke").status_code == 302
    assert customer.get(world.url).headers["X-Survey"] == "unknown"
    db.session.expire_all()
    assert customer.get(f"/r/{links.token_of(one)}").headers["X-Survey"] == "open"
    assert trail() == [("link.revoke", f"invitation:{one.id}")]
    assert "Link revoked" in browser.get(page_of(one)).get_data(as_text=True)


def test_an_ended_link_is_dead_and_what_waits_ends(app: Flask, sign_in: SignIn) -> None:
    world = build("single")
    one = db.session.scalars(select(Invitation)).one()
    waiting = Message(invitation_id=one.id, due_at=clock.now() + timedelta(days=1))
    waiting.wave_id = _wave(world.study.id)
    db.session.add(waiting)
    db.session.commit()
    browser = sign_in("researcher")
    assert browser.post(f"{page_of(one)}/end").status_code == 302
    assert app.test_client().get(world.url).headers["X-Survey"] == "gone"
    page = browser.get(page_of(one)).get_data(as_text=True)
    assert "it opens nothing any more" in page
    assert "Revoke the link" not in page
    assert sweeping.sweep() == 1
    db.session.expire_all()
    assert db.session.scalars(select(Message)).one().state == "expired"
    browser.post(f"{page_of(one)}/revoke")
    assert trail() == [("link.end", f"invitation:{one.id}")]


def _wave(study_id: int) -> int:
    from surveyapp.distribution.models import Wave

    wave = Wave(study_id=study_id, kind="reminder", number=1)
    db.session.add(wave)
    db.session.flush()
    return wave.id


def test_others_may_not_and_elsewhere_there_is_nothing(app: Flask, sign_in: SignIn) -> None:
    build("single")
    one = db.session.scalars(select(Invitation)).one()
    other = add_study()
    db.session.commit()
    assert sign_in("viewer").post(f"{page_of(one)}/end").status_code == 403
    browser = sign_in("researcher")
    assert browser.post(f"/studies/{other.id}/messages/{one.id}/end").status_code == 404
    assert browser.post(f"{page_of(one)}/forget").status_code == 404
    assert trail() == []
