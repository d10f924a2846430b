import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surveyapp.designer.library import template
from surveyapp.designer.rule_text import parse, unparse
from surveyapp.designer.rule_types import rules_of
from surveyapp.findings import SurveyError
from tests.designer.test_rules import JSON
from tests.questionnaires import names, questionnaire
from tests.vectors import random_rule

ALL = questionnaire("all_types")
A, B = {"answer": "a"}, {"answer": "b"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("speed <= 2", {"<=": [{"answer": "speed"}, 2]}),
        ('"price" in reasons', {"in": ["price", {"answer": "reasons"}]}),
        ('x in ["a", 2, true]', {"in": [{"answer": "x"}, ["a", 2, True]]}),
        ("x in []", {"in": [{"answer": "x"}, []]}),
        ("x not in y", {"not": [{"in": [{"answer": "x"}, {"answer": "y"}]}]}),
        ("answered(x)", {"answered": [{"answer": "x"}]}),
        (
            "customer.tier == touchpoint.store",
            {"==": [{"customer": "tier"}, {"touchpoint": "store"}]},
        ),
        ("grid.polite > -1.5", {">": [{"answer": "grid.polite"}, -1.5]}),
        (
            "android == 1 and inner != 2",
            {"and": [{"==": [{"answer": "android"}, 1]}, {"!=": [{"answer": "inner"}, 2]}]},
        ),
        ("answer.not == false", {"==": [{"answer": "not"}, False]}),
        ("not a", {"not": [{"answer": "a"}]}),
        ("not not a", {"not": [{"not": [{"answer": "a"}]}]}),
        ("all(a)", {"and": [{"answer": "a"}]}),
        ("any(a or b)", {"or": [{"or": [{"answer": "a"}, {"answer": "b"}]}]}),
        ("((a))", {"answer": "a"}),
        ('a == "b\\"\\u597d\n"', {"==": [{"answer": "a"}, 'b"好\n']}),
        ("a\n  ==\t1", {"==": [{"answer": "a"}, 1]}),
        ("true == a", {"==": [True, {"answer": "a"}]}),
        ("a < 1e3", {"<": [{"answer": "a"}, 1000.0]}),
    ],
)
def test_parse(text, rule):
    assert parse(text) == rule


def test_precedence():
    def name(letter):
        return {"answer": letter}

    assert parse("a or b and not c or d") == {
        "or": [name("a"), {"and": [name("b"), {"not": [name("c")]}]}, name("d")]
    }
    assert parse("(a or b) and c") == {"and": [{"or": [name("a"), name("b")]}, name("c")]}
    assert parse("not a == 1") == {"not": [{"==": [name("a"), 1]}]}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            {"and": [{"<=": [{"answer": "speed"}, 2]}, {"in": ["price", {"answer": "reasons"}]}]},
            'speed <= 2 and "price" in reasons',
        ),
        ({"not": [{"answered": [{"answer": "x"}]}]}, "not answered(x)"),
        ({"and": [{"<": [{"answer": "x"}, 1]}]}, "all(x < 1)"),
        ({"not": [{"<": [{"answer": "x"}, 1]}]}, "not (x < 1)"),
        (
            {"or": [{"and": [{"answer": "x"}, {"not": [{"answer": "y"}]}]}, True]},
            "(x and not y) or true",
        ),
        ({"not": [{"or": [{"answer": "x"}]}]}, "not any(x)"),
        ({"==": [{"customer": "tier"}, "high"]}, 'customer.tier == "high"'),
        ({"==": [{"answer": "customer.x"}, "很好"]}, 'answer.customer.x == "很好"'),
    ],
)
def test_unparse(rule, text):
    assert unparse(rule) == text
    assert parse(text) == rule


@settings(max_examples=200)
@given(st.integers(0, 2**32).map(random.Random))
def test_reading_what_was_printed_gives_the_rule(draw):
    rule = random_rule(draw, 4)
    if isinstance(rule, dict):
        assert parse(unparse(rule)) == rule


@pytest.mark.parametrize("document", [*map(questionnaire, names()), template("aftersales")])
def test_rules_of_questionnaires_round_trip_and_check(document):
    for _, field, rule in rules_of(document):
        assert parse(unparse(rule), document, value=field == "value") == rule


