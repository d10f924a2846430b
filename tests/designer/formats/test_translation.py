"""A translated condition is true exactly where the other program shows, and back again."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer.document import Document
from surveyapp.designer.formats.expression import SCRIPT, SURVEYJS, XPATH, Call, Name, Value, parse
from surveyapp.designer.formats.rule_writing import SURVEYJS_WORDS, XPATH_WORDS, Writer
from surveyapp.designer.formats.translation import Translator, Variable, negated, untrue
from surveyapp.designer.rule_types import check_types
from surveyapp.designer.rules import evaluate
from surveyapp.findings import SurveyError

DOCUMENT = Document.model_validate(
    {
        "pages": [{"id": "p", "questions": [
            {"id": "s", "type": "single", "options": [{"id": "a"}, {"id": "b"}, {"id": "c"}]},
            {"id": "m", "type": "multiple", "options": [{"id": "a"}, {"id": "b"}]},
            {"id": "n", "type": "number"},
            {"id": "k", "type": "number"},
            {"id": "t", "type": "short_text"},
            {"id": "d", "type": "date"},
            {"id": "ok", "type": "consent"},
        ]}]
    }
)  # fmt: skip
VARIABLES = {
    "s": Variable("s", "choice", {"a": "a", "b": "b", "c": "c"}),
    "m": Variable("m", "choice_set", {"a": "a", "b": "b"}),
    "n": Variable("n", "number"),
    "k": Variable("k", "number"),
    "t": Variable("t", "text"),
    "d": Variable("d", "date"),
    "ok": Variable("ok", "boolean", {"OK": True, "true": True}),
    "m_a": Variable("m", "choice_set", {}, "answer", "a"),
    "code": Variable("s", "choice", {"1": "a", "2": "b", "3": "c"}),
}
NAMES = {name: name for name in DOCUMENT.variables}
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "s": st.sampled_from("abc"),
        "m": st.lists(st.sampled_from("ab"), min_size=1, unique=True).map(sorted),
        "n": st.integers(-2, 4),
        "k": st.integers(-2, 4),
        "t": st.sampled_from(["x", "y z"]),
        "d": st.sampled_from(["2026-01-01", "2026-05-05"]),
        "ok": st.just(True),
    },
)


def source(name):
    return {"answer": name}


COMPARISONS = st.one_of(
    st.builds(lambda op, v: {op: [source("s"), v]}, st.sampled_from(["==", "!="]),
              st.sampled_from("abc")),
    st.builds(lambda v: {"in": [v, source("m")]}, st.sampled_from("ab")),
    st.builds(lambda v: {"in": [source("s"), v]},
              st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True)),
    st.builds(lambda op, n, v: {op: [source(n), v]},
              st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.sampled_from("nk"),
              st.integers(-1, 3)),
    st.builds(lambda op: {op: [source("n"), source("k")]}, st.sampled_from(["==", "!=", "<"])),
    st.builds(lambda op, v: {op: [{"+": [source("n"), source("k")]}, v]},
              st.sampled_from(["<", ">=", "!="]), st.integers(0, 3)),
    st.builds(lambda op, v: {op: [{"count": [source("m")]}, v]},
              st.sampled_from(["<", ">=", "=="]), st.integers(0, 2)),
    st.builds(lambda v: {"==": [source("t"), v]}, st.sampled_from(["x", "y z"])),
    st.just({"==": [source("ok"), True]}),
    st.builds(lambda name: {"answered": [source(name)]}, st.sampled_from("smnktd")),
)  # fmt: skip
RULES = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"and": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"or": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": [part]}, inner),
    ),
    max_leaves=6,
)


class TwoValued:
    """The condition as the other program evaluates it: nothing is '' and no number."""

    def __init__(self, answers):
        self.answers = answers

    def value(self, node):
        if isinstance(node, Value):
            return node.value
        if isinstance(node, Name):
            found = self.answers.get(node.name, "")
            return {True: "OK"}.get(found, found) if node.name == "ok" else found
        if node.function == "count-selected":
            return len(self.value(node.operands[0]))
        left, right = (self.number(one) for one in node.operands)
        return {"+": left + right, "-": left - right}[node.function]

    def number(self, node):
        found = self.value(node)
        return math.nan if found == "" or isinstance(found, list) else found

    def holds(self, node):
        name, operands = node.function, node.operands
        if name in ("and", "or"):
            values = [self.holds(one) for one in operands]
            return all(values) if name == "and" else any(values)
        if name == "not":
            return not self.holds(operands[0])
        if name in ("empty", "notempty"):
            return (self.value(operands[0]) in ("", [])) is (name == "empty")
        if name in ("selected", "contains", "notcontains"):
            found = operands[1].value in self.value(operands[0])
            return found is (name != "notcontains")
        left, right = (self.value(one) for one in operands)
        if name in ("==", "!="):
            right = "OK" if right is True else right
            return (left == right) is (name == "==")
        left, right = (self.number(one) for one in operands)
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[
            name
        ]


@pytest.mark.parametrize(("words", "dialect"), [(XPATH_WORDS, XPATH), (SURVEYJS_WORDS, SURVEYJS)])
@given(rule=RULES, answers=ANSWERS)
def test_a_rule_that_is_written_holds_there_exactly_where_it_is_true_here(
    words, dialect, rule, answers
):
    writer = Writer(DOCUMENT, words, NAMES)
    true = evaluate(rule, answers, {}) is True
    text = writer.holds(rule)
    assert TwoValued(answers).holds(parse(text, dialect)) is true
    assert TwoValued(answers).holds(parse(writer.fails(rule), dialect)) is not true
    passes = evaluate(rule, answers, {}) is not False
    assert TwoValued(answers).holds(parse(writer.passes(rule), dialect)) is passes


@pytest.mark.parametrize(("words", "dialect"), [(XPATH_WORDS, XPATH), (SURVEYJS_WORDS, SURVEYJS)])
@given(rule=RULES, answers=ANSWERS)
def test_a_rule_that_is_written_and_read_is_true_for_the_same_answers(
    words, dialect, rule, answers
):
    text = Writer(DOCUMENT, words, NAMES).holds(rule)
    made = Translator(VARIABLES.get).holds(parse(text, dialect))
    again = made if isinstance(made, bool) else evaluate(made, answers, {})
    assert (again is True) is (evaluate(rule, answers, {}) is True)
    if isinstance(made, dict):
        assert check_types(made, DOCUMENT) == []


def call(function, *operands):
    return Call(function, operands)


N, K, S, M = Name("n"), Name("k"), Name("s"), Name("m")
FOREIGN = st.recursive(
    st.one_of(
        st.builds(lambda op, v: call(op, S, Value(v)), st.sampled_from(["==", "!="]),
                  st.sampled_from(["a", "b", ""])),
        st.builds(lambda v: call("selected", M, Value(v)), st.sampled_from("ab")),
        st.builds(lambda op, v: call(op, N, Value(v)),
                  st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(-1, 3)),
        st.builds(lambda op: call(op, N, K), st.sampled_from(["==", "!=", "<", ">="])),
        st.builds(lambda op, v: call(op, call("+", N, K), Value(v)),
                  st.sampled_from(["<", ">", "!="]), st.integers(-1, 3)),
        st.builds(lambda op, v: call(op, call("count-selected", M), Value(v)),
                  st.sampled_from(["<", ">=", "==", "!="]), st.integers(0, 2)),
        st.builds(lambda name: call("empty", name), st.sampled_from([N, S, M])),
    ),
    lambda inner: st.one_of(
        st.builds(lambda op, a, b: call(op, a, b), st.sampled_from(["and", "or"]), inner, inner),
        st.builds(lambda a: call("not", a), inner),
    ),
    max_leaves=5,
)  # fmt: skip


@given(node=FOREIGN, answers=ANSWERS)
def test_a_foreign_condition_is_true_here_exactly_where_it_is_true_there(node, answers):
    made = Translator(VARIABLES.get).holds(node)
    true = made if isinstance(made, bool) else evaluate(made, answers, {})
    assert (true is True) is TwoValued(answers).holds(node)
    if isinstance(made, dict):
        assert check_types(made, DOCUMENT) == []


@given(node=FOREIGN, answers=ANSWERS)
def test_a_foreign_constraint_is_false_here_exactly_where_it_is_false_there(node, answers):
    made = Translator(VARIABLES.get).must(node)
    value = made if isinstance(made, bool) else evaluate(made, answers, {})
    assert (value is not False) is TwoValued(answers).holds(node)


@given(rule=RULES, answers=ANSWERS)
def test_untrue_is_true_exactly_where_the_rule_is_not(rule, answers):
    made = untrue(rule)
    true = made if isinstance(made, bool) else evaluate(made, answers, {})
    assert (true is True) is (evaluate(rule, answers, {}) is not True)


@given(rule=RULES, answers=ANSWERS)
def test_negated_is_kleenes_not(rule, answers):
    made = negated(rule)
    value = evaluate(rule, answers, {})
    assert evaluate(made, answers, {}) is (None if value is None else not value)


@pytest.mark.parametrize(
    ("text", "dialect", "rule"),
    [
        ("${s} != '' and ${s} != 'a'", XPATH, {"!=": [source("s"), "a"]}),
        ("${s} != 'a'", XPATH,
         {"or": [{"not": [{"answered": [source("s")]}]}, {"!=": [source("s"), "a"]}]}),
        ("${code} >= 2", XPATH, {"in": [source("s"), ["b", "c"]]}),
        ("'3' < ${n}", XPATH, {">": [source("n"), 3]}),
        ("selected(${m}, 'a')", XPATH, {"in": ["a", source("m")]}),
        ("selected(${s}, 'a')", XPATH, {"==": [source("s"), "a"]}),
        ("${d} <= date('2026-01-01')", XPATH, {"<=": [source("d"), "2026-01-01"]}),
        ("${d} < today()", XPATH, {"<": [source("d"), {"survey": "today"}]}),
        ("today() - ${d} > 7", XPATH, {">": [{"days": [source("d"), {"survey": "today"}]}, 7]}),
        ("if(${n} > 1, ${k} > 1, false())", XPATH,
         {"and": [{">": [source("n"), 1]}, {">": [source("k"), 1]}]}),
        ("m_a == 'Y'", SCRIPT, {"in": ["a", source("m")]}),
        ("m_a", SCRIPT, {"in": ["a", source("m")]}),
        ("!is_empty(m_a)", SCRIPT, {"in": ["a", source("m")]}),
        ("sum(n, k) >= 3", SCRIPT, {">=": [{"sum": [source("n"), source("k")]}, 3]}),
        ("count(n, m_a) >= 1", SCRIPT,
         {">=": [{"count": [{"answered": [source("n")]}, {"in": ["a", source("m")]}]}, 1]}),
        ("ok", SCRIPT, {"==": [source("ok"), True]}),
        ("{m} = ['a']", SURVEYJS,
         {"and": [{"in": ["a", source("m")]}, {"==": [{"count": [source("m")]}, 1]}]}),
        ("{m} anyof ['a', 'b']", SURVEYJS,
         {"or": [{"in": ["a", source("m")]}, {"in": ["b", source("m")]}]}),
        ("{m} allof ['a', 'b']", SURVEYJS,
         {"and": [{"in": ["a", source("m")]}, {"in": ["b", source("m")]}]}),
        ("{ok} = true", SURVEYJS, {"==": [source("ok"), True]}),
        ("1 = 1 and {n} = 2", SURVEYJS, {"==": [source("n"), 2]}),
    ],
)  # fmt: skip
def test_idioms_become_the_rule_that_a_person_would_write(text, dialect, rule):
    made = Translator(VARIABLES.get).holds(parse(text, dialect))
    assert made == rule
    assert check_types(made, DOCUMENT) == []


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("${nobody} = 1", XPATH), ("regex(${t}, 'x')", XPATH), ("pulldata('a', 'b')", XPATH),
        ("${s} = 'z'", XPATH), ("${n} = 'many'", XPATH), ("${s} > ${n}", XPATH),
        ("${m} < 'a'", XPATH), ("${s} + 1 > 2", XPATH), ("${n} mod 2 = 1", XPATH),
        ("${t}", XPATH), ("${s} < 2", XPATH), ("selected('a', 'a')", XPATH),
        ("['a']", SURVEYJS), ("['a'] = {n} + 1", SURVEYJS), ("{m} contains {n} + 1", SURVEYJS),
        ("age({d}) > 3", SURVEYJS),
    ],
)  # fmt: skip
def test_what_our_rules_cannot_say_is_refused_with_a_reason(text, dialect):
    with pytest.raises(SurveyError) as error:
        Translator(VARIABLES.get).holds(parse(text, dialect))
    assert error.value.findings[0].code == "format.expression"


def test_a_constraint_is_a_check_that_is_false_where_it_is_false():
    translator = Translator(VARIABLES.get, VARIABLES["n"])
    assert translator.must(parse(". > 3 and . < ${k}", XPATH)) == {
        "and": [{">": [source("n"), 3]}, {"answered": [source("k")]},
                {"<": [source("n"), source("k")]}]
    } or translator.must(parse(". > 3", XPATH)) == {">": [source("n"), 3]}  # fmt: skip


@pytest.mark.parametrize("node", [Call("f", ()), Call("random", (Name("n"),))])
def test_an_unknown_function_is_named(node):
    with pytest.raises(SurveyError, match=node.function):
        Translator(VARIABLES.get).holds(node)
    with pytest.raises(SurveyError, match=node.function):
        Translator(VARIABLES.get).value(node)
