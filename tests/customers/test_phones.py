"""Phones in every common spelling become one E.164 number; what cannot be texted is refused."""

from __future__ import annotations

from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.customers import phones
from surveyapp.customers.cells import CellError

TEN_SPELLINGS = [
    "13800138000", "138 0013 8000", "138-0013-8000", "+86 138 0013 8000", "+8613800138000",
    "008613800138000", "0086 138-0013-8000", "8613800138000", "１３８００１３８０００", "(+86)13800138000",  # noqa: E501
    "86-138-0013-8000", "tel:+86-138-0013-8000", "'+8613800138000", "\u202a13800138000\u202c",
    " 138.0013.8000 ", "＋８６ １３８ ００１３ ８０００", "+86(0)13800138000", "013800138000",
]  # fmt: skip

REFUSED = {
    "4155552671.0": "phone_damaged",
    "13800138000.0": "phone_damaged",
    "1.38001E+10": "phone_damaged",
    "1.38001e10": "phone_damaged",
    "010-62345678": "phone_landline",
    "+86 21 6234 5678": "phone_landline",
    "+8613800138000 ext 5": "phone_extension",
    "13800138000转12": "phone_extension",
    "13800138000#12": "phone_extension",
    "13800138000/13900139000": "phone_several",
    "13800138000、13900139000": "phone_several",
    "13800138000，13900139000": "phone_several",
    "400-810-8888": "phone_not_mobile",
    "1380013800": "phone_invalid",
    "138001380001": "phone_invalid",
    "12345678901": "phone_invalid",
    "10086": "phone_invalid",
    "4155552671": "phone_landline",
    "138ABCDEFGH": "phone_invalid",
    "无": "phone_invalid",
    "N/A": "phone_invalid",
    "-": "phone_invalid",
    "+": "phone_invalid",
    "+999 123456789": "phone_invalid",
}


@pytest.mark.parametrize("spelling", TEN_SPELLINGS)
def test_every_spelling_is_one_number(spelling: str) -> None:
    assert phones.normalise(spelling) == "+8613800138000"


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("+1 415 555 2671", "+14155552671"),
        ("+852 9123 4567", "+85291234567"),
        ("+44 7911 123456", "+447911123456"),
    ],
)
def test_other_countries_with_their_code(spelling: str, number: str) -> None:
    assert phones.normalise(spelling) == number


@pytest.mark.parametrize(("spelling", "code"), REFUSED.items())
def test_refused_with_the_reason(spelling: str, code: str) -> None:
    with pytest.raises(CellError) as refusal:
        phones.normalise(spelling)
    assert refusal.value.code == code
    assert "{value}" in refusal.value.template


@given(st.integers(10_000_000_000, 19_999_999_999))
@settings(max_examples=300, deadline=None)
def test_five_digits_decide_whether_a_chinese_mobile_is_valid(number: int) -> None:
    """The short way (one parse per prefix) and the library agree on every number."""
    try:
        parsed = phonenumbers.parse(str(number), "CN")
        mobile = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
    except phonenumbers.NumberParseException:
        mobile = False
    try:
        assert phones.normalise(str(number)) == f"+86{number}"
        assert mobile
    except CellError:
        assert not mobile


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_number_or_a_reason(text: str) -> None:
    try:
        number = phones.normalise(text)
    except CellError:
        return
    assert number.startswith("+")
    assert phones.normalise(number) == number


def test_masks_hide_the_middle() -> None:
    assert phones.masked("+8613800138000") == "+86 138****8000"
    assert phones.masked("+14155552671") == "+141****671"
    assert phones.masked_name("王小明") == "王**"
    assert phones.masked_name("Ann Lee") == "Ann**"
    assert phones.masked_name("") == ""


@given(st.integers(13_000_000_000, 19_999_999_999))
@settings(max_examples=300)
def test_the_fast_way_for_plain_mobiles_says_what_the_careful_way_says(number: int) -> None:
    def outcome(read: Callable[[str], str]) -> str:
        try:
            return read(str(number))
        except CellError as trouble:
            return trouble.code

    assert outcome(phones.normalise) == outcome(phones._parsed)
