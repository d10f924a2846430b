"""Conditions of three programs become one small tree, and what is none is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer.formats.expression import (
    MAX_DEPTH,
    SCRIPT,
    SURVEYJS,
    XPATH,
    Call,
    Name,
    Series,
    Value,
    conjuncts,
    parse,
    replaced,
)
from surveyapp.findings import SurveyError

A, B = Name("a"), Name("b")


def both(operator, left, right):
    return Call(operator, (left, right))


@pytest.mark.parametrize(
    ("text", "dialect", "tree"),
    [
        ("${a} = 'x'", XPATH, both("==", A, Value("x"))),
        ("${a} != '' or ${b} > 3.5", XPATH,
         both("or", both("!=", A, Value("")), both(">", B, Value(3.5)))),
        ("${a} >= -2 and not(selected(${b}, 'x'))", XPATH,
         both("and", both(">=", A, Value(-2)),
              Call("not", (Call("selected", (B, Value("x"))),)))),
        (". > 0", XPATH, both(">", Name("."), Value(0))),
        ("name = 'x'", XPATH, both("==", Call("column", (Value("name"),)), Value("x"))),
        ("${a} div 2 + -${b} mod 3", XPATH,
         both("+", both("/", A, Value(2)), both("%", both("-", Value(0), B), Value(3)))),
        ("true()", XPATH, Call("true", ())),
        ("count-selected(${a}) >= 2", XPATH, both(">=", Call("count-selected", (A,)), Value(2))),
        ('a.NAOK == "A1" && !is_empty(b)', SCRIPT,
         both("and", both("==", Name("a.NAOK"), Value("A1")),
              Call("not", (Call("is_empty", (B,)),)))),
        ("a ge 2 || (b ne 1)", SCRIPT,
         both("or", both(">=", A, Value(2)), both("!=", B, Value(1)))),
        ("12X3X4A == 'Y'", SCRIPT, both("==", Name("12X3X4A"), Value("Y"))),
        ("{a} contains 'x' or {b} notempty", SURVEYJS,
         both("or", both("contains", A, Value("x")), Call("notempty", (B,)))),
        ("{a} anyof ['x', 2]", SURVEYJS, both("anyof", A, Series((Value("x"), Value(2))))),
        ("{a} = yes and {b} = true", SURVEYJS,
         both("and", both("==", A, Value("yes")), both("==", B, Value(True)))),
        ("!({a} empty) and []  = {b}", SURVEYJS,
         both("and", Call("not", (Call("empty", (A,)),)), both("==", Series(()), B))),
        ("{m.row 1} <> 'x'", SURVEYJS, both("!=", Name("m.row 1"), Value("x"))),
    ],
)  # fmt: skip
def test_a_condition_is_read_as_its_program_reads_it(text, dialect, tree):
    assert parse(text, dialect) == tree


@pytest.mark.parametrize("dialect", [XPATH, SCRIPT, SURVEYJS])
@pytest.mark.parametrize(
    "text", ["", "and", "'open", "(1", "[1", "1 2", "f(1", "f(1 2)", "1 =", "= 1", "§", "x(" * 40,
             "(" * (MAX_DEPTH + 2) + "1" + ")" * (MAX_DEPTH + 2), "1 + " * 9000 + "1"],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text, dialect):
    with pytest.raises(SurveyError) as error:
        parse(text, dialect)
    assert error.value.findings[0].code == "format.expression"
    assert len(error.value.findings[0].message) < 300


@given(st.text(max_size=60), st.sampled_from([XPATH, SCRIPT, SURVEYJS]))
def test_any_text_is_a_condition_or_refused(text, dialect):
    with contextlib.suppress(SurveyError):
        parse(text, dialect)


def test_parts_can_be_replaced_and_taken_apart():
    tree = parse("${a} = 1 and (${b} = 2 and ${a} = 3) or f(${a})", XPATH)
    other = replaced(tree, lambda node: B if node == A else None)
    assert other == parse("${b} = 1 and (${b} = 2 and ${b} = 3) or f(${b})", XPATH)
    assert replaced(Series((A, Value(1))), lambda n: B if n == A else None) == Series((B, Value(1)))
    assert conjuncts(other) == (other,)
    assert len(conjuncts(parse("${a} = 1 and (${b} = 2 and ${a} = 3)", XPATH))) == 3
