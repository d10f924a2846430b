import pytest

from surveyapp.designer.computed import (
    circular,
    computations,
    extents,
    sound,
    values,
    with_computed,
)
from surveyapp.designer.document import Document
from surveyapp.designer.rule_types import check_rules
from surveyapp.designer.rules import evaluate

NPS = {"answer": "nps"}


def document(*computed, show=None):
    questions = [
        {"type": "nps", "id": "nps", "show": show},
        {"type": "multiple", "id": "some", "options": [{"id": "a"}, {"id": "b"}]},
    ]
    return Document.model_validate(
        {
            "pages": [{"id": "p1", "questions": questions}],
            "computed": [{"id": name, "value": value} for name, value in computed],
        }
    )


def codes(doc):
    return [(finding.code, finding.place) for finding in check_rules(doc)]


def test_values_read_each_other_in_any_order():
    doc = document(
        ("double", {"*": [{"computed": "more"}, 2]}),
        ("more", {"+": [NPS, 1]}),
        ("good", {">": [{"computed": "double"}, 10]}),
    )
    assert values(doc, {"nps": 6}, {}) == {"more": 7, "double": 14, "good": True}
    assert values(doc, {}, {}) == {}
    assert list(sound(doc)) == ["more", "double", "good"]
    assert with_computed(doc, {"not": [{"computed": "good"}]}) == (("answer", "nps"),)
    assert computations(doc) is computations(doc)
    assert codes(doc) == []


def test_circles_are_found_and_unknown():
    doc = document(
        ("a", {"+": [{"computed": "b"}, NPS]}),
        ("b", {"+": [{"computed": "a"}, 1]}),
        ("self", {"+": [{"computed": "self"}, 1]}),
        ("reader", {"+": [{"computed": "a"}, 1]}),
        ("fine", {"+": [NPS, 1]}),
    )
    assert circular(doc) == {"a", "b", "self"}
    assert values(doc, {"nps": 1}, {}) == {"fine": 2}
    assert codes(doc) == [("rule.cycle", f"computed:{name}") for name in ("a", "b", "self")]
    assert with_computed(doc, {"computed": "a"}) == (("answer", "nps"),)


def test_what_doubles_at_each_step_is_refused_quickly():
    steps = [("c0", {"+": [NPS, 1]})]
    steps += [(f"c{i}", {"+": [{"computed": f"c{i - 1}"}] * 2}) for i in range(1, 40)]
    doc = document(*steps, show={">": [{"computed": "c39"}, 1]})
    assert not extents(doc)["c39"].fits
    found = codes(doc)
    assert {code for code, _ in found} == {"rule.too_large", "rule.later_question"}
    assert values(doc, {"nps": 1}, {})["c5"] == 64
    assert "c39" not in values(doc, {"nps": 1}, {})
    assert evaluate({">": [{"computed": "c39"}, 1]}, {"nps": 1}, {}, computations(doc)) is None


def test_a_long_chain_is_refused_and_costs_no_stack():
    steps = [("c0", {"+": [NPS, 1]})]
    steps += [(f"c{i}", {"+": [{"computed": f"c{i - 1}"}, 1]}) for i in range(1, 3000)]
    doc = document(*steps)
    assert ("rule.too_large", "computed:c2999") in codes(doc)
    assert values(doc, {"nps": 0}, {}) == {f"c{i}": i + 1 for i in range(32)}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"if": [{">": [NPS, 6]}, "good", "bad"]}, []),
        ({"answer": "nps"}, []),
        ({"answer": "some"}, ["rule.not_a_value"]),
        ({"+": [{"computed": "other"}, 1]}, ["rule.unknown_computed"]),
        ({"+": [{"computed": "totel"}, 1]}, ["rule.unknown_computed"]),
    ],
)
def test_a_value_of_any_kind_that_can_be_compared(value, found):
    doc = document(("x", value), ("total", {"+": [NPS, 1]}))
    assert [code for code, _ in codes(doc)] == found


def test_the_type_of_a_value_goes_on_into_rules():
    value = ("level", {"if": [{">": [NPS, 6]}, "good", "bad"]})
    rule = {"==": [{"computed": "level"}, "bda"]}
    found = check_rules(document(value, ("x", rule)))
    assert [f.message for f in found] == [
        "“bda” is none of the answers to choose. Did you mean “bad”?"
    ]
