import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.answers import check, check_page, check_question, parse
from surveyapp.designer.document import Number, ShortText, variables_of
from surveyapp.designer.path import path
from tests.designer.respondent import random_answers
from tests.questionnaires import names, questionnaire


def only(name):
    return next(questionnaire(name).questions())


def codes(question, answers, **how):
    return [finding.code for finding in check_question(question, answers, **how)]


@pytest.mark.parametrize(
    ("name", "raw", "values"),
    [
        ("single", {"channel": ["phone"]}, {"channel": "phone"}),
        ("single", {"channel": "shop"}, {"channel": "shop"}),
        ("single", {"channel": [" shop "]}, {"channel": "shop"}),
        ("single", {"channel": [""]}, {}),
        ("single", {"channel": []}, {}),
        ("single", {"channel": None}, {}),
        ("single", {"other": ["phone"]}, {}),
        ("single", {"channel": 7}, {"channel": 7}),
        ("multiple", {"reasons": ["wait", "price", "wait"]}, {"reasons": ["price", "wait"]}),
        ("multiple", {"reasons": "wait"}, {"reasons": ["wait"]}),
        ("multiple", {"reasons": ["", None]}, {}),
        ("multiple", {"reasons": ["x", "wait"]}, {"reasons": ["wait", "x"]}),
        ("multiple", {"reasons": [{"a": 1}, "wait"]}, {"reasons": ["wait", {"a": 1}]}),
        ("likert", {"speed": ["4"]}, {"speed": 4}),
        ("likert", {"speed": 4.0}, {"speed": 4}),
        ("likert", {"speed": "four"}, {"speed": "four"}),
        ("likert_grid", {"attitude.polite": ["5"]}, {"attitude.polite": 5}),
        ("nps", {"nps": ["0"]}, {"nps": 0}),
        ("number", {"contacts": ["１２"]}, {"contacts": 12}),
        ("number", {"contacts": ["1,234"]}, {"contacts": 1234}),
        ("number", {"contacts": ["1,2"]}, {"contacts": "1,2"}),
        ("number", {"contacts": ["2.50"]}, {"contacts": 2.5}),
        ("number", {"contacts": ["-3"]}, {"contacts": -3}),
        ("number", {"contacts": ["\u22123"]}, {"contacts": -3}),
        ("number", {"contacts": ["1e400"]}, {"contacts": "1e400"}),
        ("number", {"contacts": ["NaN"]}, {"contacts": "NaN"}),
        ("number", {"contacts": ["1_0"]}, {"contacts": "1_0"}),
        ("number", {"contacts": 3.0}, {"contacts": 3}),
        ("number", {"contacts": True}, {"contacts": True}),
        ("short_text", {"model": [" X1\r\nZ\x00\ud800 "]}, {"model": "X1 Z"}),
        ("long_text", {"comment": ["a\r\nb\rc"]}, {"comment": "a\nb\nc"}),
        ("long_text", {"comment": ["   "]}, {}),
        ("long_text", {"comment": 5}, {"comment": 5}),
        ("information", {"hello": "x"}, {}),
    ],
)
def test_parse(name, raw, values):
    parsed = parse(only(name), raw)
    assert parsed == values
    assert [type(v) for v in parsed.values()] == [type(v) for v in values.values()]


@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        ("single", {}, ["answer.required"]),
        ("single", {"channel": "phone"}, []),
        ("single", {"channel": "fax"}, ["answer.option"]),
        ("single", {"channel": ["phone"]}, ["answer.option"]),
        ("multiple", {}, []),
        ("multiple", {"reasons": ["price", "wait"]}, []),
        ("multiple", {"reasons": ["price", "wait", "staff"]}, ["answer.too_many"]),
        ("multiple", {"reasons": ["price", "none"]}, ["answer.exclusive"]),
        ("multiple", {"reasons": ["price", "price"]}, ["answer.repeated"]),
        ("multiple", {"reasons": ["fax"]}, ["answer.option"]),
        ("multiple", {"reasons": [{}]}, ["answer.option"]),
        ("multiple", {"reasons": []}, ["answer.option"]),
        ("multiple", {"reasons": "price"}, ["answer.option"]),
        ("likert", {"speed": 1}, []),
        ("likert", {"speed": 0}, ["answer.range"]),
        ("likert", {"speed": 6}, ["answer.range"]),
        ("likert", {"speed": "5"}, ["answer.range"]),
        ("likert", {"speed": True}, ["answer.range"]),
        (
            "likert_grid",
            {"attitude.polite": 9},
            ["answer.range", "answer.required", "answer.required"],
        ),
        ("nps", {"nps": 0}, []),
        ("nps", {"nps": 10}, []),
        ("nps", {"nps": 11}, ["answer.range"]),
        ("number", {"contacts": 1}, []),
        ("number", {"contacts": 0}, ["answer.range"]),
        ("number", {"contacts": 21}, ["answer.range"]),
        ("number", {"contacts": 1.5}, ["answer.decimals"]),
        ("number", {"contacts": "three"}, ["answer.number"]),
        ("number", {"contacts": True}, ["answer.number"]),
        ("number", {"contacts": float("inf")}, ["answer.number"]),
        ("short_text", {"model": "x" * 20}, []),
        ("short_text", {"model": "x" * 21}, ["answer.too_long"]),
        ("short_text", {"model": "\x00"}, ["answer.text"]),
        ("short_text", {"model": " "}, ["answer.text"]),
        ("short_text", {"model": 3}, ["answer.text"]),
        ("information", {"hello": 1}, []),
    ],
)
def test_check(name, answers, expected):
    assert codes(only(name), answers) == expected


