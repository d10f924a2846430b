from __future__ import annotations

import io

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from surveyapp.distribution import codes, qr, touchpoints
from surveyapp.distribution.codes import ALPHABET, LENGTH
from surveyapp.distribution.models import Touchpoint
from surveyapp.findings import SurveyError
from tests.distribution.builders import add_customer, add_study

bodies = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)
places = st.integers(0, LENGTH - 1)


@given(bodies, places, st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_noticed(body: str, place: int, wrong: str) -> None:
    code = body + codes.check_symbol(body)
    changed = code[:place] + wrong + code[place + 1 :]
    assert (codes.normalised(changed) is None) == (changed != code)


@given(bodies, places, places)
def test_every_swap_of_two_symbols_is_noticed(body: str, one: int, other: int) -> None:
    code = list(body + codes.check_symbol(body))
    before = "".join(code)
    code[one], code[other] = code[other], code[one]
    swapped = "".join(code)
    assert (codes.normalised(swapped) is None) == (swapped != before)


@given(bodies)
def test_a_code_is_understood_however_it_is_typed(body: str) -> None:
    code = body + codes.check_symbol(body)
    for typed in (code.lower(), codes.readable(code), f" {code[:2]} {code[2:]}\n"):
        assert codes.normalised(typed) == code


@pytest.mark.parametrize("text", ["", "ABC", "0" * 8, "!" * 8, "A" * 9])
def test_what_is_no_code_is_refused(text: str) -> None:
    assert codes.normalised(text) is None


def test_new_codes_are_valid() -> None:
    assert all(codes.normalised(codes.new_code()) for _ in range(200))


def test_pictures_follow_their_address_and_keep_the_quiet_zone() -> None:
    address = "https://s.example.com/q/ABCD2345"
    drawing = etree.fromstring(qr.svg(address).encode())
    assert drawing.tag.endswith("svg")
    assert qr.svg(address) != qr.svg(address + "X")
    assert "style=" not in qr.inline_svg(address)
    assert "viewBox" in qr.inline_svg(address)
    picture = qr.png(address, scale=3)
    assert picture.startswith(b"\x89PNG")
    width = int.from_bytes(picture[16:20], "big")
    assert width % 3 == 0
    modules = width // 3 - 2 * qr.BORDER
    assert (modules - 21) % 4 == 0
    assert len(io.BytesIO(picture).read()) < 4000


def test_each_store_gets_one_code_per_place(any_app: Flask) -> None:
    for index, city in enumerate(["上海", "上海", "杭州"], start=1):
        add_customer(index, store="徐汇店", city=city)
    study = add_study()
    assert touchpoints.add(study, ["徐汇店", "New shop"], ["receipt", "shopping_bag"]) == 4
    assert touchpoints.add(study, ["徐汇店"], ["receipt", "entrance"]) == 1
    assert touchpoints.add(study, ["徐汇店"], ["receipt"], "kiosk") == 1
    found = touchpoints.of_study(study)
    assert len(found) == 6
    assert {t.city for t in found if t.store == "徐汇店"} == {"上海"}
    assert {t.city for t in found if t.store == "New shop"} == {""}
    assert [t.label for t in touchpoints.of_study(study, "New shop")] == ["receipt", "shopping_bag"]
    one = found[0]
    assert touchpoints.find(codes.readable(one.code).lower()) is one
    assert touchpoints.url_of(one).endswith(f"/q/{one.code}")
    assert touchpoints.find("ABCD2345") is None
    assert touchpoints.find("nonsense") is None


@pytest.mark.parametrize(
    ("stores", "places_", "code"),
    [
        ([], ["receipt"], "touchpoint.empty"),
        (["A"], [" "], "touchpoint.empty"),
        (["A" * 81], ["receipt"], "touchpoint.too_long"),
        ([f"S{n}" for n in range(1001)], ["a", "b"], "touchpoint.too_many"),
    ],
)
def test_unusable_codes_are_refused(
    app: Flask, stores: list[str], places_: list[str], code: str
) -> None:
    study = add_study()
    with pytest.raises(SurveyError) as refusal:
        touchpoints.add(study, stores, places_)
    assert [f.code for f in refusal.value.findings] == [code]
    assert not Touchpoint.__table__.c.code.nullable


def test_an_unknown_channel_is_a_programmers_mistake(app: Flask) -> None:
    with pytest.raises(ValueError, match="channel"):
        touchpoints.add(add_study(), ["A"], ["receipt"], "fax")
