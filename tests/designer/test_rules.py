import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.computed import computations
from surveyapp.designer.document import Computed, Document
from surveyapp.designer.rules import Source, evaluate, sources
from tests.designer.kleene import verdict
from tests.vectors import COMPUTED, FACTS, VALUES, random_rule, random_values, rule_vectors

VECTORS = rule_vectors()
SEEDED = st.integers(0, 2**32).map(random.Random)


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{i} {v['why']}" for i, v in enumerate(VECTORS)])
def test_vector(vector):
    facts = vector["facts"]
    computed = computations_of(facts.get("computed", {}))
    assert evaluate(vector["rule"], vector["answers"], facts, computed) is vector["expected"]


def computations_of(rules):
    return computations(Document(computed=tuple(Computed(id=i, value=r) for i, r in rules.items())))


COMPUTATIONS = computations_of(COMPUTED)


def test_vectors_cover_every_verdict_widely():
    expected = [vector["expected"] for vector in VECTORS]
    assert min(expected.count(True), expected.count(False), expected.count(None)) > 100


@settings(max_examples=300)
@given(SEEDED)
def test_agrees_with_the_definition(draw: random.Random):
    rule = random_rule(draw, 3)
    answers = random_values(draw, VALUES)
    facts = {kind: random_values(draw, names) for kind, names in FACTS.items()}
    expected = verdict(rule, answers, {**facts, "computed": COMPUTED})
    assert evaluate(rule, answers, facts, COMPUTATIONS) is expected


@settings(max_examples=200)
@given(SEEDED)
def test_more_answers_never_change_what_is_decided(draw: random.Random):
    """Kleene's monotony: a verdict reached with fewer answers stands when more arrive.

    `answered` and what is gathered from the known operands only are meant to change.
    """
    rule = monotone(random_rule(draw, 3))
    facts = {kind: random_values(draw, names) for kind, names in FACTS.items()}
    few = random_values(draw, VALUES)
    before = evaluate(rule, few, facts)
    assert before is None or evaluate(rule, {**random_values(draw, VALUES), **few}, facts) is before


def monotone(rule):
    if not isinstance(rule, dict):
        return rule
    ((name, operands),) = rule.items()
    if name in ("answered", "min", "max", "sum", "mean"):
        return True if name == "answered" else 1
    return {name: [monotone(x) for x in operands] if isinstance(operands, list) else operands}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "and",
                    "==",
                    "<",
                    "in",
                    "answered",
                    "answer",
                    "computed",
                    "x",
                    "+",
                    "/",
                    "mean",
                    "round",
                    "count",
                    "position",
                    "days",
                    "if",
                ]
            ),
            inner,
            max_size=2,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=300)
@given(JSON, st.dictionaries(st.sampled_from(["x", "y"]), JSON))
def test_never_raises_whatever_the_tree(rule, answers):
    assert evaluate(rule, answers, {}) in (True, False, None)
    sources(rule)


def test_a_tree_deeper_than_the_stack_is_unknown():
    rule: object = {"answer": "speed"}
    for _ in range(100_000):
        rule = {"not": [rule]}
    assert evaluate(rule, {"speed": 1}, {}) is None
    assert sources(rule) == (Source("answer", "speed"),)
    while isinstance(rule, dict) and "not" in rule:  # freed step by step: no recursion in C either
        rule = rule["not"][0]


def test_sources_once_each_in_order():
    rule = {
        "or": [
            {"==": [{"answer": "b"}, 1]},
            {"and": [{"==": [{"customer": "tier"}, "low"]}, {"answered": [{"answer": "a"}]}]},
            {"==": [{"answer": "b"}, {"touchpoint": "store"}]},
        ]
    }
    assert sources(rule) == (
        ("answer", "b"),
        ("customer", "tier"),
        ("answer", "a"),
        ("touchpoint", "store"),
    )


def test_a_number_beyond_all_doubles_is_unknown():
    assert evaluate({">": [{"+": [10**400, 1]}, 1]}, {}, {}) is None
