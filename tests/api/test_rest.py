"""Other systems send events: under a token, idempotently, with codes for what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.api import tokens
from surveyapp.api.models import ApiToken
from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.database import db
from tests.auditing import AuditingClient

NOW = datetime(2026, 11, 30, 4, 0, 30, tzinfo=UTC)
ORDER = {
    "event_id": "O1",
    "kind": "purchase",
    "happened_at": "2026-11-23T18:05:00+08:00",
    "number": "C1",
    "store": "上海一店",
    "product_line": "appliance",
    "amount": 1299.10,
}
CASE = {**ORDER, "event_id": "S1", "kind": "service_case", "amount": None}
Send = Callable[..., Any]


@pytest.fixture
def token(any_app: Flask) -> str:
    _row, text = tokens.create("tills")
    db.session.commit()
    return text


@pytest.fixture
def send(any_app: Flask, token: str) -> Send:
    def call(body: object, *, of: str = "events", bearer: str = token) -> Any:
        with clock.frozen(NOW):
            return any_app.test_client().post(
                f"/api/v1/{of}",
                json=body,
                headers={"Authorization": f"Bearer {bearer}", "Accept-Language": "en"},
            )

    return call


def test_events_go_in_and_the_same_again_changes_nothing(send: Send) -> None:
    first = send([ORDER, CASE])
    assert first.status_code == 200
    assert first.json["created"] == 2
    assert [note["code"] for note in first.json["notes"]] == ["event.customer_unknown"] * 2
    assert send([ORDER, CASE]).json["unchanged"] == 2
    closed = {**CASE, "closed_at": "2026-11-24T01:00:00Z"}
    assert send([closed]).json["updated"] == 1
    found = {e.event_id: e for e in db.session.scalars(select(Event))}
    assert found["O1"].amount == Decimal("1299.10")
    assert found["O1"].happened_at == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
    assert found["S1"].closed_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert db.session.scalars(select(AuditEntry.action)).all().count("api.events") == 3


def test_wrong_items_are_named_and_the_others_go_in(send: Send) -> None:
    bad = [
        {**ORDER, "event_id": "B1", "happened_at": "2026-11-23T18:05:00"},
        {**ORDER, "event_id": "B2", "amount": -1},
        {**ORDER, "event_id": "B3", "colour": "red"},
        {**ORDER, "event_id": "B4", "store": ["a"]},
        {**ORDER, "event_id": None},
    ]
    answer = send([*bad, ORDER]).json
    assert answer["created"] == 1
    assert [(e["index"], e["key"], e["code"]) for e in answer["errors"]] == [
        (0, "B1", "event.no_zone"),
        (1, "B2", "event.amount_negative"),
        (2, "B3", "api.unknown_field"),
        (3, "B4", "api.not_a_value"),
        (4, None, "event.no_event_id"),
    ]
    assert "Write for example 2026-11-23T18:05:00+08:00" in answer["errors"][0]["message"]


def test_customers_too(send: Send) -> None:
    person = {"number": "C1", "phone": "13800138000", "city": "上海", "consent": True}
    send([ORDER])
    assert send([person], of="customers").json["created"] == 1
    assert send([person], of="customers").json["unchanged"] == 1
    customer = db.session.scalars(select(Customer)).one()
    assert (customer.consent, customer.phone) == (True, "+8613800138000")
    assert db.session.scalars(select(Event)).one().customer_id == customer.id


@pytest.mark.parametrize("change", [lambda t: "", lambda t: t[:-1], lambda t: "x" + t, str.upper])
def test_without_the_right_token_nothing_goes_in(
    send: Send, token: str, change: Callable[[str], str]
) -> None:
    answer = send([ORDER], bearer=change(token))
    assert (answer.status_code, answer.json["code"]) == (401, "api.no_token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert db.session.scalars(select(Event)).all() == []


def test_a_revoked_token_is_none(send: Send) -> None:
    tokens.revoke(db.session.scalars(select(ApiToken)).one())
    db.session.commit()
    assert send([ORDER]).status_code == 401


def test_bodies_that_are_no_lists_are_refused(send: Send) -> None:
    assert (send(ORDER).status_code, send(ORDER).json["code"]) == (422, "api.not_a_list")
    assert send([]).json["code"] == "api.item_count"


def test_other_addresses_and_ways_answer_in_json(send: Send, any_app: Flask, token: str) -> None:
    got = any_app.test_client().get("/api/v1/events", headers={"Authorization": f"Bearer {token}"})
    assert got.status_code in {401, 405}


def test_a_token_is_counted_by_the_minute(any_app: Flask, token: str) -> None:
    row = db.session.scalars(select(ApiToken)).one()
    with clock.frozen(NOW):
        admitted = [tokens.admit(row) for _ in range(tokens.PER_MINUTE + 2)]
    assert admitted == [True] * tokens.PER_MINUTE + [False] * 2
    with clock.frozen(NOW + timedelta(minutes=1)):
        assert tokens.admit(row)


def test_too_many_calls_are_told_to_wait(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "PER_MINUTE", 1)
    assert send([ORDER]).status_code == 200
    answer = send([ORDER])
    assert (answer.status_code, answer.json["code"]) == (429, "api.too_many")
    assert answer.headers["Retry-After"] == "60"


def test_the_secret_is_not_in_the_database(any_app: Flask, token: str) -> None:
    row = db.session.scalars(select(ApiToken)).one()
    assert token.split("_", 2)[2] not in str(vars(row))
    assert tokens.find(token) is row


def test_an_administrator_makes_and_revokes_tokens(app: Flask, staff: AuditingClient) -> None:
    assert "No system calls yet" in staff.get("/api-tokens").text
    assert staff.post("/api-tokens", data={"name": " "}).status_code == 422
    page = staff.post("/api-tokens", data={"name": "Tills"}).text
    text = page.partition('id="token">')[2].partition("<")[0]
    row = tokens.find(text)
    assert row is not None
    assert row.created_by == "administrator@example.com"
    assert text not in staff.get("/api-tokens").text, "it is shown once"
    staff.post(f"/api-tokens/{row.id}/revoke")
    assert tokens.find(text) is None
    assert "Revoked" in staff.get("/api-tokens").text
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert {"api.token_create", "api.token_revoke"} <= set(actions)


def test_only_administrators_see_tokens(sign_in: Callable[[str], AuditingClient]) -> None:
    assert sign_in("researcher").get("/api-tokens").status_code == 403
