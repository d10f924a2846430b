"""The list, one customer, and who may see what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.customers import searching
from surveyapp.customers.models import Customer, Suppression
from surveyapp.customers.searching import Search
from surveyapp.database import db
from tests.auditing import AuditingClient
from tests.customers.conftest import do_import, person, table

SignIn = Callable[[str], AuditingClient]


@pytest.fixture
def people(app: Flask, tmp_path: Path) -> None:
    rows = [
        person(1),
        person(2, 城市="北京", 门店="北京一店", 消费金额="1000", 退订="是"),
        person(3, 手机号=""),
        person(4, 同意="否", 消费金额="1000"),
    ]
    do_import(table(*rows), tmp_path)


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/customers/\d+">(C\d+)<', page)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["C1", "C2", "C3", "C4"]),
        ("?q=C2", ["C2"]),
        ("?q=138-0000-0001", ["C1"]),
        ("?q=%2B8613800000001", ["C1"]),
        ("?q=13800000", []),
        ("?q=%25", []),
        ("?city=北京", ["C2"]),
        ("?store=北京一店", ["C2"]),
        ("?tier=high", []),
        ("?status=opted_out", ["C2"]),
        ("?status=no_consent", ["C4"]),
        ("?status=no_phone", ["C3"]),
        ("?status=may_ask", ["C1"]),
        ("?status=nonsense&sort=nonsense&after=nonsense", ["C1", "C2", "C3", "C4"]),
        ("?sort=spend", ["C4", "C2", "C3", "C1"]),
    ],
)
def test_search(staff: AuditingClient, query: str, found: list[str]) -> None:
    answer = staff.get(f"/customers{query}&show=phone&show=updated_at" if query else "/customers")
    assert answer.status_code == 200
    assert numbers(answer.text) == found


def test_no_customers_yet_offers_the_import(staff: AuditingClient) -> None:
    page = staff.get("/customers").text
    assert "No customers yet" in page
    assert "/customers/import" in page


@pytest.mark.usefixtures("people")
def test_nothing_found_offers_all(staff: AuditingClient) -> None:
    assert "No customer matches" in staff.get("/customers?q=none").text


def names_of(search: Search) -> tuple[list[str], searching.Page]:
    page = searching.find(search, by_phone=True)
    return [c.number for c in page.customers], page


@pytest.mark.parametrize("sort", list(searching.ORDERS))
def test_pages_follow_each_other_without_gap_or_repeat(
    app: Flask, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE", 7)
    today = clock.now().date()
    for n in range(40):
        last = None if n % 5 == 0 else today - timedelta(days=n % 3)
        db.session.add(
            Customer(number=f"C{n:02d}", spend=n % 4, purchases=n % 3, last_purchase=last)
        )
    db.session.commit()
    seen, page = names_of(Search(sort=sort))
    assert page.previous == ""
    trail = [seen]
    while page.next:
        more, page = names_of(Search(sort=sort, after=page.next))
        trail.append(more)
    assert sorted(number for part in trail for number in part) == [f"C{n:02d}" for n in range(40)]
    back = [trail[-1]]
    while page.previous:
        more, page = names_of(Search(sort=sort, before=page.previous))
        back.append(more)
    assert back[::-1] == trail


def test_a_cursor_past_the_end_is_an_empty_page(app: Flask) -> None:
    db.session.add(Customer(number="C1"))
    db.session.commit()
    assert names_of(Search(after="9~D"))[0] == []


@pytest.mark.usefixtures("people")
def test_contact_data_is_masked_until_revealed_and_then_recorded(sign_in: SignIn) -> None:
    researcher = sign_in("researcher")
    customer = db.session.scalars(select(Customer)).first()
    assert customer is not None
    page = researcher.get(f"/customers/{customer.id}").text
    assert "+86 138****0001" in page
    assert "王**" in page
    assert "+8613800000001" not in page
    assert "王小明" not in page
    shown = researcher.post(f"/customers/{customer.id}/reveal").text
    assert "+8613800000001" in shown
    assert "王小明" in shown
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "customer.reveal")
    ).one()
    assert (entry.actor, entry.subject) == ("researcher@example.com", f"customer:{customer.id}")
    assert "138" not in str(entry.detail)
    assert "Contact data shown" in researcher.get(f"/customers/{customer.id}").text


@pytest.mark.usefixtures("people")
def test_an_analyst_sees_no_contact_data_and_changes_nothing(sign_in: SignIn) -> None:
    analyst = sign_in("analyst")
    listed = analyst.get("/customers?show=name&show=phone&show=city").text
    for secret in ("王", "138****", "import"):
        assert secret not in listed
    assert numbers(analyst.get("/customers?q=13800000001").text) == []
    page = analyst.get("/customers/1").text
    assert "Your role sees no contact data" in page
    assert "王" not in page
    for address in ("reveal", "opt-out", "opt-in"):
        assert analyst.post(f"/customers/1/{address}").status_code == 403
    assert analyst.get("/customers/import").status_code == 403


@pytest.mark.usefixtures("people")
def test_opt_out_and_back_with_their_records(sign_in: SignIn) -> None:
    researcher = sign_in("researcher")
    page = researcher.post("/customers/1/opt-out", follow_redirects=True).text
    assert "No text goes to this customer any more" in page
    assert db.session.scalars(select(Suppression.reason)).all().count("staff") == 1
    page = researcher.post("/customers/1/opt-in", follow_redirects=True).text
    assert "May be invited to surveys" in page
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert {"customer.opt_out", "customer.opt_in"} <= set(actions)


def test_erased_and_unknown_customers_are_not_there(app: Flask, staff: AuditingClient) -> None:
    db.session.add(Customer(number="C9", erased_at=clock.now(), last_purchase=date(2026, 1, 1)))
    db.session.commit()
    assert staff.get("/customers/1").status_code == 404
    assert staff.get("/customers/77").status_code == 404
    assert numbers(staff.get("/customers").text) == []


@pytest.mark.usefixtures("people")
def test_get_writes_nothing(staff: AuditingClient) -> None:
    before = db.session.scalars(select(AuditEntry.id)).all()
    for address in (
        "/customers",
        "/customers/1",
        "/customers/import",
        "/customers/import/example.csv",
    ):
        assert staff.get(address).status_code == 200
    assert db.session.scalars(select(AuditEntry.id)).all() == before
    assert staff.get("/customers/1/reveal").status_code == 405
