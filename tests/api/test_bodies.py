"""Bodies of calls: lists of objects whose numbers stay exact."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.api.bodies import MOST_ITEMS, flattened, items, rows, wrong
from surveyapp.findings import SurveyError


def test_numbers_are_their_text() -> None:
    assert items(b'[{"amount": 1299.10, "n": 12345678901234567890}]') == [
        {"amount": "1299.10", "n": "12345678901234567890"}
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"\xff", "not_json"),
        (b"[NaN]", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"event_id": "O1"}', "not_a_list"),
        (b"[1]", "not_a_list"),
        (b"[]", "item_count"),
        (json.dumps([{}] * (MOST_ITEMS + 1)).encode(), "item_count"),
    ],
)
def test_other_bodies_are_refused_with_a_code(body: bytes, code: str) -> None:
    with pytest.raises(SurveyError) as refusal:
        items(body)
    assert refusal.value.findings[0].code == f"api.{code}"


def test_rows_have_a_cell_for_every_name() -> None:
    found = [{"b": "x", "c": None}, {"a": True}]
    assert list(rows(found, ("a", "b", "c"))) == [(1, ["", "x", ""]), (2, ["true", "", ""])]


def test_unknown_fields_and_nested_values_are_named() -> None:
    found = [{"a": "1"}, {"z": "1"}, {"a": ["1"]}, {"a": {}}]
    said = [(index, f.code, f.params["field"]) for index, f in wrong(found, ("a",))]
    assert said == [
        (1, "api.unknown_field", "z"),
        (2, "api.not_a_value", "a"),
        (3, "api.not_a_value", "a"),
    ]


@given(st.binary(max_size=40))
def test_no_body_crashes(body: bytes) -> None:
    with contextlib.suppress(SurveyError):
        assert items(body)


def test_attributes_become_fields_and_what_is_wrong_is_named() -> None:
    given_ = [
        {"number": "1", "attributes": {"card": "gold"}},
        {"number": "2"},
        {"number": "3", "attributes": None},
        {"number": "4", "attributes": {"colour": "red"}},
        {"number": "5", "attributes": []},
    ]
    found, trouble = flattened(given_, {"own_card": "card"})
    assert found[0] == {"number": "1", "own_card": "gold"}
    assert [item["number"] for item in found] == ["1", "2", "3", "4", "5"]
    assert [(index, f.code) for index, f in trouble] == [
        (3, "api.unknown_attribute"),
        (4, "api.attributes_not_an_object"),
    ]
    assert trouble[1][1].message == 'Give attributes as an object: {"key": value}.'
