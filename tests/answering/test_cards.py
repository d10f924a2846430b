"""A member's card at a store terminal: matched to the customer, never told to the screen."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from surveyapp import clock
from surveyapp.answering import cards, terminals
from surveyapp.answering.models import Response, ResponseMember
from surveyapp.customers import batches
from surveyapp.customers.models import Customer
from surveyapp.customers.rows import Row
from surveyapp.database import db
from surveyapp.datasets.gather import dataset
from surveyapp.datasets.reading import Row as Answered
from surveyapp.datasets.reading import Seen
from surveyapp.distribution.models import Touchpoint
from tests.answering.test_terminals import FIRST, SECOND, terminal
from tests.answering.world import World, batch, build, everything, post, state_in
from tests.distribution.builders import add_customer
from tests.questionnaires import questionnaire

HIGH = {"city": "上海", "tier": "high", "product_line": "digital"}


def said(
    app: Flask, world: World, card: str | None, path: str = "/save", person: str = FIRST
) -> Any:
    headers = {terminals.HEADER: person}
    if card is not None:
        headers[cards.HEADER] = card
    return post(app, world.printed + path, batch({"channel": "phone"}), **headers).json


def members() -> list[ResponseMember]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(ResponseMember).order_by(ResponseMember.response_id)))


def member(**values: Any) -> Customer:
    customer = add_customer(90, number="M-0042", **{**HIGH, **values})
    db.session.commit()
    return customer


@pytest.mark.parametrize("sent", ["M-0042", "%20M-0042%20", "%EF%BC%AD-%EF%BC%90042"])
def test_the_card_is_matched_to_the_customer_of_its_number(any_app: Flask, sent: str) -> None:
    world, customer = terminal(), member(extra={"years": 2.5})
    assert said(any_app, world, sent) == {"state": "open", "saved": {"channel": 1 << 20 | 7}}
    assert said(any_app, world, sent, "/submit")["state"] == "completed"
    (found,) = members()
    assert found.customer_id == customer.id
    assert found.facts["tier"] == "high"
    assert found.facts["own_years"] == 2.5
    assert "phone" not in found.facts
    assert "name" not in found.facts


def test_the_answer_is_the_same_whoever_has_the_number(app: Flask) -> None:
    world = terminal()
    known = member()
    assert said(app, world, known.number) == said(app, world, "nobody", person=SECOND)
    page = app.test_client().get(f"{world.printed}?member={known.number}")
    assert known.number not in page.get_data(as_text=True)
    assert state_in(page)["facts"]["customer"] == {}


def test_the_number_itself_is_kept_nowhere(app: Flask) -> None:
    world = terminal()
    said(app, world, "UNKNOWN-77")
    assert [one.customer_id for one in members()] == [None]
    assert "UNKNOWN-77" not in str(everything())


def test_a_card_can_be_taken_back_and_another_one_read(any_app: Flask) -> None:
    world = terminal()
    member()
    said(any_app, world, "M-0042")
    said(any_app, world, None)
    assert len(members()) == 1
    said(any_app, world, "OTHER-1")
    assert members()[0].customer_id is None
    said(any_app, world, "")
    assert members() == []


@pytest.mark.parametrize("sent", ["1.2E+15", "%00", "%20", "x" * 65])
def test_what_is_no_number_changes_nothing(app: Flask, sent: str) -> None:
    world = terminal()
    member()
    said(app, world, "M-0042")
    assert said(app, world, sent)["state"] == "open"
    assert len(members()) == 1


def test_an_erased_customer_is_matched_to_nobody(app: Flask) -> None:
    world = terminal()
    member(erased_at=clock.now())
    said(app, world, "M-0042")
    assert [(one.customer_id, one.facts) for one in members()] == [(None, {})]


def test_only_a_terminal_reads_cards(app: Flask) -> None:
    world = build("single")
    client = app.test_client()
    client.get(world.printed)
    client.post(
        f"{world.printed}/save",
        json=batch({"channel": "phone"}),
        headers={cards.HEADER: "M-0042"},
    )
    post(app, f"{world.url}/save", batch({"channel": "phone"}), **{cards.HEADER: "M-0042"})
    assert db.session.scalar(select(func.count()).select_from(Response)) == 2
    assert members() == []


def test_without_a_card_nothing_is_asked_of_the_database(app: Flask) -> None:
    world = terminal()
    said(app, world, None)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    said(app, world, None)
    assert not [one for one in asked if "response_member" in one]
    said(app, world, "M-0042")
    first, asked[:] = list(asked), []
    said(app, world, "M-0042")
    assert len([one for one in first if "response_member" in one]) == 3
    assert len([one for one in asked if "response_member" in one]) == 1


def test_a_customer_who_is_imported_later_is_matched_then(any_app: Flask) -> None:
    world = terminal()
    for number, person in (("M-0042", FIRST), ("M-0099", SECOND)):
        said(any_app, world, number, person=person)
    rows = [Row(2, {"number": "M-0042", **HIGH}), Row(3, {"number": "M-0050"})]
    assert batches.write(rows, opt_in=False).created == 2
    first, second = members()
    assert first.facts["city"] == "上海"
    assert db.session.get_one(Customer, first.customer_id).number == "M-0042"
    assert (second.customer_id, second.facts) == (None, {})
    assert cards.match(["M-0042"]) == 0


def test_an_import_asks_once_where_no_card_waits(app: Flask) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    batches.write([Row(2, {"number": "M-1"})], opt_in=False)
    assert len([one for one in asked if "response_member" in one]) == 1


def test_responses_with_a_card_are_counted_by_touchpoint(app: Flask) -> None:
    world = terminal()
    member()
    said(app, world, "M-0042")
    said(app, world, "OTHER-1", person=SECOND)
    said(app, world, None, person="zy.aaaaaaaaaaaaaaaaaaaaaaaa")
    touchpoint = db.session.scalars(select(Touchpoint)).one()
    assert cards.counted(world.study.id) == {touchpoint.id: (2, 1)}


def test_the_dataset_knows_the_member_and_keeps_what_was_asked(app: Flask) -> None:
    world = terminal()
    world.study.visit_days = 90
    bought = clock.now().date() - timedelta(days=9)
    member(last_purchase=bought)
    said(app, world, "M-0042", "/submit")
    said(app, world, "OTHER-1", "/submit", SECOND)
    table = dataset(world.study.id).table
    assert table["member_known"].to_pylist() == [1, 0]
    assert table["tier"].to_pylist() == ["high", None]
    days = (date.fromisoformat(table["completed_on"][0].as_py()) - bought).days
    assert table["days_since_purchase"].to_pylist() == [days, None]
    assert table["city"].to_pylist() == ["上海", None]
    stored = db.session.scalars(select(Response.facts)).all()
    assert all(not one["customer"] for one in stored)


def test_a_study_without_terminals_has_no_such_column(app: Flask) -> None:
    world = build("single")
    assert "member_known" not in dataset(world.study.id).table.column_names


def test_a_member_is_known_to_the_rules_that_judge_but_not_to_the_path() -> None:
    now = clock.now()
    row = Answered(1, 1, "kiosk", "en", {}, {"customer": {}}, now, now, member={"tier": "high"})
    seen = Seen(row, questionnaire("single"))
    assert seen.facts["customer"] == {"tier": "high"}
    assert seen.row.facts["customer"] == {}


def test_the_search_for_a_waiting_card_uses_its_index(app: Flask) -> None:
    plan = db.session.execute(
        text("EXPLAIN QUERY PLAN SELECT 1 FROM response_member WHERE number_hash = 'x'")
    )
    assert "ix_response_member_number_hash" in str(plan.all())