NUMBERS = st.integers(-(10**24), 10**24) | st.floats(allow_nan=False, allow_infinity=False)


@given(st.text() | NUMBERS | st.booleans() | st.lists(st.text() | NUMBERS, max_size=3))
@example(0.00012345678901234567)
def test_every_literal_round_trips(value):
    rule = {"==": [{"answer": "x"}, value]}
    assert parse(unparse(rule)) == rule


@settings(max_examples=200)
@given(JSON)
def test_any_tree_prints_and_reads_back_or_is_a_finding(rule):
    try:
        text = unparse(rule)
    except SurveyError as error:
        assert_code(error, "rule_text.unprintable")
    else:
        assert not isinstance(rule, dict) or parse(text) == rule


@settings(max_examples=200)
@given(st.text(alphabet='ab ()"[]<=!and.not1,\\“', max_size=20))
def test_any_text_is_read_or_is_a_finding(text):
    try:
        parse(text)
    except SurveyError as error:
        assert_code(error, "rule_text.")


def assert_code(error, beginning):
    (finding,) = error.findings
    assert finding.code.startswith(beginning)
    assert finding.message


@pytest.mark.parametrize(
    ("text", "code", "place", "sentence"),
    [
        ("speed = 2", "rule_text.write_instead", "column:7", "Write == instead of =."),
        ("speed == “2”", "rule_text.write_instead", "column:10", 'Write " instead of “.'),
        ("speed # 2", "rule_text.syntax", "column:7", "“#” is not understood here."),
        (
            "speed <= 2 adn nps > 1",
            "rule_text.syntax",
            "column:12",
            "“adn” is not understood here. Did you mean “and”?",
        ),
        ("speed <= 2 )", "rule_text.syntax", "column:12", "“)” is not understood here."),
        ("speed and or", "rule_text.syntax", "column:11", "“or” is not understood here."),
        (
            "speed <=",
            "rule_text.incomplete",
            "column:9",
            "The rule stops too early: something must follow.",
        ),
        (
            "",
            "rule_text.incomplete",
            "column:1",
            "The rule stops too early: something must follow.",
        ),
        (
            'speed == "fas',
            "rule_text.incomplete",
            "column:10",
            'The quotation mark is not closed: write " after the value.',
        ),
        (
            "1e999 == a",
            "rule_text.literal",
            "column:1",
            "1e999 cannot be read; check its digits or backslashes.",
        ),
        (
            r'a == "\x"',
            "rule_text.literal",
            "column:6",
            r'"\x" cannot be read; check its digits or backslashes.',
        ),
        (
            "true",
            "rule_text.no_condition",
            "column:1",
            "This is a value, not a condition: compare it with something.",
        ),
        (
            "a" * 10_001,
            "rule_text.too_long",
            "column:1",
            "The rule is longer than 10000 characters; split it.",
        ),
        (
            "nps > 1 and sped > 1",
            "rule.unknown_question",
            "column:13",
            "There is no question “sped”. Did you mean “speed”?",
        ),
        (
            'channel == "phon"',
            "rule.unknown_option",
            "column:13",
            "“phon” is none of the answers to choose. Did you mean “phone”?",
        ),
        (
            "customer.teir == 1",
            "rule.unknown_attribute",
            "column:1",
            "There is no attribute “customer.teir”. Did you mean “tier”?",
        ),
        (
            'nps == "9"',
            "rule.type_mismatch",
            "column:1",
            '“nps == "9"” compares values of different kinds, which is never true.',
        ),
    ],
)
def test_trouble_has_a_column_and_a_sentence(text, code, place, sentence):
    with pytest.raises(SurveyError) as caught:
        parse(text, ALL)
    (finding,) = caught.value.findings
    assert (finding.code, finding.place, finding.message) == (code, place, sentence)


@pytest.mark.parametrize(
    "rule",
    [
        {"xor": [True]},
        {"and": []},
        {"answer": "no name"},
        {"==": [1, float("inf")]},
        {"==": [1, 10**30]},
        {"==": [1, None]},
        {"==": [1, [[1]]]},
        {"a": [], "b": []},
    ],
)
def test_a_malformed_rule_has_no_text(rule):
    with pytest.raises(SurveyError, match=r"rule_text\.unprintable"):
        unparse(rule)


