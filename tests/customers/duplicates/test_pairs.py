"""Pairs are proposed, merged with their events, told apart for good, and all of it taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.customers import addresses
from surveyapp.customers.duplicates import deciding, finding
from surveyapp.customers.duplicates.models import DuplicatePair
from surveyapp.customers.events.models import Event
from surveyapp.customers.events.writing import write
from surveyapp.customers.models import Customer
from surveyapp.customers.rows import Row
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.jobs.running import run_waiting
from tests.auditing import AuditingClient


def person(number: str, **values: Any) -> Customer:
    if email := values.get("email"):
        values["email_hash"] = addresses.of_email(email)
    customer = Customer(number=number, **values)
    db.session.add(customer)
    db.session.commit()
    return customer


def bought(number: str, event_id: str) -> None:
    values = {"event_id": event_id, "kind": "purchase", "happened_at": clock.now()}
    write([Row(1, {**values, "number": number})])


def found() -> list[DuplicatePair]:
    finding.find(lambda *_: None)
    return list(db.session.scalars(select(DuplicatePair).order_by(DuplicatePair.id)))


def owner(event_id: str) -> int | None:
    db.session.expire_all()
    return db.session.scalars(select(Event.customer_id).where(Event.event_id == event_id)).one()


@pytest.fixture
def two(any_app: Flask) -> tuple[Customer, Customer]:
    """Two records of one person, with a purchase each."""
    one = person("A", phone_hash="h1", name="王小明", city="上海")
    other = person("B", phone_hash="h1", name="王小明", city="上海")
    bought("A", "E1")
    bought("B", "E2")
    return one, other


def test_pairs_are_proposed_once_with_their_reasons(any_app: Flask) -> None:
    for n in range(2):
        person(f"P{n}", phone_hash="h1", name="王小明")
        person(f"S{n}", name="李丽", city="上海", store="一店")
        person(f"C{n}", name="张伟", city="上海")
        person(f"F{n}", phone_hash="h2", name=f"家人{n}")
        person(f"E{n}", phone_hash=f"e{n}", email=("Li.Li@example.com", "li.li@example.com")[n])
        person(f"M{n}", email="family@example.com", name=f"家人{n}")
    for n in range(6):
        person(f"D{n}", phone_hash="dummy")
        person(f"I{n}", email="info@example.com")
    pairs = found()
    assert [(p.first.number, p.second.number, p.reasons) for p in pairs] == [
        ("P0", "P1", ["phone", "name"]),
        ("S0", "S1", ["name", "city", "store"]),
        ("E0", "E1", ["email"]),
    ]
    assert len(found()) == 3


def test_a_merge_moves_events_and_can_be_taken_back(two: tuple[Customer, Customer]) -> None:
    one, other = two
    other.opted_out_at = clock.now()
    db.session.commit()
    (pair,) = found()
    deciding.merge(pair, one.id)
    db.session.commit()
    assert (owner("E1"), owner("E2")) == (one.id, one.id)
    assert other.merged_into_id == one.id
    assert one.opted_out_at == other.opted_out_at
    bought("B", "E3")
    assert owner("E3") == one.id, "what comes later under the old number belongs to who goes on"
    assert found() == [pair]
    deciding.take_back(pair)
    db.session.commit()
    assert [owner(e) for e in ("E1", "E2", "E3")] == [one.id, other.id, other.id]
    assert (other.merged_into_id, one.opted_out_at) == (None, None)
    assert pair.state == "proposed"
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert {"duplicates.merged", "duplicates.proposed"} <= set(actions)


def test_the_second_may_go_on_as_well(two: tuple[Customer, Customer]) -> None:
    one, other = two
    (pair,) = found()
    deciding.merge(pair, other.id)
    db.session.commit()
    assert (owner("E1"), one.merged_into_id) == (other.id, other.id)
    deciding.take_back(pair)
    db.session.commit()
    assert owner("E1") == one.id


def test_events_that_wait_join_who_goes_on(two: tuple[Customer, Customer], tmp_path: Any) -> None:
    from tests.customers.conftest import do_import, table
    from tests.customers.conftest import person as row

    one, _other = two
    db.session.delete(db.session.scalars(select(Event).where(Event.event_id == "E2")).one())
    (pair,) = found()
    deciding.merge(pair, one.id)
    db.session.commit()
    waiting = {"event_id": "W", "kind": "visit", "happened_at": clock.now()}
    db.session.add(Event(customer_number="B", **waiting))
    db.session.commit()
    do_import(table(row(1, 客户编号="B")), tmp_path)
    assert owner("W") == one.id


def test_two_people_are_never_proposed_again(two: tuple[Customer, Customer]) -> None:
    (pair,) = found()
    deciding.different(pair)
    db.session.commit()
    assert [p.state for p in found()] == ["different"]
    deciding.take_back(pair)
    assert pair.state == "proposed"


def test_what_was_decided_in_the_meantime_is_refused(two: tuple[Customer, Customer]) -> None:
    one, other = two
    third = person("C", phone_hash="h1", name="王小明", city="上海")
    pairs = {(p.first_id, p.second_id): p for p in found()}
    deciding.merge(pairs[one.id, other.id], one.id)
    for pair in (pairs[one.id, other.id], pairs[other.id, third.id]):
        with pytest.raises(SurveyError, match=r"duplicates\.busy"):
            deciding.merge(pair, pair.first_id)
    with pytest.raises(SurveyError, match=r"duplicates\.busy"):
        deciding.merge(pairs[one.id, third.id], third.id)
    deciding.merge(pairs[one.id, third.id], one.id)


def test_a_researcher_decides_on_the_page(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    browser = sign_in("researcher")
    assert "No pairs here" in browser.get("/customers/duplicates").text
    one = person("A", phone_hash="h1", phone="+8613800138000", name="王小明")
    other = person("B", phone_hash="h1", phone="+8613800138000", name="王小明")
    browser.post("/customers/duplicates")
    browser.post("/customers/duplicates")
    assert "Waiting for its turn" in browser.get("/customers/duplicates").text
    assert run_waiting() == 1
    page = browser.get("/customers/duplicates").text
    assert "Same phone +60" in page
    assert "王小明" not in page, "contact data stays behind its mask"
    pair = db.session.scalars(select(DuplicatePair)).one()
    there = f"/customers/duplicates/{pair.id}"
    browser.post(f"{there}/merge", data={"keep": other.id})
    assert "B goes on." in browser.get("/customers/duplicates?state=merged").text
    assert "this customer goes on as another one" in browser.get(f"/customers/{one.id}").text
    assert ">A<" not in browser.get("/customers").text
    browser.post(f"{there}/different")
    assert "in the meantime" in browser.get("/customers/duplicates").text
    browser.post(f"{there}/undo")
    browser.post(f"{there}/different")
    assert "Told apart" in browser.get("/customers/duplicates?state=different").text
    assert browser.get("/customers/duplicates?state=x").status_code == 200


def test_analysts_do_not_decide(app: Flask, sign_in: Callable[[str], AuditingClient]) -> None:
    assert sign_in("analyst").get("/customers/duplicates").status_code == 403
