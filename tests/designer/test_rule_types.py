import pytest
from hypothesis import given, settings

from surveyapp.designer.document import Document
from surveyapp.designer.library import template
from surveyapp.designer.rule_types import check_rules, check_types, rules_of
from tests.designer.test_rules import JSON
from tests.questionnaires import names, questionnaire

ALL = questionnaire("all_types")


def found(rule, document=ALL):
    return [finding.code for finding in check_types(rule, document, "question:q")]


SPEED, REASONS, CHANNEL = {"answer": "speed"}, {"answer": "reasons"}, {"answer": "channel"}
COMMENT, LAST = {"answer": "comment"}, {"customer": "last_purchase"}


@pytest.mark.parametrize(
    "rule",
    [
        {"<=": [SPEED, 2]},
        {"<": [SPEED, {"answer": "nps"}]},
        {"==": [CHANNEL, "phone"]},
        {"==": ["phone", CHANNEL]},
        {"in": [CHANNEL, ["phone", "shop"]]},
        {"in": ["price", REASONS]},
        {"in": [COMMENT, REASONS]},
        {"in": [SPEED, [1, 2]]},
        {"answered": [REASONS]},
        {"==": [COMMENT, "x"]},
        {"==": [{"customer": "store"}, {"touchpoint": "store"}]},
        {"<": [LAST, "2026-01-31"]},
        {"==": ["2026-01-31", LAST]},
        {"<": ["2026-01-31", "2026-02-01"]},
        {"not": [{"and": [{"answered": [SPEED]}, True]}]},
        {"==": [{"<": [SPEED, 2]}, True]},
        {">=": [{"answer": "attitude.polite"}, 4]},
        {"==": [{"customer": "tier"}, "low"]},
        True,
    ],
)
def test_sound(rule):
    assert found(rule) == []


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ({"==": [{"answer": "sped"}, 1]}, ["rule.unknown_question"]),
        ({"==": [{"answer": "zzzzz"}, 1]}, ["rule.unknown_question"]),
        ({"==": [{"customer": "teir"}, "low"]}, ["rule.unknown_attribute"]),
        ({"==": [{"touchpoint": "zzz"}, "low"]}, ["rule.unknown_attribute"]),
        ({"==": [{"answer": "attitude"}, 1]}, ["rule.whole_grid"]),
        ({"answered": [{"answer": "hello"}]}, ["rule.no_answer"]),
        ({"==": [CHANNEL, "phon"]}, ["rule.unknown_option"]),
        ({"==": [CHANNEL, "zzz"]}, ["rule.unknown_option"]),
        ({"in": [CHANNEL, ["phone", "fox", "fax"]]}, ["rule.unknown_option"] * 2),
        ({"in": ["fox", REASONS]}, ["rule.unknown_option"]),
        ({"==": [{"customer": "tier"}, "platinum"]}, ["rule.unknown_option"]),
        ({"==": [SPEED, "2"]}, ["rule.type_mismatch"]),
        ({"==": [CHANNEL, 2]}, ["rule.type_mismatch"]),
        ({"in": [2, REASONS]}, ["rule.type_mismatch"]),
        ({"in": [SPEED, ["2"]]}, ["rule.type_mismatch"]),
        ({"<": [LAST, "tomorrow"]}, ["rule.type_mismatch"]),
        ({"<": [LAST, COMMENT]}, ["rule.type_mismatch"]),
        ({"<": [COMMENT, "x"]}, ["rule.no_order"]),
        ({"<": [CHANNEL, "phone"]}, ["rule.no_order"]),
        ({"<": [True, False]}, ["rule.no_order"]),
        ({"==": [REASONS, "price"]}, ["rule.set_comparison"]),
        ({"==": [SPEED, [1]]}, ["rule.set_comparison"]),
        ({"in": [REASONS, ["price"]]}, ["rule.membership"]),
        ({"in": [CHANNEL, "phone"]}, ["rule.membership"]),
        ({"in": [[1], [1]]}, ["rule.membership"]),
        ({"and": [SPEED]}, ["rule.not_a_condition"]),
        (SPEED, ["rule.not_a_condition"]),
        ({"not": [1]}, ["rule.not_a_condition"]),
        ({"xor": [True, True]}, ["rule.unknown_operator"]),
        ({"and": []}, ["rule.operands"]),
        ({"answered": ["speed"]}, ["rule.operands"]),
        ({"and": True}, ["rule.malformed"]),
        ({}, ["rule.malformed"]),
        (None, ["rule.malformed"]),
        ({"==": [SPEED, None]}, ["rule.malformed"]),
        ({"==": [SPEED, [[1]]]}, ["rule.malformed"]),
        (
            {"or": [{"xor": []}, {"==": [{"answer": "sped"}, 1]}]},
            ["rule.unknown_operator", "rule.unknown_question"],
        ),
        ({"and": [True] * 1001}, ["rule.too_large"]),
        ({"in": [1, [1] * 1001]}, ["rule.too_large"]),
        ({"or": [{"and": [True] * 300}] * 4}, ["rule.too_large"]),
    ],
)
def test_trouble(rule, codes):
    assert found(rule) == codes


