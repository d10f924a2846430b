"""How cells of own attributes are read, and what is refused of a definition."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.customers.cells import CellError
from surveyapp.customers.own import entering, kinds
from surveyapp.customers.own.entering import Entry, Known

GOLD = [
    {"code": "gold", "zh": "金卡", "en": "Gold card"},
    {"code": "none", "zh": "无", "en": "No card"},
]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", " 上海  旗舰店 ", "上海 旗舰店"),
        ("number", "1,299.50", 1299.5),
        ("number", "-3", -3),
        ("number", "１２", 12),
        ("number", "0.000", 0),
        ("date", "2031年3月5日", "2031-03-05"),
        ("yes_no", "是", True),
        ("choice", "金卡", "gold"),
        ("choice", "GOLD CARD", "gold"),
    ],
)
def test_a_cell_is_read_by_its_type(kind: str, cell: str, value: object) -> None:
    found = kinds.reader(kind, GOLD)(cell)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        ("text", "长" * 201, "too_long"),
        ("number", "12 kg", "not_a_number"),
        ("number", "1,29", "not_a_number"),
        ("number", "1234567890.123456", "number_too_long"),
        ("date", "5/3/2026", "date_ambiguous"),
        ("yes_no", "perhaps", "not_yes_or_no"),
        ("choice", "silver", "not_a_choice"),
    ],
)
def test_a_cell_that_does_not_fit_is_refused(kind: str, cell: str, code: str) -> None:
    with pytest.raises(CellError) as refused:
        kinds.reader(kind, GOLD)(cell)
    assert refused.value.code == code


@given(st.decimals(-(10**9), 10**9, places=6))
def test_numbers_survive_json_exactly(exact: Decimal) -> None:
    assert Decimal(json.dumps(kinds.number(f"{exact:f}"))) == exact


@pytest.mark.parametrize(
    ("entry", "places"),
    [
        (Entry("warranty", "number", "保修年限", "Warranty"), []),
        (Entry("Warranty", "number", "保修年限", "Warranty"), ["own_attribute.key"]),
        (Entry("taken", "number", "保修年限", "Warranty"), ["own_attribute.key_taken"]),
        (Entry("w", "number", "城市", ""), ["own_attribute.label_taken", "own_attribute.label"]),
        (Entry("w", "colour", "保修", "Warranty"), ["own_attribute.kind"]),
        (Entry("w", "choice", "卡", "Card", "gold = 金卡 | Gold\nnone"), []),
        (Entry("w", "choice", "卡", "Card", "gold"), ["own_attribute.option_count"]),
        (Entry("w", "choice", "卡", "Card", "金 = 金\nb"), ["own_attribute.option_code"]),
        (Entry("w", "choice", "卡", "Card", "a = x\nb = X"), ["own_attribute.option_twice"]),
        (Entry("w", "choice", "卡", "C", f"a = {'x' * 61}\nb"), ["own_attribute.option_label"]),
    ],
)
def test_definitions_are_checked(entry: Entry, places: list[str]) -> None:
    known = Known(["taken"], {"城市": "City"})
    assert [finding.code for finding in entering.check(entry, known)] == places


def test_options_in_use_stay() -> None:
    entry = Entry("w", "choice", "卡", "Card", "gold\nsilver")
    found = entering.check(entry, Known(codes=["gold", "none"]))
    assert [(f.code, f.params["code"]) for f in found] == [("own_attribute.option_gone", "none")]


def test_options_are_written_as_they_are_parsed() -> None:
    assert entering.parsed(entering.written(GOLD)) == GOLD
    assert entering.parsed("a=甲｜A\n\nb") == [
        {"code": "a", "zh": "甲", "en": "A"},
        {"code": "b", "zh": "b", "en": "b"},
    ]


@pytest.mark.parametrize(
    ("label", "key"),
    [("Warranty (years)", "warranty_years"), ("2nd shop", "nd_shop"), ("保修", "")],
)
def test_a_key_is_made_of_a_name(label: str, key: str) -> None:
    assert entering.slug(label) == key
