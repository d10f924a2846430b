from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer.covering import covers
from surveyapp.designer.rules import evaluate

ATOMS = [{"==": [{"answer": name}, "yes"]} for name in "abc"]
RULES = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.builds(
        lambda join, parts: {join: parts},
        st.sampled_from(["and", "or"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
ANSWERS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(["yes", "no"]) for name in "abc"}
)


@given(RULES, RULES, ANSWERS)
def test_what_is_covered_is_never_true_without_its_cover(wide, narrow, answers):
    if covers(wide, narrow) and evaluate(narrow, answers, {}) is True:
        assert evaluate(wide, answers, {}) is True


@given(RULES, RULES, RULES)
def test_covering_is_transitive(one, two, three):
    if covers(one, two) and covers(two, three):
        assert covers(one, three)


@given(RULES)
def test_every_rule_covers_itself_and_none_covers_all(rule):
    assert covers(rule, rule)
    assert covers(None, rule)
    assert not covers(rule, None)
    assert covers(None, None)


def test_wider_and_narrower():
    a, b, c = ATOMS
    assert covers({"or": [a, b]}, a)
    assert covers(a, {"and": [a, b]})
    assert covers({"or": [a, c]}, {"and": [a, b]})
    assert covers({"and": [{"or": [a, b]}, {"or": [a, c]}]}, a)
    assert not covers(a, {"or": [a, b]})
    assert not covers({"and": [a, b]}, a)
    assert not covers(a, b)
    assert not covers({"not": [a]}, b)
