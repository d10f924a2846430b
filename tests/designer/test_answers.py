# ruff: noqa: E501 - a table of answers reads better with one on a line
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.answers import check, check_page, check_question, parse
from surveyapp.designer.document import Document, Number, Option, ShortText, variables_of
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
        if getattr(question, "carry", None) is None:  # what is offered then is the path's matter
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


OPTIONS = [
    {"id": "a"},
    {"id": "b", "other": True},
    {"id": "c"},
    {"id": "unsure", "missing": "dont_know"},
]


def document_of(*questions, **page):
    return Document.model_validate(
        {"pages": [{"id": "p1", "questions": questions, **page}], "default_language": "en"}
    )


def asked(**question):
    return next(document_of({"id": "q", **question}).questions())


@pytest.mark.parametrize(
    ("question", "raw", "values"),
    [
        ({"type": "ranking", "options": OPTIONS}, ["c", "a", "c", ""], ["c", "a"]),
        ({"type": "ranking", "options": OPTIONS}, "c", ["c"]),
        ({"type": "date"}, ["２０２６年１１月３日"], "2026-11-03"),
        ({"type": "date"}, "2026/2/1", "2026-02-01"),
        ({"type": "date"}, "2026-02-30", "2026-02-30"),
        ({"type": "date"}, "soon", "soon"),
        ({"type": "date"}, 20260201, 20260201),
        ({"type": "date", "missing": ["dont_know"]}, "dont_know", "dont_know"),
        ({"type": "consent"}, ["on"], True),
        ({"type": "consent"}, True, True),
        ({"type": "consent"}, [" No "], None),
        ({"type": "consent"}, False, None),
        ({"type": "consent"}, "maybe", "maybe"),
        ({"type": "photo"}, [" 7f3a "], "7f3a"),
        ({"type": "stars"}, ["4"], 4),
        ({"type": "ces", "missing": ["not_applicable"]}, ["not_applicable"], "not_applicable"),
        ({"type": "short_text", "format": "digits"}, ["１２ "], "12"),
        ({"type": "short_text", "format": "digits"}, 12, 12),
        ({"type": "single", "options": OPTIONS}, "b", "b"),
    ],
)
def test_parse_the_further_types(question, raw, values):
    found = parse(asked(**question), {"q": raw})
    assert found == ({} if values is None else {"q": values})


def test_parse_words_behind_an_option_and_carried_options():
    question = asked(type="multiple", options=OPTIONS)
    raw = {"q": ["c", "x", "b"], "q.b": [" rye\nbread "], "q.a": "no such field"}
    assert parse(question, raw) == {"q": ["b", "c", "x"], "q.b": "rye bread"}
    assert parse(question, {"q.b": 3}) == {"q.b": 3}
    carried = [Option(id="x"), *question.options]
    assert parse(question, raw, carried)["q"] == ["x", "b", "c"]


@pytest.mark.parametrize(
    ("question", "answers", "expected"),
    [
        ({"type": "ranking", "options": OPTIONS}, {"q": ["c", "a", "b", "unsure"], "q.b": "x"}, []),
        ({"type": "ranking", "options": OPTIONS}, {"q": ["c", "a"]}, ["answer.incomplete"]),
        ({"type": "ranking", "options": OPTIONS, "at_most": 2}, {"q": ["c", "a"]}, []),
        ({"type": "ranking", "options": OPTIONS, "at_most": 1}, {"q": ["c", "a"]}, ["answer.too_many"]),
        ({"type": "ranking", "options": OPTIONS, "at_most": 2}, {"q": ["c", "c"]}, ["answer.repeated"]),
        ({"type": "ranking", "options": OPTIONS}, {"q": ["z"]}, ["answer.option"]),
        ({"type": "ranking", "options": OPTIONS}, {"q": "a"}, ["answer.option"]),
        ({"type": "multiple", "options": OPTIONS}, {"q": ["a", "unsure"]}, ["answer.exclusive"]),
        ({"type": "multiple", "options": OPTIONS, "required": True}, {"q": ["b"]}, ["answer.required"]),
        ({"type": "multiple", "options": OPTIONS, "required": True}, {"q": ["b"], "q.b": "x"}, []),
        ({"type": "multiple", "options": OPTIONS}, {"q": ["b"], "q.b": "x" * 201}, ["answer.too_long"]),
        ({"type": "multiple", "options": OPTIONS}, {"q": ["a"], "q.b": 5}, []),
        ({"type": "single", "options": OPTIONS, "required": True}, {"q": "b"}, ["answer.required"]),
        ({"type": "single", "options": OPTIONS, "required": True}, {"q": "unsure"}, []),
        ({"type": "single", "options": OPTIONS, "required": True}, {}, ["answer.required"]),
        ({"type": "stars", "points": 4}, {"q": 5}, ["answer.range"]),
        ({"type": "ces"}, {"q": 7}, []),
        ({"type": "ces"}, {"q": 0}, ["answer.range"]),
        ({"type": "csat"}, {"q": 6}, ["answer.range"]),
        ({"type": "csat", "missing": ["refused"]}, {"q": "refused"}, []),
        ({"type": "csat", "missing": ["refused"]}, {"q": "dont_know"}, ["answer.range"]),
        ({"type": "date"}, {"q": "2026-02-30"}, ["answer.date"]),
        ({"type": "date"}, {"q": "soon"}, ["answer.date"]),
        ({"type": "date"}, {"q": 3}, ["answer.date"]),
        ({"type": "date", "earliest": "2026-01-01"}, {"q": "2025-12-31"}, ["answer.range"]),
        ({"type": "date", "latest": "today"}, {"q": "2999-12-31"}, []),
        ({"type": "date", "required": True}, {}, ["answer.required"]),
        ({"type": "consent", "required": True}, {}, ["answer.required"]),
        ({"type": "consent"}, {"q": "maybe"}, ["answer.consent"]),
        ({"type": "consent", "required": True}, {"q": True}, []),
        ({"type": "photo"}, {"q": "7f3a"}, []),
        ({"type": "photo"}, {"q": "../x"}, ["answer.photo"]),
        ({"type": "photo"}, {"q": 3}, ["answer.photo"]),
        ({"type": "photo", "required": True}, {}, ["answer.required"]),
        ({"type": "short_text", "format": "email"}, {"q": "a.b@example.com"}, []),
        ({"type": "short_text", "format": "email"}, {"q": "a.b@example"}, ["answer.format"]),
        ({"type": "short_text", "format": "phone"}, {"q": "+86 138 0000 0000"}, []),
        ({"type": "short_text", "format": "phone"}, {"q": "12"}, ["answer.format"]),
        ({"type": "short_text", "format": "digits"}, {"q": "0123"}, []),
        ({"type": "short_text", "format": "digits"}, {"q": "12a"}, ["answer.format"]),
        ({"type": "short_text", "format": "digits"}, {"q": "\x00"}, ["answer.text"]),
        ({"type": "short_text", "format": "digits", "missing": ["refused"]}, {"q": "refused"}, []),
    ],
)  # fmt: skip
def test_check_the_further_types(question, answers, expected):
    found = check_question(asked(**question), answers)
    assert [finding.code for finding in found] == expected
    assert all(finding.message for finding in found)


