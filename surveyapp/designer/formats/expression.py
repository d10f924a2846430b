"""Conditions as other programs write them, parsed into one small tree.

Three dialects: XPath as XLSForm uses it (`${age} > 18 and selected(${why}, 'price')`), LimeSurvey's
ExpressionScript (`Q1.NAOK == "A1" && !is_empty(Q2)`) and SurveyJS (`{q1} contains 'a' or {q2}
notempty`). The tree knows names, values, lists and calls; operators are calls of their symbol.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from surveyapp.findings import N_, Finding, SurveyError

MAX_LENGTH = 8000
MAX_DEPTH = 24


@dataclass(frozen=True)
class Value:
    """A literal."""

    value: str | int | float | bool


@dataclass(frozen=True)
class Name:
    """A question, a variable, a column; `.` is the element that the condition belongs to."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function or an operator, by its name in lower case."""

    function: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Series:
    """A list of values."""

    members: tuple[Node, ...]


Node = Value | Name | Call | Series


class Token(NamedTuple):
    """kind: number, text, name (marked as such), word, symbol, end."""

    kind: str
    text: str


class Dialect(NamedTuple):
    """How names are marked, what words and symbols mean, what a bare word is: a name, a column
    of the row that is looked at, or a text.
    """

    name: str
    word: str
    operators: dict[str, str]
    bare: str


