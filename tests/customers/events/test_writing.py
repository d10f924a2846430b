"""Events go in once, whatever comes how often; they find their customers, sooner or later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.customers import mapping
from surveyapp.customers.events.attributes import EVENTS
from surveyapp.customers.events.models import Event
from surveyapp.customers.events.target import events
from surveyapp.customers.events.writing import events_written
from surveyapp.customers.importing import Outcome, import_rows
from surveyapp.customers.models import Customer
from surveyapp.customers.rejects import Rejects
from surveyapp.database import db
from surveyapp.tabular.table import open_rows
from tests.customers.conftest import do_import, person, read_back, table

HEADER = ("单号", "类型", "发生时间", "关闭时间", "客户编号", "门店", "产品线", "金额")
NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
ORDER = ("O1", "购买", "2026-11-23 18:05", "", "C1", "上海一店", "家电", "1,299.50")
CASE = ("S1", "工单", "2026-11-24 09:00", "", "C1", "上海一店", "家电", "")


def take(folder: Path, *rows: tuple[str, ...]) -> tuple[Outcome, list[dict[str, str]]]:
    """Import events; the outcome, and the rows that came back."""
    target = folder / "bad.csv"
    target.unlink(missing_ok=True)
    content = table(*rows, header=HEADER)
    with (
        clock.frozen(NOW),
        open_rows(content, "events.csv") as opened,
        Rejects(target, opened.header, lambda f: f.message, sealed=False) as rejects,
    ):
        columns = mapping.guess(opened.header, EVENTS)
        into = events("Asia/Shanghai")
        outcome = import_rows(opened, columns, rejects, lambda *_: None, into=into)
    return outcome, list(read_back(target.read_bytes())) if target.exists() else []


def only(kind: str) -> Event:
    return db.session.scalars(select(Event).where(Event.kind == kind)).one()


def test_events_are_read_and_belong_to_their_customers(any_app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1)), tmp_path)
    outcome, back = take(tmp_path, ORDER, CASE)
    assert (outcome.created, outcome.rejected, outcome.waiting, back) == (2, 0, 0, [])
    order, case = only("purchase"), only("service_case")
    assert order.happened_at == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
    assert (order.amount, order.store, order.product_line) == (
        Decimal("1299.50"),
        "上海一店",
        "appliance",
    )
    customer = db.session.scalars(select(Customer)).one()
    assert {order.customer_id, case.customer_id} == {customer.id}
    assert case.amount is None
    assert case.closed_at is None


def test_the_same_file_twice_changes_nothing_and_a_closed_case_is_brought_up_to_date(
    any_app: Flask, tmp_path: Path
) -> None:
    do_import(table(person(1)), tmp_path)
    heard: list[Any] = []

    def listen(_sender: object, event_ids: list[str]) -> None:
        heard.append(event_ids)

    events_written.connect(listen)
    take(tmp_path, ORDER, CASE)
    again, _ = take(tmp_path, ORDER, CASE)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    closed, _ = take(tmp_path, ORDER, (*CASE[:3], "2026-11-24 17:30", *CASE[4:]))
    assert (closed.updated, closed.unchanged) == (1, 1)
    assert only("service_case").closed_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    blank, _ = take(tmp_path, CASE)
    assert blank.unchanged == 1, "a blank cell keeps what is known"
    assert heard == [["O1", "S1"], ["S1"]]


def test_events_of_unknown_customers_are_kept_named_and_join_later(
    any_app: Flask, tmp_path: Path
) -> None:
    outcome, back = take(tmp_path, ORDER, CASE)
    assert (outcome.created, outcome.waiting, outcome.rejected) == (2, 2, 0)
    assert all('customer "C1" is not known yet' in row["退回原因 Reason"] for row in back)
    assert only("purchase").customer_id is None
    do_import(table(person(1), person(2)), tmp_path)
    customer = db.session.scalars(select(Customer).where(Customer.number == "C1")).one()
    db.session.expire_all()
    assert only("purchase").customer_id == only("service_case").customer_id == customer.id
    again, _ = take(tmp_path, ORDER, CASE)
    assert (again.unchanged, again.waiting) == (2, 0)


def test_another_customer_of_the_same_event_takes_it_over(app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1), person(2)), tmp_path)
    take(tmp_path, ORDER)
    take(tmp_path, (*ORDER[:4], "C2", *ORDER[5:]))
    second = db.session.scalars(select(Customer).where(Customer.number == "C2")).one()
    assert only("purchase").customer_id == second.id


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ((*ORDER[:2], "2026-12-23 18:05", *ORDER[3:]), "event.in_future"),
        ((*ORDER[:3], "2026-11-24 18:05", *ORDER[4:]), "event.cannot_close"),
        ((*CASE[:3], "2026-11-23 18:05", *CASE[4:]), "event.closed_before"),
        ((*ORDER[:4], "", *ORDER[5:]), "event.no_number"),
        (("", *ORDER[1:]), "event.no_event_id"),
        (("1.5E+12", *ORDER[1:]), "event.event_id_damaged"),
        (("O1", "贿赂", *ORDER[2:]), "event.not_a_choice"),
        ((*ORDER[:7], "-5"), "event.amount_negative"),
    ],
)
def test_bad_rows_come_back_with_their_code(
    app: Flask, tmp_path: Path, row: tuple[str, ...], code: str
) -> None:
    outcome, back = take(tmp_path, row, CASE)
    assert [(p["code"]) for p in outcome.problems if p["code"] != "event.customer_unknown"] == [
        code
    ]
    assert outcome.created == 1
    assert len(back) == 2


def test_nothing_is_kept_of_who_was_erased(app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1)), tmp_path)
    db.session.scalars(select(Customer)).one().erased_at = NOW
    db.session.commit()
    outcome, back = take(tmp_path, ORDER)
    assert (outcome.created, outcome.rejected) == (0, 1)
    assert "erased" in back[0]["退回原因 Reason"]


def test_sums_of_amounts_are_exact(any_app: Flask, tmp_path: Path) -> None:
    rows = [(f"O{n}", *ORDER[1:7], "0.10") for n in range(1000)]
    take(tmp_path, *rows, ("P", *ORDER[1:7], "999999999999.99"))
    assert db.session.scalar(select(func.sum(Event.amount))) == Decimal("1000000000099.99")
    dear = select(Event.event_id).where(Event.amount > Decimal("0.10"))
    assert db.session.scalars(dear).all() == ["P"]


def test_a_part_of_a_fen_is_refused_by_the_database_type(app: Flask) -> None:
    with pytest.raises(Exception, match="no whole fen"):
        db.session.scalars(select(Event).where(Event.amount == Decimal("0.001"))).all()


def test_an_older_moment_of_the_same_zone(app: Flask, tmp_path: Path) -> None:
    edge = (NOW + timedelta(hours=8, minutes=5)).strftime("%Y-%m-%d %H:%M")
    outcome, _ = take(tmp_path, (*ORDER[:2], edge, *ORDER[3:]))
    assert outcome.created == 1, "the shop's clock may run a little before ours"