def test_a_ranking_may_be_incomplete_while_it_is_saved():
    question = asked(type="ranking", options=OPTIONS)
    assert check_question(question, {"q": ["a"]}, complete=False) == []


@pytest.mark.parametrize(
    ("bounds", "day", "sentence"),
    [
        ({"latest": "today"}, "2026-11-26", "Please choose a day not after 2026-11-25."),
        ({"latest": "today"}, "2026-11-25", None),
        ({"earliest": "today"}, "2026-11-24", "Please choose a day not before 2026-11-25."),
        (
            {"earliest": "2026-01-01", "latest": "today"},
            "2025-01-01",
            "Please choose a day from 2026-01-01 to 2026-11-25.",
        ),
    ],
)
def test_days_up_to_today(bounds, day, sentence):
    document = document_of({"type": "date", "id": "q", **bounds})
    way = path(document, {"q": day}, {"survey": {"today": "2026-11-25"}})
    messages = [finding.message for finding in check(document, way, {"q": day})]
    assert messages == ([sentence] if sentence else [])


CHECKED = document_of(
    {"type": "number", "id": "parts"},
    {
        "type": "number",
        "id": "broken",
        "checks": [
            {
                "id": "fewer",
                "must": {"<=": [{"answer": "broken"}, {"answer": "parts"}]},
                "message": {"en": "You have only {parts}.", "zh-Hans": "您只有{parts}个。"},
            },
            {"id": "rare", "must": {"<=": [{"answer": "broken"}, 2]}, "severity": "warning"},
        ],
    },
    {"type": "likert_grid", "id": "empty", "items": [{"id": "x", "show": {"==": [1, 2]}}]},
    {
        "type": "long_text",
        "id": "why",
        "require": {">": [{"answer": "broken"}, 0]},
    },
    checks=[{"id": "few", "must": {"<=": [{"+": [{"answer": "parts"}, {"answer": "broken"}]}, 9]}}],
)


def checked(answers, **how):
    way = path(CHECKED, answers, {})
    found = check(CHECKED, way, answers, **how)
    assert found == check_page(way, "p1", answers, **how)
    return [(f.place, f.message, f.severity) for f in found]


def test_the_questionnaires_own_checks():
    assert checked({}) == []
    assert checked({"broken": 0}) == []
    assert checked({"parts": 1, "broken": 2, "why": "x"}) == [
        ("question:broken", "You have only 1.", "error")
    ]
    assert checked({"parts": 1, "broken": 2, "why": "x"}, language="zh-Hans") == [
        ("question:broken", "您只有1个。", "error")
    ]
    assert checked({"parts": 7, "broken": 3, "why": "x"}) == [
        ("question:broken", "Please check this answer.", "warning"),
        ("page:p1", "Please check this answer.", "error"),
    ]


def test_required_where_its_rule_says_so():
    assert checked({"parts": 5, "broken": 1}) == [
        ("question:why", "Please write an answer.", "error")
    ]
    page = path(CHECKED, {"broken": 1}, {}).pages[0]
    assert page.lacks({"broken": 1})
    assert not page.lacks({"broken": 1, "why": "x"})
    assert "empty" not in [question.id for question in page.questions]


def test_what_is_not_offered_is_not_asked_for_and_does_not_count():
    question = {
        "type": "single",
        "id": "q",
        "required": True,
        "options": [{"id": "a"}, {"id": "b", "show": {"==": [{"customer": "tier"}, "high"]}}],
    }
    document = document_of(question)
    codes = [f.code for f in check(document, path(document, {"q": "b"}, {}), {"q": "b"})]
    assert codes == ["answer.required"]
    rich = {"customer": {"tier": "high"}}
    assert check(document, path(document, {"q": "b"}, rich), {"q": "b"}) == []
