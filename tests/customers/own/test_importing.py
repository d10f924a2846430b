"""Own attributes come with files and calls, are kept typed, and stay where nothing is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry
from surveyapp.api import tokens
from surveyapp.customers import mapping
from surveyapp.customers.models import Customer
from surveyapp.customers.own import keeping
from surveyapp.customers.own.entering import Entry
from surveyapp.customers.own.subject import customers_subject
from surveyapp.database import db
from surveyapp.findings import SurveyError
from tests.customers.conftest import do_import, table

CARDS = "gold = 金卡 | Gold\nplain = 普卡 | Plain"
DEFINED = [
    Entry("warranty_years", "number", "保修年限", "Warranty years"),
    Entry("note", "text", "门店备注", "Shop note"),
    Entry("due", "date", "到期日", "Due"),
    Entry("app", "yes_no", "使用应用", "Uses the app"),
    Entry("card", "choice", "会员卡", "Card", CARDS),
]
HEADER = ("客户编号", "城市", "保修年限（年）", "Shop note", "due", "使用应用", "card")


@pytest.fixture
def defined(any_app: Flask) -> None:
    for entry in DEFINED:
        keeping.add(entry)
    db.session.commit()


def bring(folder: Path, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Any:
    columns = mapping.guess(header, customers_subject())
    return do_import(table(*rows, header=header), folder, columns)


def extra(number: str = "C1") -> object:
    db.session.expire_all()
    return db.session.scalars(select(Customer.extra).where(Customer.number == number)).one()


@pytest.mark.usefixtures("defined")
def test_a_file_gives_typed_values_and_silence_keeps_them(tmp_path: Path) -> None:
    row = ("C1", "上海", "2.5", "靠窗", "2031/3/5", "是", "金卡")
    outcome, bad = bring(tmp_path, row, ("C2", "上海", "", "", "", "", ""))
    assert (outcome.created, bad) == (2, [])
    whole = {"warranty_years": 2.5, "note": "靠窗", "due": "2031-03-05", "app": True}
    whole["card"] = "gold"
    assert extra() == whole
    assert extra("C2") is None
    assert bring(tmp_path, row)[0].unchanged == 1
    changed = bring(tmp_path, ("C1", "上海", "3", "", "", "否", ""))[0]
    assert changed.updated == 1
    assert extra() == {**whole, "warranty_years": 3, "app": False}
    assert bring(tmp_path, ("C1", "北京"), header=("客户编号", "城市"))[0].updated == 1
    assert extra() == {**whole, "warranty_years": 3, "app": False}


@pytest.mark.usefixtures("defined")
def test_bad_cells_come_back_with_row_column_and_reason(tmp_path: Path) -> None:
    row = ("C1", "上海", "two", "x", "5/3/2026", "maybe", "silver")
    outcome, bad = bring(tmp_path, row, ("C2", "上海", "1", "", "", "", ""))
    assert (outcome.rejected, outcome.created) == (1, 1)
    assert {(p["column"], p["code"]) for p in outcome.problems} == {
        ("保修年限（年）", "customer.not_a_number"),
        ("due", "customer.date_ambiguous"),
        ("使用应用", "customer.not_yes_or_no"),
        ("card", "customer.not_a_choice"),
    }
    assert 'Row 2, 保修年限（年）: "two" is no number.' in list(bad[0].values())[-1]


@pytest.mark.usefixtures("defined")
def test_a_retired_attribute_is_read_no_more_and_keeps_its_values(tmp_path: Path) -> None:
    bring(tmp_path, ("C1", "上海", "2", "", "", "", ""))
    keeping.retire(keeping.every()[0])
    db.session.commit()
    assert "own_warranty_years" not in mapping.guess(HEADER, customers_subject())
    bring(tmp_path, ("C1", "上海", "9", "x", "", "", ""))
    assert extra() == {"warranty_years": 2, "note": "x"}


def test_a_definition_cannot_collide_and_the_number_is_bounded(app: Flask) -> None:
    first = keeping.add(DEFINED[0])
    for entry, code in (
        (Entry("warranty_years", "text", "别的", "Other"), "key_taken"),
        (Entry("other", "text", "保修 年限", "Other"), "label_taken"),
        (Entry("other", "text", "会员等级", "Other"), "label_taken"),
    ):
        with pytest.raises(SurveyError) as refused:
            keeping.add(entry)
        assert [f.code for f in refused.value.findings] == [f"own_attribute.{code}"]
    keeping.retire(first)
    for n in range(keeping.MOST):
        keeping.add(Entry(f"a{n}", "text", f"甲{n}", f"A {n}"))
    for act in (lambda: keeping.add(DEFINED[1]), lambda: keeping.restore(first)):
        with pytest.raises(SurveyError, match="own attributes in use"):
            act()
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"own_attribute.add", "own_attribute.retire"} <= actions


@pytest.mark.usefixtures("defined")
def test_another_system_gives_them_by_key(any_app: Flask) -> None:
    _row, token = tokens.create("tills")
    db.session.commit()

    def send(*items: dict[str, object]) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        sent = any_app.test_client().post("/api/v1/customers", json=list(items), headers=headers)
        return sent.json

    given = {"warranty_years": 2.5, "app": False, "card": "gold", "due": "2031-03-05"}
    answer = send(
        {"number": "C1", "attributes": given},
        {"number": "C2", "attributes": {"colour": "red"}},
        {"number": "C3", "attributes": ["x"]},
        {"number": "C4", "attributes": {"app": {"a": 1}}},
        {"number": "C5", "attributes": {"card": "silver"}},
    )
    assert answer["created"] == 1
    assert [(e["key"], e["code"]) for e in answer["errors"]] == [
        ("C2", "api.unknown_attribute"),
        ("C3", "api.attributes_not_an_object"),
        ("C4", "api.not_a_value"),
        ("C5", "customer.not_a_choice"),
    ]
    assert extra() == given
    assert send({"number": "C1", "attributes": {"note": "x", "app": None}})["updated"] == 1
    assert extra() == {**given, "note": "x"}
