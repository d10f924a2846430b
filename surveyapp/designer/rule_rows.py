"""Rules as rows: a question, an operator, a value; joined by all or any, in groups within groups.

That is what the row builder shows. A rule of another shape has no rows; it is written as text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveyapp.designer.document import Rule
from surveyapp.designer.facts import NUMBER, Type
from surveyapp.designer.rules import is_date, kind_of, parts_of, source_of

COMPARISONS = {"is": "==", "is_not": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_BY_SIGN = {sign: name for name, sign in COMPARISONS.items()}
ORDERED = frozenset({"lt", "le", "gt", "ge"})

Wrap = Callable[[object, object], list[object]]
TODAY = {"survey": "today"}
CALCULATED: dict[str, tuple[str, Wrap]] = {
    "at_least": (">=", lambda source, value: [{"count": [source]}, value]),
    "at_most": ("<=", lambda source, value: [{"count": [source]}, value]),
    "within": ("<=", lambda source, value: [{"days": [source, TODAY]}, value]),
    "longer_ago": (">", lambda source, value: [{"days": [source, TODAY]}, value]),
    "ranked_first": ("==", lambda source, value: [{"position": [source, value]}, 1]),
}
"""Operators of rows that calculate: the comparison, and its operands."""
NUMERIC = frozenset({"at_least", "at_most", "within", "longer_ago"})
"""Those of them whose value is a number, whatever the source is."""

OPERATORS: dict[str, tuple[str, ...]] = {
    "choice": ("is", "is_not", "one_of", "answered", "unanswered"),
    "choice_set": ("includes", "excludes", "at_least", "at_most", "answered", "unanswered"),
    "ranking": ("ranked_first", "includes", "excludes", "answered", "unanswered"),
    "number": ("is", "is_not", "le", "lt", "ge", "gt", "one_of", "answered", "unanswered"),
    "text": ("answered", "unanswered", "is", "is_not"),
    "date": ("ge", "le", "is", "within", "longer_ago", "answered", "unanswered"),
    "boolean": ("is", "answered", "unanswered"),
}
"""Kind of value → the operators that fit it, the usual one first."""

VALUELESS = frozenset({"answered", "unanswered"})
JOINS = {"all": "and", "any": "or"}
LEVELS = 4
"""Groups within groups, the outermost among them."""


def operators_of(type_: Type) -> tuple[str, ...]:
    """The operators that fit a source."""
    return OPERATORS["ranking" if type_.ordered else type_.kind]


@dataclass(frozen=True)
class Row:
    """One condition. source: `answer:VARIABLE` or `customer:ATTRIBUTE`; values: one or several."""

    source: str
    operator: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Group:
    """Conditions of which all, or any, must hold."""

    join: str
    rows: tuple[Row | Group, ...]


def rows_of(rule: object) -> Group | None:
    """The rule as rows; None when it has another shape. No rule at all is an empty group."""
    if rule is None:
        return Group("all", ())
    group = _group(rule, LEVELS)
    if group:
        return group
    row = row_of(rule)
    return Group("all", (row,)) if row else None


def _group(rule: object, depth: int) -> Group | None:
    parts = parts_of(rule)
    joins = {sign: name for name, sign in JOINS.items()}
    if parts is None or parts[0] not in joins or depth == 0:
        return None
    rows = [row_of(operand) or _group(operand, depth - 1) for operand in parts[1]]
    found = tuple(row for row in rows if row)
    return Group(joins[parts[0]], found) if len(found) == len(rows) else None


def row_of(rule: object) -> Row | None:
    """The rule as one row, if it is one condition of a shape that rows have."""
    parts = parts_of(rule)
    if parts is None:
        return None
    operator, operands = parts
    if operator == "not" and len(operands) == 1:
        inner = row_of(operands[0])
        opposite = {"includes": "excludes", "answered": "unanswered"}
        found = opposite.get(inner.operator) if inner else None
        return Row(inner.source, found, inner.values) if inner and found else None
    if operator == "answered" and len(operands) == 1:
        return Row(name, "answered") if (name := _name(operands[0])) else None
    return _pair(operator, operands) if len(operands) == 2 else None


def _pair(operator: str, operands: Sequence[object]) -> Row | None:
    left, right = operands
    if (found := _calculated(operator, operands)) is not None:
        return found
    source = _name(left)
    if source and operator in _BY_SIGN and kind_of(right):
        return Row(source, _BY_SIGN[operator], (right,))
    if source and operator == "in" and isinstance(right, list) and all(map(kind_of, right)):
        return Row(source, "one_of", tuple(right))
    if operator == "in" and kind_of(left) and (source := _name(right)):
        return Row(source, "includes", (left,))
    return None


def _calculated(operator: str, operands: Sequence[object]) -> Row | None:
    """A row that counts, ranks or measures days."""
    inner = parts_of(operands[0])
    if inner is None or not inner[1] or (name := _name(inner[1][0])) is None:
        return None
    given = inner[1][1] if inner[0] == "position" and len(inner[1]) == 2 else operands[1]
    for row_operator, (comparison, made) in CALCULATED.items():
        fits = operator == comparison and kind_of(given) == _value_kind(row_operator)
        if fits and made(inner[1][0], given) == list(operands):
            return Row(name, row_operator, (given,))
    return None


def _value_kind(operator: str) -> str:
    return "number" if operator in NUMERIC else "text"


def _name(operand: object) -> str | None:
    source = source_of(operand)
    return f"{source.kind}:{source.name}" if source else None


def rule_of(group: Group) -> Rule | None:
    """The rule that the rows mean; None when there are none. One row stands for itself."""
    rules = [_rule(row) for row in group.rows]
    found = [rule for rule in rules if rule is not None]
    if not found:
        return None
    return found[0] if len(found) == 1 else {JOINS[group.join]: found}


def _rule(row: Row | Group) -> Rule | None:
    if isinstance(row, Group):  # stays a group with one row in it, or none could ever be begun
        rules = [rule for rule in map(_rule, row.rows) if rule is not None]
        return {JOINS[row.join]: rules} if rules else None
    kind, _, name = row.source.partition(":")
    source = {kind: name}
    if row.operator in VALUELESS:
        answered = {"answered": [source]}
        return answered if row.operator == "answered" else {"not": [answered]}
    if row.operator == "one_of":
        return {"in": [source, list(row.values)]}
    if row.operator in ("includes", "excludes"):
        member: Rule = {"in": [row.values[0], source]}
        return member if row.operator == "includes" else {"not": [member]}
    if row.operator in CALCULATED:
        comparison, made = CALCULATED[row.operator]
        return {comparison: made(source, row.values[0])}
    return {COMPARISONS[row.operator]: [source, row.values[0]]}


def mended(row: Row, types: Mapping[str, Type]) -> Row:
    """The row with an operator and values that fit its source; the first source for an unknown one.

    So every row is complete at every moment, and can be saved as it stands.
    """
    source = row.source if row.source in types else next(iter(types))
    kind = types[source]
    allowed = operators_of(kind)
    operator = row.operator if row.operator in allowed else allowed[0]
    if operator in VALUELESS:
        return Row(source, operator)
    kind = NUMBER if operator in NUMERIC else kind
    values = tuple(v for v in (typed(value, kind) for value in row.values) if v is not None)
    if operator in ORDERED:  # a missing answer is neither more nor less
        values = tuple(v for v in values if kind.kind != "number" or kind_of(v) == "number")
    if operator != "one_of":
        values = values[:1]
    return Row(source, operator, values or (_usual(kind),))


def typed(value: object, kind: Type) -> object:
    """A value from a form in the type of the source; None when it does not fit."""
    text = str(value).strip()
    if kind.kind in ("number", "date") and text in kind.options:
        return text  # the name of a missing answer
    if kind.kind == "number":
        return _number(text)
    if kind.kind == "date":
        return text if is_date(text) else None
    if kind.kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind.kind in ("choice", "choice_set") and text not in kind.options:
        return None
    return text or None


def _number(text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if number != number or abs(number) > 1e15:
        return None
    return int(number) if number.is_integer() else number


def _usual(kind: Type) -> object:
    """A value to begin with."""
    if kind.options and kind.kind in ("choice", "choice_set"):
        return kind.options[0]
    return {"number": 1, "date": "2026-01-01", "boolean": True}.get(kind.kind, "…")
