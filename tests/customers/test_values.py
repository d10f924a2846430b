"""Cells become typed values, or say why not."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp import clock
from surveyapp.customers import values
from surveyapp.customers.attributes import ATTRIBUTES, BY_NAME
from surveyapp.customers.cells import CellError, clean, inert

TODAY = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def code_of(read: Callable[[str], object], cell: str) -> str:
    with clock.frozen(TODAY), pytest.raises(CellError) as refusal:
        read(cell)
    return refusal.value.code


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", "0"),
        ("1299.5", "1299.50"),
        ("¥1,299.50", "1299.50"),
        ("１２９９．５", "1299.50"),
        ("￥88元", "88"),
        ("12,345,678.9", "12345678.90"),
        ("1299.4999999999998", "1299.50"),
        ("RMB 20", "20"),
        ("7.", "7"),
    ],
)
def test_amounts_are_exact(cell: str, value: str) -> None:
    assert values.amount(cell) == Decimal(value)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("-5", "amount_negative"),
        ("12.345", "amount_too_fine"),
        ("1,5", "not_an_amount"),
        ("1.2E+05", "not_an_amount"),
        ("一千", "not_an_amount"),
        ("1e999", "not_an_amount"),
        ("9" * 15, "amount_too_large"),
        ("999999999999.995", "amount_too_large"),
        ("NaN", "not_an_amount"),
        ("12,34,567", "not_an_amount"),
    ],
)
def test_amounts_that_are_refused(cell: str, code: str) -> None:
    assert code_of(values.amount, cell) == code


@given(st.decimals(0, 999_999_999, places=2, allow_nan=False))
@settings(max_examples=100)
def test_every_written_amount_reads_back(amount: Decimal) -> None:
    assert values.amount(f"{amount:,.2f}") == amount
    assert values.amount(str(float(amount))) == amount


@pytest.mark.parametrize(
    ("cell", "value"), [("12", 12), ("12次", 12), ("12.0", 12), ("1,200", 1200), ("0", 0)]
)
def test_counts(cell: str, value: int) -> None:
    assert values.count(cell) == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.5", "not_a_count"),
        ("-1", "not_a_count"),
        ("many", "not_a_count"),
        ("3000000000", "count_too_large"),
        ("9" * 400, "count_too_large"),
    ],
)
def test_counts_that_are_refused(cell: str, code: str) -> None:
    assert code_of(values.count, cell) == code


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-02",
        "2026/11/2",
        "2026.11.02",
        "2026年11月2日",
        "20261102",
        "2026-11-02 13:45:00",
        "46328",
        "2026-11-02T08:00:00Z",
        "46328.5",
        "2 Nov 2026",
        "Nov 2, 2026",
        "02-Nov-26",
        "２０２６－１１－０２",
    ],
)
def test_dates_in_common_forms(cell: str) -> None:
    with clock.frozen(TODAY):
        assert values.day(cell) == date(2026, 11, 2)


def test_a_day_over_twelve_tells_the_order() -> None:
    assert values.day("23/10/2026") == values.day("10/23/2026") == date(2026, 10, 23)
    assert values.day("10/10/2026") == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("02/11/2026", "date_ambiguous"),
        ("2026-13-01", "not_a_date"),
        ("2026-02-30", "not_a_date"),
        ("上周", "not_a_date"),
        ("0001-01-01", "not_a_date"),
        ("12345", "not_a_date"),
        ("99999", "not_a_date"),
        ("2026-11-25", "date_in_future"),
        ("45/45/2026", "not_a_date"),
        ("1.5.x", "not_a_date"),
    ],
)
def test_dates_that_are_refused(cell: str, code: str) -> None:
    assert code_of(values.day, cell) == code


@given(st.dates(date(1960, 1, 1), date(2026, 11, 23)))
@settings(max_examples=100)
def test_every_date_reads_back_from_its_forms(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    with clock.frozen(TODAY):
        for text in (
            day.isoformat(),
            f"{day:%Y%m%d}",
            f"{day.year}年{day.month}月{day.day}日",
            str(serial),
        ):
            assert values.day(text) == day


def test_tomorrow_is_accepted_because_zones_differ() -> None:
    tomorrow = TODAY.date() + timedelta(days=1)
    with clock.frozen(TODAY):
        assert values.day(tomorrow.isoformat()) == tomorrow


@pytest.mark.parametrize(
    "cell", ["是", "yes", "YES", "Ｙ", "true", "1", "√", "同意", "已退订", "opted out"]
)
def test_yes(cell: str) -> None:
    assert values.yes_or_no(cell) is True


@pytest.mark.parametrize("cell", ["否", "no", "N", "FALSE", "0", "×", "不同意", "未退订"])
def test_no(cell: str) -> None:
    assert values.yes_or_no(cell) is False


def test_neither_yes_nor_no() -> None:
    assert code_of(values.yes_or_no, "maybe") == "not_yes_or_no"


@pytest.mark.parametrize(
    ("attribute", "cell", "value"),
    [
        ("product_line", "家电", "appliance"),
        ("product_line", "Fresh Food", "fresh_food"),
        ("product_line", "fresh_food", "fresh_food"),
        ("product_line", "数码", "digital"),
        ("product_line", "家居", "home"),
        ("product_line", "服饰", "apparel"),
        ("tier", "高", "high"),
        ("tier", "VIP", "high"),
        ("tier", "Middle", "middle"),
        ("tier", "低", "low"),
        ("language", "中文", "zh-Hans"),
        ("language", "zh-CN", "zh-Hans"),
        ("language", "English", "en"),
        ("language", "en_US", "en"),
    ],
)
def test_choices_in_both_languages(attribute: str, cell: str, value: str) -> None:
    assert BY_NAME[attribute].read(cell) == value


def test_an_unknown_choice_names_the_known_ones() -> None:
    with pytest.raises(CellError) as refusal:
        BY_NAME["tier"].read("钻石")
    assert refusal.value.code == "not_a_choice"
    assert "高" in str(refusal.value.params["known"])


@pytest.mark.parametrize(
    ("cell", "value"),
    [("上海市", "上海"), ("上海", "上海"), ("津市", "津市"), ("  New   York ", "New York")],
)
def test_cities_are_one_stratum_however_written(cell: str, value: str) -> None:
    assert values.city(cell) == value


@pytest.mark.parametrize(
    ("attribute", "cell", "code"),
    [
        ("store", "x" * 81, "too_long"),
        ("name", "a\x00b", "control_character"),
        ("name", "a\ud800b", "control_character"),
        ("number", "1.2E+08", "number_damaged"),
        ("number", "12345.0", "number_damaged"),
        ("number", "9" * 65, "too_long"),
    ],
)
def test_texts_that_are_refused(attribute: str, cell: str, code: str) -> None:
    assert code_of(BY_NAME[attribute].read, cell) == code


def test_numbers_of_customers_are_one_however_wide() -> None:
    assert values.customer_number("Ｃ００１２３") == "C00123"
    assert values.customer_number("000123") == "000123"


@given(st.sampled_from(ATTRIBUTES), st.text(max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_cell_is_a_value_or_a_reason(attribute: object, cell: str) -> None:
    read = attribute.read  # type: ignore[attr-defined]
    if clean(cell):
        try:
            read(cell)
        except CellError as refusal:
            refusal.template.format(row=1, column="c", value=cell, **refusal.params)


@given(st.text(max_size=20))
def test_an_inert_cell_is_no_formula_and_reads_as_before(text: str) -> None:
    shielded = inert(text)
    assert not shielded.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert clean(shielded) == clean(text) or text.startswith(("\t", "\r", "'"))


@given(st.text(st.sampled_from("aB9 é中\u0301\u200b'\t　.-"), max_size=12))
def test_what_is_plain_is_read_as_if_it_were_cleaned(cell: str) -> None:
    slowly = " ".join(unicodedata.normalize("NFC", clean(cell)).split())
    with contextlib.suppress(CellError):
        assert values.text_reader(100)(cell) == slowly


@given(st.decimals(0, 99_999_999_999, places=2), st.sampled_from(["", "¥", " "]))
def test_plain_amounts_are_the_same_as_dressed_ones(exact: Decimal, dress: str) -> None:
    assert values.amount(f"{exact:f}") == values.amount(f"{dress}{exact:f}") == exact
