"""Rules as rows: a question, an operator, a value; joined by all or any, in groups one level deep.

That is what the row builder shows. A rule of another shape has no rows; it is written as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveyapp.designer.document import Rule
from surveyapp.designer.facts import Type
from surveyapp.designer.rules import kind_of, parts_of, source_of

COMPARISONS = {"is": "==", "is_not": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_BY_SIGN = {sign: name for name, sign in COMPARISONS.items()}

OPERATORS: dict[str, tuple[str, ...]] = {
    "choice": ("is", "is_not", "one_of", "answered", "unanswered"),
    "choice_set": ("includes", "excludes", "answered", "unanswered"),
    "number": ("is", "is_not", "le", "lt", "ge", "gt", "one_of", "answered", "unanswered"),
    "text": ("answered", "unanswered", "is", "is_not"),
    "date": ("ge", "le", "is", "answered", "unanswered"),
    "boolean": ("is", "answered", "unanswered"),
}
"""Kind of value → the operators that fit it, the usual one first."""

VALUELESS = frozenset({"answered", "unanswered"})
JOINS = {"all": "and", "any": "or"}


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
    group = _group(rule, 2)
    if group:
        return group
    row = _row(rule)
    return Group("all", (row,)) if row else None


def _group(rule: object, depth: int) -> Group | None:
    parts = parts_of(rule)
    joins = {sign: name for name, sign in JOINS.items()}
    if parts is None or parts[0] not in joins or depth == 0:
        return None
    rows = [_row(operand) or _group(operand, depth - 1) for operand in parts[1]]
    found = tuple(row for row in rows if row)
    return Group(joins[parts[0]], found) if len(found) == len(rows) else None


def _row(rule: object) -> Row | None:
    parts = parts_of(rule)
    if parts is None:
        return None
    operator, operands = parts
    if operator == "not" and len(operands) == 1:
        inner = _row(operands[0])
        opposite = {"includes": "excludes", "answered": "unanswered"}
        found = opposite.get(inner.operator) if inner else None
        return Row(inner.source, found, inner.values) if inner and found else None
    if operator == "answered" and len(operands) == 1:
        return Row(name, "answered") if (name := _name(operands[0])) else None
    return _pair(operator, operands) if len(operands) == 2 else None


def _pair(operator: str, operands: Sequence[object]) -> Row | None:
    left, right = operands
    source = _name(left)
    if source and operator in _BY_SIGN and kind_of(right):
        return Row(source, _BY_SIGN[operator], (right,))
    if source and operator == "in" and isinstance(right, list) and all(map(kind_of, right)):
        return Row(source, "one_of", tuple(right))
    if operator == "in" and kind_of(left) and (source := _name(right)):
        return Row(source, "includes", (left,))
    return None


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
    return {COMPARISONS[row.operator]: [source, row.values[0]]}


def mended(row: Row, types: Mapping[str, Type]) -> Row:
    """The row with an operator and values that fit its source; the first source for an unknown one.

    So every row is complete at every moment, and can be saved as it stands.
    """
    source = row.source if row.source in types else next(iter(types))
    kind = types[source]
    allowed = OPERATORS[kind.kind]
    operator = row.operator if row.operator in allowed else allowed[0]
    if operator in VALUELESS:
        return Row(source, operator)
    values = tuple(v for v in (typed(value, kind) for value in row.values) if v is not None)
    if operator != "one_of":
        values = values[:1]
    return Row(source, operator, values or (_usual(kind),))


def typed(value: object, kind: Type) -> object:
    """A value from a form in the type of the source; None when it does not fit."""
    text = str(value).strip()
    if kind.kind == "number":
        return _number(text)
    if kind.kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind.options and text not in kind.options:
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
    if kind.options:
        return kind.options[0]
    return {"number": 1, "date": "2026-01-01", "boolean": True}.get(kind.kind, "…")