def nested(levels):
    rule = {"==": [SPEED, 1]}
    for _ in range(levels - 1):
        rule = {"not": [rule]}
    return rule


def test_depth_is_bounded_where_evaluation_is():
    assert found(nested(32)) == []
    assert found(nested(33)) == ["rule.too_deep"]
    assert found(nested(5000)) == ["rule.too_deep"]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"==": [{"answer": "sped"}, 1]}, "There is no question “sped”. Did you mean “speed”?"),
        ({"==": [{"answer": "zzzzz"}, 1]}, "There is no question “zzzzz”."),
        (
            {"==": [{"customer": "teir"}, "low"]},
            "There is no attribute “customer.teir”. Did you mean “tier”?",
        ),
        (
            {"==": [{"answer": "attitude"}, 1]},
            "“attitude” is a grid: name one of its statements, such as “attitude.polite”.",
        ),
        (
            {"==": [CHANNEL, "phon"]},
            "“phon” is none of the answers to choose. Did you mean “phone”?",
        ),
        (
            {"==": [{"customer": "tier"}, 3]},
            "“customer.tier == 3” compares values of different kinds, which is never true.",
        ),
        ({"and": True}, "The rule is malformed at “{…}”: use {operator: [operands]}."),
    ],
)
def test_sentences_teach(rule, sentence):
    assert [finding.message for finding in check_types(rule, ALL)] == [sentence]


def test_an_empty_grid_has_no_statement_to_suggest():
    document = Document.model_validate(
        {"pages": [{"id": "p", "questions": [{"type": "likert_grid", "id": "g"}]}]}
    )
    assert found({"==": [{"answer": "g"}, 1]}, document) == ["rule.whole_grid"]


@pytest.mark.parametrize("document", [*map(questionnaire, names()), template("aftersales")])
def test_sound_questionnaires_have_sound_rules(document):
    assert check_rules(document) == []


def test_a_rule_reads_only_what_is_asked_before_it():
    rule = {"==": [{"answer": "a"}, 1]}
    questions = [{"type": "nps", "id": name, "show": rule} for name in ("x", "a", "y")]
    pages = [{"id": "p", "show": rule, "questions": questions}, {"id": "q", "show": rule}]
    found = check_rules(Document.model_validate({"pages": pages}))
    assert [(f.code, f.place) for f in found] == [
        ("rule.later_question", place) for place in ("page:p", "question:x", "question:a")
    ]


def test_every_rule_of_a_document_is_placed():
    places = [place for place, _, _ in rules_of(questionnaire("branching"))]
    assert places == ["page:p2", "question:detail"]
    assert [p for p, _, _ in rules_of(questionnaire("contradiction"))] == [
        "contradiction:satisfied_detractor"
    ]


@settings(max_examples=300)
@given(JSON)
def test_hostile_rules_are_findings_never_crashes(rule):
    for finding in check_types(rule, ALL):
        assert finding.message
        assert finding.place == "rule"