_OPERATORS = {"and": "and", "or": "or", "=": "==", "==": "==", "!=": "!=", "<": "<", "<=": "<=",
              ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*"}  # fmt: skip
XPATH = Dialect(
    r"(?:\$\{\s*(?P<marked>[^{}]{1,200}?)\s*\}|(?:\.\./)+(?P<beside>[^\W\d][\w-]*)(?![\w/(-]))",
    r"[^\W\d][\w-]*(?::[\w-]+)?|\.(?![\d./])",
    {**_OPERATORS, "div": "/", "mod": "%"},
    "column",
)
SCRIPT = Dialect(
    r"(?P<marked>(?!x)x)",
    r"[^\W\d][\w.]*|\d+X\d+X\w+(?:\.\w+)?",
    {**_OPERATORS, "/": "/", "&&": "and", "||": "or", "!": "not", "not": "not", "eq": "==",
     "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="},
    "name",
)  # fmt: skip
SURVEYJS = Dialect(
    r"\{\s*(?P<marked>[^{}]{1,200}?)\s*\}",
    r"[^\W\d]\w*",
    {**_OPERATORS, "/": "/", "%": "%", "&&": "and", "||": "or", "!": "not", "not": "not",
     "<>": "!=", "equal": "==", "notequal": "!=", "less": "<", "lessorequal": "<=",
     "greater": ">", "greaterorequal": ">=", "contains": "contains", "contain": "contains",
     "notcontains": "notcontains", "notcontain": "notcontains", "anyof": "anyof",
     "allof": "allof", "empty": "empty", "notempty": "notempty"},
    "text",
)  # fmt: skip

_POWER = {"or": 1, "and": 2, "not": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4,
          "contains": 4, "notcontains": 4, "anyof": 4, "allof": 4, "empty": 4, "notempty": 4,
          "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}  # fmt: skip
_AFTER = ("empty", "notempty")
_NEGATIVE = 7


def parse(text: str, dialect: Dialect) -> Node:
    """The tree of a condition; SurveyError `format.expression` where it is none."""
    if len(text) > MAX_LENGTH:
        raise malformed(text)
    return _Parser(text, dialect).whole()


def malformed(text: str) -> SurveyError:
    """The error of a condition that cannot be read."""
    why = N_("The condition “{text}” could not be read; write it again in the editor.")
    return SurveyError(Finding("format.expression", "rule", why, {"text": _short(text)}))


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _tokens(text: str, dialect: Dialect) -> Iterator[Token]:
    pattern = re.compile(
        rf"""\s*(?:(?P<name>{dialect.name})|(?P<number>(?:\d+\.?\d*|\.\d+)(?![\w]))"""
        rf"""|(?P<text>"[^"]*"|'[^']*')|(?P<word>{dialect.word})"""
        r"""|(?P<symbol>&&|\|\||[<>!=]=|<>|[-+*/%=<>!(),\[\]]))""",
        re.ASCII if dialect is SCRIPT else 0,
    )
    position, end = 0, len(text.rstrip())
    while position < end:
        found = pattern.match(text, position)
        if found is None:
            raise malformed(text)
        position = found.end()
        kind = next(kind for kind in ("name", "number", "text", "word", "symbol") if found[kind])
        marked = found["marked"] or found.groupdict().get("beside") or ""
        yield Token(kind, marked if kind == "name" else found[kind])
    yield Token("end", "")


class _Parser:
    def __init__(self, text: str, dialect: Dialect) -> None:
        self._text = text
        self._dialect = dialect
        self._tokens = list(_tokens(text, dialect))
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._expression(0)
        self._expect("", "end")
        return node

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _expect(self, text: str, kind: str = "symbol") -> None:
        if self._next() != Token(kind, text):
            raise malformed(self._text)

    def _operator(self) -> str:
        """The operator that comes next; empty when none does. A word before `(` may be one."""
        kind, text = self._tokens[self._at]
        return self._dialect.operators.get(text.lower(), "") if kind in ("symbol", "word") else ""

    def _expression(self, power: int) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise malformed(self._text)
        left = self._operand()
        while (operator := self._operator()) and _POWER[operator] > power and operator != "not":
            self._next()
            if operator in _AFTER:
                left = Call(operator, (left,))
            else:
                left = Call(operator, (left, self._expression(_POWER[operator])))
        self._depth -= 1
        return left

    def _operand(self) -> Node:
        kind, text = self._next()
        if kind in ("symbol", "word") and (prefixed := self._prefixed(text)):
            return prefixed
        if kind == "number":
            return Value(float(text) if "." in text else int(text[:300]))
        if kind == "text":
            return Value(text[1:-1])
        if kind == "name":
            whole = text.removesuffix(".length")
            return Name(text) if whole == text else Call("count-selected", (Name(whole),))
        if kind == "word":
            return self._word(text)
        raise malformed(self._text)

    def _prefixed(self, text: str) -> Node | None:
        operator = self._dialect.operators.get(text.lower())
        if text == "(":
            inner = self._expression(0)
            self._expect(")")
            return inner
        if text == "[":
            return Series(self._members("]"))
        if operator == "not":
            return Call("not", (self._expression(_POWER["not"]),))
        if operator == "-":
            return _negative(self._expression(_NEGATIVE))
        return None

    def _word(self, text: str) -> Node:
        if text.lower() in self._dialect.operators:
            raise malformed(self._text)
        if self._tokens[self._at] == Token("symbol", "("):
            self._next()
            return Call(text.lower(), self._members(")"))
        if text.lower() in ("true", "false"):
            return Value(text.lower() == "true")
        if self._dialect.bare == "column" and text != ".":
            return Call("column", (Value(text),))
        return Value(text) if self._dialect.bare == "text" else Name(text)

    def _members(self, close: str) -> tuple[Node, ...]:
        found: list[Node] = []
        if self._tokens[self._at] == Token("symbol", close):
            self._next()
            return ()
        while True:
            found.append(self._expression(0))
            if (token := self._next()) == Token("symbol", close):
                return tuple(found)
            if token != Token("symbol", ","):
                raise malformed(self._text)


def replaced(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with every node for which `change` gives another one."""
    if (other := change(node)) is not None:
        return other
    if isinstance(node, Call):
        return Call(node.function, tuple(replaced(one, change) for one in node.operands))
    if isinstance(node, Series):
        return Series(tuple(replaced(one, change) for one in node.members))
    return node


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The conditions that an `and` joins; the node alone where it is none."""
    if isinstance(node, Call) and node.function == "and":
        return tuple(part for one in node.operands for part in conjuncts(one))
    return (node,)


def _negative(node: Node) -> Node:
    if isinstance(node, Value) and isinstance(node.value, int | float):
        return Value(-node.value)
    return Call("-", (Value(0), node))
