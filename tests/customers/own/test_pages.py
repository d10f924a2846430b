"""The pages of own attributes, as a researcher and an administrator use them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.customers.models import Customer
from surveyapp.customers.own import keeping
from surveyapp.customers.own.entering import Entry
from surveyapp.customers.own.models import OwnAttribute
from surveyapp.database import db
from tests.auditing import AuditingClient
from tests.customers.test_import_pages import upload

HERE = "/customers/attributes"
CARD = {
    "label_zh": "会员卡",
    "label_en": "Card, 100%",
    "key": "card",
    "kind": "choice",
    "options": "gold = 金卡 | Gold\nplain = 普卡 | Plain",
}


def test_an_attribute_is_added_renamed_retired_and_used_again(staff: AuditingClient) -> None:
    assert "No own attributes yet" in staff.get(HERE).text
    refused = staff.post(HERE, data={**CARD, "key": "9", "options": "gold"})
    assert refused.status_code == 422
    assert "Begin the key with a letter" in refused.text
    assert "Write 2 to 50 options" in refused.text
    assert "Added." in staff.post(HERE, data=CARD, follow_redirects=True).text
    one = db.session.scalars(select(OwnAttribute)).one()
    page = staff.get(f"{HERE}/{one.id}").text
    assert "gold = 金卡 | Gold" in page
    lost = staff.post(f"{HERE}/{one.id}", data={**CARD, "options": "gold\nsilver"})
    assert "must stay" in lost.text
    new = {**CARD, "label_en": "Member card", "key": "ignored", "kind": "text"}
    assert "Saved." in staff.post(f"{HERE}/{one.id}", data=new, follow_redirects=True).text
    db.session.refresh(one)
    assert (one.key, one.kind, one.label_en, len(one.options)) == (
        "card",
        "choice",
        "Member card",
        2,
    )
    gone = staff.post(f"{HERE}/{one.id}/retire", follow_redirects=True).text
    assert "Retired" in gone
    assert "In use again." in staff.post(f"{HERE}/{one.id}/restore", follow_redirects=True).text


def test_the_import_shows_them_and_counts_values(staff: AuditingClient) -> None:
    staff.post(HERE, data=CARD)
    assert "Card, 100%" in staff.get("/customers/import").text
    sent = upload(staff, "客户编号,会员卡,Shoe\nC1,金卡,1\nC2,silver,2\n".encode())
    page = staff.get(sent.location).text
    assert "→ Card, 100%" in page
    assert "“silver”" in page or "&#34;silver&#34; is none of" in page
    assert "Not imported:" in page
    db.session.add(Customer(number="C9", extra={"card": "gold"}))
    db.session.commit()
    assert '<td class="num">1</td>' in staff.get(HERE).text


def test_the_page_of_a_customer_shows_their_values(staff: AuditingClient) -> None:
    staff.post(HERE, data={**CARD, "label_en": "Card"})
    for kind in ("yes_no", "number", "date"):
        keeping.add(Entry(kind, kind, f"属性 {kind}", f"Known {kind}"))
    keeping.retire(keeping.add(Entry("gone", "text", "旧的", "Of old")))
    known = Customer(number="C1", extra={"card": "gold", "yes_no": False, "number": 2.5})
    db.session.add(known)
    db.session.commit()
    page = staff.get(f"/customers/{known.id}").text
    for name, value in (
        ("Card", "Gold"),
        ("Known yes_no", "No"),
        ("Known number", "2.5"),
        ("Known date", "–"),
    ):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in page
    assert "Of old" not in page


@pytest.mark.parametrize(("role", "status"), [("researcher", 200), ("analyst", 403)])
def test_who_may_change_them(
    app: Flask, sign_in: Callable[[str], AuditingClient], role: str, status: int
) -> None:
    one = keeping.add(Entry("app", "yes_no", "使用应用", "Uses the app"))
    db.session.commit()
    browser = sign_in(role)
    assert browser.get(HERE).status_code == 200
    assert browser.get(f"{HERE}/{one.id}").status_code == status
