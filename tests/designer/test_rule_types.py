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


MORE = Document.model_validate(
    {
        "pages": [
            {
                "id": "p1",
                "questions": [
                    {"type": "stars", "id": "stars", "missing": ["dont_know"]},
                    {"type": "date", "id": "day", "missing": ["refused"]},
                    {
                        "type": "ranking",
                        "id": "wishes",
                        "options": [{"id": "a"}, {"id": "b", "other": True}],
                    },
                    {"type": "multiple", "id": "some", "options": [{"id": "a"}]},
                    {"type": "consent", "id": "ok"},
                    {"type": "single", "id": "one", "carry": {"question": "some"}},
                ],
            }
        ],
        "experiments": [{"id": "e", "arms": [{"id": "x"}, {"id": "y"}]}],
        "computed": [
            {"id": "level", "value": {"if": [{"answer": "ok"}, {"answer": "one"}, "none"]}},
            {"id": "when", "value": {"if": [{"answer": "ok"}, {"answer": "day"}, "2026-01-01"]}},
            {"id": "words", "value": {"if": [{"answer": "ok"}, {"answer": "wishes.b"}, "none"]}},
            {"id": "points", "value": {"if": [{"answer": "ok"}, 1, {"answer": "stars"}]}},
            {"id": "bad", "value": {"if": [{"answer": "ok"}, {"answer": "gone"}, 1]}},
        ],
    }
)
STARS, DAY, RANKED, SOME = ({"answer": name} for name in ("stars", "day", "wishes", "some"))


@pytest.mark.parametrize(
    "rule",
    [
        {"==": [STARS, "dont_know"]},
        {"!=": ["refused", DAY]},
        {"in": [STARS, [1, "dont_know"]]},
        {"==": [{"position": [RANKED, "a"]}, 1]},
        {"in": ["a", RANKED]},
        {">=": [{"count": [SOME]}, 1]},
        {">=": [{"count": [{"answer": "ok"}, {"answered": [SOME]}]}, 1]},
        {"<": [{"days": [DAY, "2026-01-01"]}, {"round": [{"/": [STARS, 2]}]}]},
        {"<=": [DAY, {"survey": "today"}]},
        {"==": [{"random": "e"}, "x"]},
        {"==": [{"answer": "one"}, "a"]},
        {"==": [{"computed": "level"}, "a"]},
        {"==": [{"computed": "level"}, "none"]},
        {">": [{"computed": "when"}, "2026-02-01"]},
        {"==": [{"computed": "words"}, "whatever"]},
        {">": [{"computed": "points"}, 1]},
        {"answer": "ok"},
        {"not": [{"==": [{"answer": "wishes.b"}, "x"]}]},
    ],
)
def test_sound_with_the_further_types(rule):
    assert found(rule, MORE) == []


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ({"==": [STARS, "refused"]}, ["rule.type_mismatch"]),
        ({"<": [STARS, "dont_know"]}, ["rule.type_mismatch"]),
        ({"==": [{"position": [RANKED, "c"]}, 1]}, ["rule.unknown_option"]),
        ({"==": [{"position": [SOME, "a"]}, 1]}, ["rule.not_a_ranking"]),
        ({"==": [{"position": [{"answer": "gone"}, "a"]}, 1]}, ["rule.unknown_question"]),
        ({">=": [{"count": [STARS]}, 1]}, ["rule.not_countable"]),
        ({">=": [{"count": [SOME, RANKED]}, 1]}, ["rule.not_countable"] * 2),
        ({">=": [{"count": [["a"]]}, 1]}, ["rule.not_countable"]),
        ({"<": [{"days": [STARS, DAY]}, 1]}, ["rule.not_a_date"]),
        ({"<": [{"days": [{"answer": "gone"}, DAY]}, 1]}, ["rule.unknown_question"]),
        ({"<": [{"+": [STARS, "1"]}, 1]}, ["rule.not_a_number"]),
        ({"<": [{"min": [{"answer": "gone"}]}, 1]}, ["rule.unknown_question"]),
        ({"==": [{"if": [STARS, 1, 2]}, 1]}, ["rule.not_a_condition"]),
        ({"==": [{"if": [True, 1, "x"]}, 1]}, ["rule.mixed_values"]),
        ({"==": [{"if": [True, 1]}, 1]}, ["rule.operands"]),
        ({"==": [{"position": [RANKED, 1]}, 1]}, ["rule.operands"]),
        ({"==": [{"random": "f"}, "x"]}, ["rule.unknown_experiment"]),
        ({"==": [{"random": "zzz"}, "x"]}, ["rule.unknown_experiment"]),
        ({"==": [{"computed": "levle"}, "a"]}, ["rule.unknown_computed"]),
        ({"==": [{"computed": "bad"}, 1]}, []),
        ({"==": [{"answer": "one"}, "zzz"]}, ["rule.unknown_option"]),
    ],
)
def test_trouble_with_the_further_types(rule, codes):
    assert found(rule, MORE) == codes


def test_what_comes_in_random_order_is_not_read():
    reads = {"answered": [{"answer": "a"}]}
    page = {"id": "p1", "block": "x", "questions": [{"type": "nps", "id": "a"}]}
    other = {
        "id": "p2",
        "block": "x",
        "show": reads,
        "shuffle": True,
        "questions": [
            {"type": "multiple", "id": "b", "options": [{"id": "x"}]},
            {
                "type": "single",
                "id": "c",
                "carry": {"question": "b"},
                "options": [{"id": "y", "show": reads}],
            },
        ],
        "checks": [{"id": "k", "must": {"answered": [{"answer": "b"}]}}],
    }
    found = check_rules(Document.model_validate({"pages": [page, other]}))
    assert [(f.code, f.place) for f in found] == [
        ("rule.shuffled", "page:p2"),
        ("rule.shuffled", "option:c.y"),
        ("rule.shuffled", "question:c"),
    ]


def test_a_rule_at_the_end_of_a_page_reads_the_page():
    later = {"answered": [{"answer": "z"}]}
    own = {"answered": [{"answer": "a"}]}
    page = {
        "id": "p1",
        "questions": [
            {"type": "nps", "id": "a", "require": own, "checks": [{"id": "k", "must": later}]},
        ],
        "checks": [{"id": "l", "must": own}],
        "screen_outs": [{"id": "s", "when": later}],
    }
    last = {"id": "p2", "questions": [{"type": "nps", "id": "z"}]}
    found = check_rules(Document.model_validate({"pages": [page, last]}))
    assert [(f.code, f.place) for f in found] == [
        ("rule.later_question", "check:a.k"),
        ("rule.later_question", "screen_out:p1.s"),
    ]
