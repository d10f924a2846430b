"""The table of operators of the rule language: what each takes, and how it is evaluated."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from surveyapp.designer import arithmetic
from surveyapp.designer.rule_values import (
    Answers,
    Builder,
    Evaluator,
    Facts,
    is_date,
    kind_of,
    truth,
)


def _all(conditions: list[Evaluator]) -> Evaluator:
    def evaluated(answers: Answers, facts: Facts) -> bool | None:
        result: bool | None = True
        for condition in conditions:
            value = truth(condition(answers, facts))
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return evaluated


def _any(conditions: list[Evaluator]) -> Evaluator:
    none_is = _all([_not([condition]) for condition in conditions])
    return _not([none_is])


def _not(conditions: list[Evaluator]) -> Evaluator:
    condition = conditions[0]

    def evaluated(answers: Answers, facts: Facts) -> bool | None:
        value = truth(condition(answers, facts))
        return None if value is None else not value

    return evaluated


def _answered(operands: list[Evaluator]) -> Evaluator:
    return lambda answers, facts: operands[0](answers, facts) is not None


def _comparing(compare: Callable[[Any, Any], bool | None]) -> Builder:
    def build(operands: list[Evaluator]) -> Evaluator:
        left, right = operands
        return lambda answers, facts: compare(left(answers, facts), right(answers, facts))

    return build


def _equal(left: object, right: object) -> bool | None:
    kind = kind_of(left)
    return left == right if kind and kind == kind_of(right) else None


def _different(left: object, right: object) -> bool | None:
    equal = _equal(left, right)
    return None if equal is None else not equal


def _ordered(order: Callable[[Any, Any], bool]) -> Callable[[object, object], bool | None]:
    def compare(left: object, right: object) -> bool | None:
        kind = kind_of(left)
        if kind != kind_of(right) or not (kind == "number" or (is_date(left) and is_date(right))):
            return None
        return order(left, right)

    return compare


def _member(value: object, members: object) -> bool | None:
    if kind_of(value) is None or not isinstance(members, list | tuple):
        return None
    found = [_equal(value, member) for member in members]
    return True if True in found else None if None in found else False


class Operator(NamedTuple):
    """A row of the table: how many operands (None: no upper bound), and what they become.

    of_source: the first operand is a source. of_name: the second is a literal text. gives: the
    kind of the result, where it is always the same.
    """

    fewest: int
    most: int | None
    build: Builder
    gives: str = "boolean"
    of_source: bool = False
    of_name: bool = False


_add = arithmetic.adding
_gather = arithmetic.gathering

OPERATORS: dict[str, Operator] = {
    "and": Operator(1, None, _all),
    "or": Operator(1, None, _any),
    "not": Operator(1, 1, _not),
    "answered": Operator(1, 1, _answered, of_source=True),
    "==": Operator(2, 2, _comparing(_equal)),
    "!=": Operator(2, 2, _comparing(_different)),
    "<": Operator(2, 2, _comparing(_ordered(operator.lt))),
    "<=": Operator(2, 2, _comparing(_ordered(operator.le))),
    ">": Operator(2, 2, _comparing(_ordered(operator.gt))),
    ">=": Operator(2, 2, _comparing(_ordered(operator.ge))),
    "in": Operator(2, 2, _comparing(_member)),
    "+": Operator(2, None, _add(operator.add), "number"),
    "-": Operator(2, 2, _add(operator.sub), "number"),
    "*": Operator(2, None, _add(operator.mul), "number"),
    "/": Operator(2, 2, _add(operator.truediv), "number"),
    "min": Operator(1, None, _gather(min), "number"),
    "max": Operator(1, None, _gather(max), "number"),
    "sum": Operator(1, None, _gather(arithmetic.total), "number"),
    "mean": Operator(1, None, _gather(arithmetic.mean), "number"),
    "round": Operator(1, 1, arithmetic.rounding, "number"),
    "count": Operator(1, None, arithmetic.counting, "number"),
    "position": Operator(2, 2, arithmetic.ranking, "number", of_source=True, of_name=True),
    "days": Operator(2, 2, arithmetic.spanning, "number"),
    "if": Operator(3, 3, arithmetic.choosing, ""),
}

CALCULATIONS = ("+", "-", "*", "/")
"""Operators between numbers."""
FUNCTIONS = ("min", "max", "sum", "mean", "round", "count", "position", "days", "if")
"""Operators that are written as `name(operand, …)`, beside `answered`, `all` and `any`."""


def takes(row: Operator, operands: Sequence[object]) -> bool:
    """Whether the number of the operands fits."""
    return row.fewest <= len(operands) <= (row.most or len(operands))
