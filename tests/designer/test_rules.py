import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.rules import Source, evaluate, sources
from tests.designer.kleene import verdict
from tests.vectors import FACTS, VALUES, random_rule, random_values, rule_vectors

VECTORS = rule_vectors()
SEEDED = st.integers(0, 2**32).map(random.Random)


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{i} {v['why']}" for i, v in enumerate(VECTORS)])
def test_vector(vector):
    assert evaluate(vector["rule"], vector["answers"], vector["facts"]) is vector["expected"]


def test_vectors_cover_every_verdict_widely():
    expected = [vector["expected"] for vector in VECTORS]
    assert min(expected.count(True), expected.count(False), expected.count(None)) > 100


@settings(max_examples=300)
@given(SEEDED)
def test_agrees_with_the_definition(draw: random.Random):
    rule = random_rule(draw, 3)
    answers = random_values(draw, VALUES)
    facts = {kind: random_values(draw, names) for kind, names in FACTS.items()}
    assert evaluate(rule, answers, facts) is verdict(rule, answers, facts)


@settings(max_examples=200)
@given(SEEDED)
def test_more_answers_never_change_what_is_decided(draw: random.Random):
    """Kleene's monotony: a verdict reached with fewer answers stands when more arrive."""
    rule = without_answered(random_rule(draw, 3))
    facts = {kind: random_values(draw, names) for kind, names in FACTS.items()}
    few = random_values(draw, VALUES)
    before = evaluate(rule, few, facts)
    assert before is None or evaluate(rule, {**random_values(draw, VALUES), **few}, facts) is before


def without_answered(rule):
    if not isinstance(rule, dict):
        return rule
    return {
        name: True
        if name == "answered"
        else [without_answered(x) for x in operands]
        if isinstance(operands, list)
        else operands
        for name, operands in rule.items()
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["and", "or", "not", "==", "<", "in", "answered", "answer", "x"]),
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