def test_depth_costs_no_stack():
    rule = {"answered": [{"answer": "x"}]}
    for _ in range(31):
        rule = {"not": [rule]}
    assert parse(unparse(rule)) == rule
    with pytest.raises(SurveyError, match=r"rule_text\.unprintable"):
        unparse({"not": [rule]})
    parse("not " * 2000 + "x")
    parse("(" * 4000 + "x" + ")" * 4000)


def test_the_examples_of_the_guide_are_rules():
    guide = Path(__file__).parents[2] / "docs" / "rules.md"
    examples = [
        line.strip() for line in guide.read_text("utf-8").splitlines() if line[:4] == "    "
    ]
    assert len(examples) >= 7
    for line in examples:
        assert parse(unparse(parse(line))) == parse(line)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a + b * 2 >= 7", {">=": [{"+": [A, {"*": [B, 2]}]}, 7]}),
        ("a + b + 1 == 3", {"==": [{"+": [A, B, 1]}, 3]}),
        ("(a + b) + 1 == 3", {"==": [{"+": [{"+": [A, B]}, 1]}, 3]}),
        ("a - b - 1 == 3", {"==": [{"-": [{"-": [A, B]}, 1]}, 3]}),
        ("a -1 == - 2", {"==": [{"-": [A, 1]}, -2]}),
        ("a * (b - -1.5) / 2 < 3", {"<": [{"/": [{"*": [A, {"-": [B, -1.5]}]}, 2]}, 3]}),
        ("min(a, b) == +1", {"==": [{"min": [A, B]}, 1]}),
        ('position(a, "x") == 1', {"==": [{"position": [A, "x"]}, 1]}),
        ("count(a > 1, not b) >= 1", {">=": [{"count": [{">": [A, 1]}, {"not": [B]}]}, 1]}),
        ('if(a > 1, "x", "y") == "x"', {"==": [{"if": [{">": [A, 1]}, "x", "y"]}, "x"]}),
        (
            "days(customer.last_purchase, survey.today) <= 7",
            {"<=": [{"days": [{"customer": "last_purchase"}, {"survey": "today"}]}, 7]},
        ),
        ('random.wording == "b"', {"==": [{"random": "wording"}, "b"]}),
        ("answered(computed.total)", {"answered": [{"computed": "total"}]}),
        (
            "count == 1 and answer.random == 2",
            {"and": [{"==": [{"answer": "count"}, 1]}, {"==": [{"answer": "random"}, 2]}]},
        ),
    ],
)
def test_calculations(text, rule):
    assert parse(text) == rule
    assert parse(unparse(rule)) == rule


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        (
            "maen(nps) > 1",
            "rule_text.unknown_function",
            "There is no function “maen”. Did you mean “mean”?",
        ),
        (
            "zzzz(nps) > 1",
            "rule_text.unknown_function",
            "There is no function “zzzz”; the functions are min max sum mean round count position"
            " days if answered all any.",
        ),
        ("round(nps, 1) > 1", "rule_text.operands", "“round” needs one number in brackets."),
        ("days() > 1", "rule_text.operands", "“days” needs two dates in brackets."),
        (
            "position(nps, nps) > 1",
            "rule_text.operands",
            "“position” needs a ranking and the id of one of its answers in quotes.",
        ),
        ("nps × 2 > 1", "rule_text.write_instead", "Write * instead of ×."),
    ],
)
def test_trouble_with_functions(text, code, sentence):
    with pytest.raises(SurveyError) as caught:
        parse(text, ALL)
    (finding,) = caught.value.findings
    assert (finding.code, finding.message) == (code, sentence)


def test_a_value_is_no_literal_and_need_not_be_a_condition():
    assert parse("nps * 2", ALL, value=True) == {"*": [{"answer": "nps"}, 2]}
    with pytest.raises(SurveyError, match="the same for everybody"):
        parse("3", ALL, value=True)
    with pytest.raises(SurveyError, match=r"rule\.not_a_condition"):
        parse("nps * 2", ALL)
