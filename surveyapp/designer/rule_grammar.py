"""Reads the text form of rules with lark; `rule_text` is its face (lark is heavy, so apart)."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import Any, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from surveyapp.designer.operators import FUNCTIONS
from surveyapp.designer.rule_types import closest
from surveyapp.designer.rules import SOURCES, fits
from surveyapp.findings import N_, Finding, SurveyError, Term

GRAMMAR = r"""
?start: either
?either: both | both ("or" both)+ -> either
?both: negation | negation ("and" negation)+ -> both
?negation: comparison | "not" negation -> negated
?comparison: sum
    | sum COMPARISON sum -> compared
    | sum "in" sum -> member
    | sum "not" "in" sum -> stranger
?sum: product | product (SIGN product)+ -> calculated
?product: operand | operand (TIMES operand)+ -> calculated
?operand: source
    | scalar
    | NAME "(" [either ("," either)*] ")" -> called
    | "[" [scalar ("," scalar)*] "]" -> listed
    | "(" either ")"
    | "all" "(" either ")" -> both
    | "any" "(" either ")" -> either
    | "answered" "(" source ")" -> answered
source: NAME | DOTTED
scalar: STRING | NUMBER | TRUE | FALSE
    | SIGN NUMBER -> signed
COMPARISON: "==" | "!=" | "<=" | ">=" | "<" | ">"
TRUE: "true"
FALSE: "false"
NAME: /[A-Za-z_][A-Za-z0-9_]*/
DOTTED.2: /[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+/
STRING: /"(\\.|[^"\\])*"/s
SIGN: "+" | "-"
TIMES: "*" | "/"
NUMBER: /\d{1,25}(\.\d{1,25})?([eE][+-]?\d{1,3})?/
%ignore /\s+/
"""

INSTEAD = {
    "=": "==", "&": "and", "|": "or", "!": "not", "'": '"', "‘": '"', "’": '"', "“": '"',
    "”": '"', "（": "(", "）": ")", "，": ",", "≤": "<=", "≥": ">=", "≠": "!=", "＜": "<",
    "＞": ">", "＝": "==", "×": "*", "÷": "/", "＋": "+", "－": "-", "−": "-", "≧": ">=", "≦": "<=",
}  # fmt: skip
"""What people type for what the language writes."""

KEYWORDS = ("and", "or", "not", "in", "answered", "true", "false")
CALLED = (*FUNCTIONS, "answered", "all", "any")


USAGE = {
    **dict.fromkeys(("min", "max", "sum", "mean"), Term(N_("one or more numbers in brackets"))),
    "round": Term(N_("one number in brackets")),
    "count": Term(N_("a question with several answers, or conditions, in brackets")),
    "position": Term(N_("a ranking and the id of one of its answers in quotes")),
    "days": Term(N_("two dates in brackets")),
    "if": Term(N_("a condition and two values in brackets")),
}
"""What must stand in the brackets of a function."""


def read(text: str) -> Any:
    """The rule, or the bare literal, that `text` says; SurveyError `rule_text.…` otherwise."""
    try:
        return _parser().parse(text)
    except UnexpectedCharacters as error:
        raise SurveyError(_unexpected_character(error)) from None
    except UnexpectedToken as error:
        raise SurveyError(_unexpected_word(error, text)) from None


@lru_cache
def _parser() -> Lark:
    # the basic lexer, because the contextual one would read "android" as "and" and "roid"
    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=_Rules())


def _unexpected_character(error: UnexpectedCharacters) -> Finding:
    place, wrong = f"column:{cast(int, error.pos_in_stream) + 1}", error.char
    if wrong in INSTEAD:
        template = N_("Write {right} instead of {wrong}.")
        params = {"right": INSTEAD[wrong], "wrong": wrong}
        return Finding("rule_text.write_instead", place, template, params)
    if wrong == '"':
        template = N_('The quotation mark is not closed: write " after the value.')
        return Finding("rule_text.incomplete", place, template)
    template = N_("“{wrong}” is not understood here.")
    return Finding("rule_text.syntax", place, template, {"wrong": wrong})


def _unexpected_word(error: UnexpectedToken, text: str) -> Finding:
    word = error.token
    if word.type == "$END":
        template = N_("The rule stops too early: something must follow.")
        return Finding("rule_text.incomplete", f"column:{len(text) + 1}", template)
    hint = closest(word.lower(), KEYWORDS) if word not in KEYWORDS else ""
    template = N_("“{wrong}” is not understood here.")
    if hint:
        template = N_("“{wrong}” is not understood here. Did you mean “{hint}”?")
    place = f"column:{(word.start_pos or 0) + 1}"
    return Finding("rule_text.syntax", place, template, {"wrong": str(word)[:40], "hint": hint})


@v_args(inline=True)
class _Rules(Transformer[Token, Any]):
    """Builds the JSON tree while the text is read, so that depth costs no stack."""

    def either(self, *operands: Any) -> Any:
        return {"or": list(operands)}

    def both(self, *operands: Any) -> Any:
        return {"and": list(operands)}

    def negated(self, operand: Any) -> Any:
        return {"not": [operand]}

    def compared(self, left: Any, operator: Token, right: Any) -> Any:
        return {str(operator): [left, right]}

    def member(self, value: Any, members: Any) -> Any:
        return {"in": [value, members]}

    def stranger(self, value: Any, members: Any) -> Any:
        return {"not": [{"in": [value, members]}]}

    def answered(self, source: Any) -> Any:
        return {"answered": [source]}

    def listed(self, *members: Any) -> Any:
        return [member for member in members if member is not None]

    def source(self, name: Token) -> Any:
        kind, dot, rest = name.partition(".")
        if dot and kind in SOURCES:
            return {kind: str(rest)}
        return {"answer": str(name)}

    def calculated(self, first: Any, *rest: Any) -> Any:
        """From left to right; `a + b + c` is one sum, `(a + b) + c` is a sum in a sum."""
        result, before = first, ""
        for operator, operand in zip(rest[::2], rest[1::2], strict=True):
            if operator == before and operator in ("+", "*"):
                result[before].append(operand)
            else:
                result, before = {str(operator): [result, operand]}, str(operator)
        return result

    def called(self, name: Token, *operands: Any) -> Any:
        given = [operand for operand in operands if operand is not None]
        place = f"column:{(name.start_pos or 0) + 1}"
        if name not in FUNCTIONS:
            hint = closest(name.lower(), CALLED)
            template = N_("There is no function “{name}”; the functions are {known}.")
            if hint:
                template = N_("There is no function “{name}”. Did you mean “{hint}”?")
            params = {"name": str(name)[:40], "hint": hint, "known": " ".join(CALLED)}
            raise SurveyError(Finding("rule_text.unknown_function", place, template, params))
        if not fits(name, given):
            template = N_("“{name}” needs {usage}.")
            params = {"name": str(name), "usage": USAGE[name]}
            raise SurveyError(Finding("rule_text.operands", place, template, params))
        return {str(name): given}

    def signed(self, sign: Token, token: Token) -> Any:
        value = self.scalar(token)
        return -value if sign == "-" else value

    def scalar(self, token: Token) -> Any:
        try:
            value = json.loads(token, strict=False)
        except ValueError:
            value = math.nan
        if isinstance(value, float) and not math.isfinite(value):
            template = N_("{literal} cannot be read; check its digits or backslashes.")
            place = f"column:{(token.start_pos or 0) + 1}"
            literal = {"literal": str(token)[:40]}
            raise SurveyError(Finding("rule_text.literal", place, template, literal))
        return value
