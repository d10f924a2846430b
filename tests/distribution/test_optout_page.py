"""The customer's opt-out page: looking changes nothing, confirming ends every text."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.accounts.models import AuditEntry
from surveyapp.customers.models import Suppression
from surveyapp.database import db
from surveyapp.distribution import links
from surveyapp.distribution.models import Invitation
from tests.auditing import AuditingClient
from tests.distribution.builders import add_invitations, add_study


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    made = add_invitations(add_study(), 1)[0]
    db.session.commit()
    return made


def test_scanners_may_look_as_often_as_they_like(
    client: AuditingClient, invitation: Invitation
) -> None:
    path = f"/o/{links.token_of(invitation)}"
    for _visit in range(3):
        assert "停止" in client.get(path).get_data(as_text=True) or "Stop" in client.get(
            path
        ).get_data(as_text=True)
        assert client.head(path).status_code == 200
    db.session.expire_all()
    assert invitation.customer.opted_out_at is None
    assert db.session.scalar(select(func.count()).select_from(Suppression)) == 0
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_confirming_ends_all_texts_at_once(
    client: AuditingClient, invitation: Invitation, app: Flask
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    path = f"/o/{links.token_of(invitation)}?lang=en"
    assert "Stop all our texts?" in client.get(path).get_data(as_text=True)
    assert "Our texts have stopped" in client.post(path).get_data(as_text=True)
    assert "Our texts have stopped" in client.post(path).get_data(as_text=True)
    assert "Our texts have stopped" in client.get(path).get_data(as_text=True)
    db.session.expire_all()
    assert invitation.customer.opted_out_at is not None
    assert invitation.opted_out_at is not None
    assert db.session.scalar(select(func.count()).select_from(Suppression)) == 1
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.detail["reason"]) == ("customer.opt_out", "link")


@pytest.mark.parametrize("token", ["nonsense", "2" * 11])
def test_a_forged_link_says_how_to_opt_out_instead(
    client: AuditingClient, app: Flask, token: str
) -> None:
    for answer in (client.get(f"/o/{token}?lang=en"), client.post(f"/o/{token}?lang=en")):
        assert answer.status_code == 404
        assert "not valid" in answer.get_data(as_text=True)
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_speaks_the_customers_language(
    client: AuditingClient, invitation: Invitation
) -> None:
    path = f"/o/{links.token_of(invitation)}"
    assert '<html lang="zh-Hans">' in client.get(path).get_data(as_text=True)
    assert '<html lang="en">' in client.get(f"{path}?lang=en").get_data(as_text=True)
    invitation.language = "en"
    db.session.commit()
    assert '<html lang="en">' in client.get(path).get_data(as_text=True)
    english = client.get("/o/nonsense", headers={"Accept-Language": "fr, en-GB;q=0.8"})
    assert '<html lang="en">' in english.get_data(as_text=True)
