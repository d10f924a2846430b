"""Columns are recognised by their names in both languages; mistakes are named."""

from __future__ import annotations

import pytest

from surveyapp.customers import generator, mapping
from surveyapp.customers.attributes import ATTRIBUTES
from surveyapp.customers.rows import RowReader
from surveyapp.customers.values import key
from surveyapp.findings import SurveyError

CHINESE = [
    "客户编号",
    "姓名",
    "手机号",
    "电子邮箱",
    "所在城市",
    "门店",
    "产品线",
    "客户等级",
    "消费金额（元）",
    "购买次数",
    "最近购买日期",
    "语言",
    "是否同意",
    "退订",
]
ENGLISH = [
    "Customer ID",
    "Full name",
    "Mobile phone",
    "E-mail",
    "City",
    "Store",
    "Product_Line",
    "TIER",
    "Spend (CNY)",
    "Purchases",
    "Last purchase date",
    "Language",
    "Consent",
    "Opted-out",
]
NAMES = [attribute.name for attribute in ATTRIBUTES]


@pytest.mark.parametrize("header", [CHINESE, ENGLISH])
def test_a_common_header_maps_completely(header: list[str]) -> None:
    assert mapping.guess(header) == dict(zip(NAMES, header, strict=True))


def test_the_invented_customers_have_everything_but_an_address() -> None:
    names = [name for name in NAMES if name != "email"]
    assert mapping.guess(list(generator.HEADER)) == dict(zip(names, generator.HEADER, strict=True))


def test_unknown_columns_are_left_and_the_first_of_two_wins() -> None:
    assert mapping.guess(["备注", "电话", "手机号", "会员号"]) == {
        "number": "会员号",
        "phone": "电话",
    }


def test_no_word_means_two_attributes() -> None:
    meanings: dict[str, set[str]] = {}
    for attribute in ATTRIBUTES:
        for word in (attribute.name, *attribute.headers):
            meanings.setdefault(key(word), set()).add(attribute.name)
    assert [word for word, names in meanings.items() if len(names) > 1] == []


@pytest.mark.parametrize(
    ("columns", "code", "said"),
    [
        ({}, "import.no_number_column", "customer number"),
        ({"number": "号", "city": "城"}, "import.unknown_column", '"城市"'),
        ({"number": "号", "town": "城市"}, "import.unknown_attribute", "town"),
        ({"number": "号", "city": "号"}, "import.column_used_twice", "twice"),
    ],
)
def test_a_mapping_that_cannot_be_used(columns: dict[str, str], code: str, said: str) -> None:
    with pytest.raises(SurveyError) as refusal:
        mapping.checked(["号", "城市"], columns)
    finding = refusal.value.findings[0]
    assert finding.code == code
    assert said in finding.message


def test_a_row_names_row_column_value_and_reason() -> None:
    header = ["编号", "手机", "金额"]
    reader = RowReader(header, {"number": "编号", "phone": "手机", "spend": "金额"})
    row = reader.read(17, ["C1", "13800138000.0", "abc"])
    assert [f.code for f in row.findings] == ["customer.phone_damaged", "customer.not_an_amount"]
    assert row.findings[0].place == "row:17:column:手机"
    for part in ("Row 17", "手机", "13800138000.0", "spreadsheet"):
        assert part in row.findings[0].message


def test_blank_cells_say_nothing_except_the_number() -> None:
    reader = RowReader(["编号", "城市"], {"number": "编号", "city": "城市"})
    assert reader.read(2, ["C1", " \u200b"]).values == {"number": "C1"}
    assert [f.code for f in reader.read(3, [" ", "上海"]).findings] == ["customer.no_number"]


def test_a_row_that_runs_over_its_header_is_not_guessed_at() -> None:
    row = RowReader(["a", "b"], {"number": "a"}).read(5, ["C1", "1", "299"])
    assert [f.code for f in row.findings] == ["customer.too_many_cells"]
    assert row.findings[0].message.startswith("Row 5 has 3 cells")
    assert row.values == {}


def test_long_values_are_shortened_in_what_is_said() -> None:
    row = RowReader(["a", "b"], {"number": "a", "spend": "b"}).read(2, ["C1", "x" * 500])
    assert len(row.findings[0].message) < 200