def test_autosave_may_leave_required_answers_out_but_not_wrong():
    assert codes(only("likert_grid"), {"attitude.polite": 5}, complete=False) == []
    assert codes(only("likert_grid"), {"attitude.polite": 7}, complete=False) == ["answer.range"]


@pytest.mark.parametrize(
    ("bounds", "value", "sentence"),
    [
        ({"minimum": 1, "maximum": 9}, 10, "Please enter a number from 1 to 9."),
        ({"minimum": 1.5, "decimals": 1}, 1, "Please enter a number of at least 1.5."),
        ({"maximum": 9}, 10, "Please enter a number of at most 9."),
        ({}, 2e15, "This number is too large; please check it."),
        ({"decimals": 2}, 2e13, "This number is too large; please check it."),
        ({"decimals": 1}, 1.25, "Please enter at most 1 decimal places."),
        ({}, 1.5, "Please enter a whole number."),
        ({"decimals": 2}, 1e-9, "Please enter at most 2 decimal places."),
    ],
)
def test_a_number_says_how_to_mend_it(bounds, value, sentence):
    findings = check_question(Number(id="n", **bounds), {"n": value})
    assert [finding.message for finding in findings] == [sentence]


def test_the_sentence_of_a_missing_answer_names_what_to_do():
    document = questionnaire("all_types")
    missing = {
        finding.place: finding.message for finding in check(document, path(document, {}, {}), {})
    }
    assert missing["question:channel"] == "Please choose an answer."
    assert missing["question:contacts"] == "Please enter a number."
    assert missing["question:model"] == "Please write an answer."
    assert missing["question:attitude.polite"] == "Please choose an answer."
    assert "question:comment" not in missing


def test_only_the_path_is_checked():
    document = questionnaire("branching")
    answers = {"overall": 5, "reasons": ["nonsense"], "nps": 9}
    assert check(document, path(document, answers, {}), answers) == []
    answers["overall"] = 1
    on = path(document, answers, {})
    assert [f.code for f in check(document, on, answers)] == ["answer.option"]
    assert [f.place for f in check_page(on, "p2", answers)] == ["question:reasons"]
    assert check_page(on, "p1", answers) == []
    assert check_page(on, "nowhere", answers) == []


@settings(max_examples=100)
@given(st.integers(0, 2**32).map(random.Random), st.sampled_from(names()))
def test_sound_answers_survive_reading_and_checking(draw, name):
    document = questionnaire(name)
    answers = random_answers(document, draw, answered=1)
    for question in document.questions():
        own = {v: answers[v] for v in variables_of(question)}
        assert parse(question, own) == own
        assert parse(question, as_form(own)) == own
        assert check_question(question, own) == []


def as_form(values):
    return {
        name: value if isinstance(value, list) else [str(value)] for name, value in values.items()
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)


@settings(max_examples=150)
@given(ANYTHING, st.sampled_from(list(questionnaire("all_types").questions())))
def test_whatever_is_sent_is_read_and_checked_without_a_crash(raw, question):
    values = parse(question, dict.fromkeys(variables_of(question), raw))
    assert set(values) <= set(variables_of(question))
    for finding in check_question(question, values):
        assert finding.message


@given(st.text())
def test_a_text_that_was_read_is_never_refused_for_its_characters(raw):
    question = ShortText(id="t", max_length=500)
    assert codes(question, parse(question, {"t": raw[:400]})) == []
