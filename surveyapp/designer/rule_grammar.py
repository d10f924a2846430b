"""Reads the text form of rules with lark; `rule_text` is its face (lark is heavy, so apart)."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import Any, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from surveyapp.designer.rule_types import closest
from surveyapp.findings import N_, Finding, SurveyError

GRAMMAR = r"""
?start: either
?either: both | both ("or" both)+ -> either
?both: negation | negation ("and" negation)+ -> both
?negation: comparison | "not" negation -> negated
?comparison: operand
    | operand COMPARISON operand -> compared
    | operand "in" operand -> member
    | operand "not" "in" operand -> stranger
?operand: source
    | scalar
    | "[" [scalar ("," scalar)*] "]" -> listed
    | "(" either ")"
    | "all" "(" either ")" -> both
    | "any" "(" either ")" -> either
    | "answered" "(" source ")" -> answered
source: NAME | DOTTED
scalar: STRING | NUMBER | TRUE | FALSE
COMPARISON: "==" | "!=" | "<=" | ">=" | "<" | ">"
TRUE: "true"
FALSE: "false"
NAME: /[A-Za-z_][A-Za-z0-9_]*/
DOTTED.2: /[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+/
STRING: /"(\\.|[^"\\])*"/s
NUMBER: /-?\d{1,25}(\.\d{1,25})?([eE][+-]?\d{1,3})?/
%ignore /\s+/
"""

INSTEAD = {
    "=": "==", "&": "and", "|": "or", "!": "not", "'": '"', "‘": '"', "’": '"', "“": '"',
    "”": '"', "（": "(", "）": ")", "，": ",", "≤": "<=", "≥": ">=", "≠": "!=", "＜": "<",
    "＞": ">", "＝": "==",
}  # fmt: skip
"""What people type for what the language writes."""

KEYWORDS = ("and", "or", "not", "in", "answered", "true", "false")


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
        if dot and kind in ("answer", "customer", "touchpoint"):
            return {kind: str(rest)}
        return {"answer": str(name)}

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
