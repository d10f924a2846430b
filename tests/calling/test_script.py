"""What is read out: fields, languages, and what is wrong with a text."""

import pytest

from surveyapp.calling import script

VALUES = {"name": "王芳", "store": "徐汇店", "interviewer": "Mei"}


def test_fields_are_filled_in_the_customers_language():
    given = {"zh-Hans": "您好{name}，我是{interviewer}，{store}。", "en": "Hello {name}."}
    assert script.spoken(given, "zh-Hans", VALUES) == "您好王芳，我是Mei，徐汇店。"
    assert script.spoken(given, "en", VALUES) == "Hello 王芳."


def test_another_language_is_better_than_silence():
    assert script.spoken({"en": "Hello."}, "zh-Hans", VALUES) == "Hello."
    assert script.spoken({}, "en", VALUES) == ""


def test_whoever_has_no_name_is_a_customer():
    given = {"zh-Hans": "{name}", "en": "{name}"}
    assert script.spoken(given, "zh-Hans", {**VALUES, "name": None}) == "顾客"
    assert script.spoken(given, "en", {}) == "customer"


def test_what_a_customer_is_called_is_never_a_field():
    values = {**VALUES, "name": "{interviewer}"}
    assert script.spoken({"en": "Hello {name}"}, "en", values) == "Hello {interviewer}"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []),
        ("Hello {name} of {store}, {interviewer}", []),
        ("Hello {who}, {who} {link}", ["call.unknown_field"] * 2),
        ("x" * 2001, ["call.too_long"]),
    ],
)
def test_what_is_wrong_with_a_text(text, codes):
    assert [finding.code for finding in script.findings(text, "call_plan:intro_en")] == codes


def test_the_proposed_texts_are_right():
    for words in script.EXAMPLE.values():
        for text in words.values():
            assert list(script.findings(text, "x")) == []
