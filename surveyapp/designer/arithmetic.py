"""Numbers in rules: the operators that calculate.

All of them calculate with double-precision numbers, as the browser does, from left to right, and
give unknown where an operand is no number, where something is divided by zero and where the
result is beyond all numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce

from surveyapp.designer.rule_values import (
    Answers,
    Builder,
    Evaluator,
    Facts,
    is_date,
    kind_of,
    truth,
)

EXACT = 2.0**52
"""From here on every double is a whole number."""


def adding(add: Callable[[float, float], float]) -> Builder:
    """`+ - * /`: from left to right; unknown where one operand is."""

    def build(operands: list[Evaluator]) -> Evaluator:
        def evaluated(answers: Answers, facts: Facts) -> object:
            values = [_number(operand(answers, facts)) for operand in operands]
            numbers = [value for value in values if value is not None]
            if len(numbers) < len(values):
                return None
            return _result(lambda: reduce(add, numbers))

        return evaluated

    return build


def gathering(gather: Callable[[Sequence[float]], float]) -> Builder:
    """`min max sum mean`: over the operands that are known; unknown where none is."""

    def build(operands: list[Evaluator]) -> Evaluator:
        def evaluated(answers: Answers, facts: Facts) -> object:
            values = [_number(operand(answers, facts)) for operand in operands]
            numbers = [value for value in values if value is not None]
            return _result(lambda: gather(numbers)) if numbers else None

        return evaluated

    return build


def total(numbers: Sequence[float]) -> float:
    """The sum from left to right (Python's own compensates, the browser's does not)."""
    return reduce(lambda left, right: left + right, numbers)


def mean(numbers: Sequence[float]) -> float:
    """The sum divided by how many there are."""
    return total(numbers) / len(numbers)


def rounding(operands: list[Evaluator]) -> Evaluator:
    """`round`: to the nearest whole number, halves away from zero."""

    def evaluated(answers: Answers, facts: Facts) -> object:
        value = _number(operands[0](answers, facts))
        if value is None:
            return None
        size = abs(value)
        nearest = size if size >= EXACT else math.floor(size + 0.5)
        return _result(lambda: math.copysign(nearest, value))

    return evaluated


def counting(operands: list[Evaluator]) -> Evaluator:
    """`count`: how many answers were chosen, or how many conditions are true."""

    def evaluated(answers: Answers, facts: Facts) -> object:
        values = [operand(answers, facts) for operand in operands]
        if len(values) == 1 and isinstance(values[0], list | tuple):
            return len(values[0])
        truths = [truth(value) for value in values]
        return None if None in truths else truths.count(True)

    return evaluated


def ranking(operands: list[Evaluator]) -> Evaluator:
    """`position`: the place of an option in a ranking, 1 is the best; unknown if it has none."""

    def evaluated(answers: Answers, facts: Facts) -> object:
        ranked, option = (operand(answers, facts) for operand in operands)
        if kind_of(option) != "text" or not isinstance(ranked, list | tuple):
            return None
        return ranked.index(option) + 1 if option in ranked else None

    return evaluated


def spanning(operands: list[Evaluator]) -> Evaluator:
    """`days`: how many days the second date is after the first."""

    def evaluated(answers: Answers, facts: Facts) -> object:
        first, second = (_day(operand(answers, facts)) for operand in operands)
        return None if first is None or second is None else (second - first).days

    return evaluated


def choosing(operands: list[Evaluator]) -> Evaluator:
    """`if`: the second operand where the first is true, the third where it is false."""
    condition, then, otherwise = operands

    def evaluated(answers: Answers, facts: Facts) -> object:
        verdict = truth(condition(answers, facts))
        if verdict is None:
            return None
        return (then if verdict else otherwise)(answers, facts)

    return evaluated


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _result(calculate: Callable[[], float]) -> int | float | None:
    try:
        value = calculate()
    except (ZeroDivisionError, OverflowError):
        return None
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) <= EXACT else value


def _day(value: object) -> date | None:
    if not is_date(value):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
