"""A second, naive evaluator of the rule language, written from its definition: the oracle.

Truth values are numbers, 0 false, ½ unknown, 1 true; `and` is the least, `or` the greatest,
`not` the difference from 1. Calculations are done with fractions of the doubles and rounded to a
double after every step, as IEEE 754 demands. Only for well-formed rules.
"""

import math
import re
from datetime import date
from fractions import Fraction

UNKNOWN = object()


def verdict(rule, answers, facts):
    return {0: False, 0.5: None, 1: True}[degree(value(rule, answers, facts))]


def degree(x):
    return int(x) if isinstance(x, bool) else 0.5


SOURCES = ("customer", "touchpoint", "survey", "random")


def value(node, answers, facts):
    if not isinstance(node, dict):
        return node
    ((name, operands),) = node.items()
    if name == "answer":
        return answers.get(operands, UNKNOWN)
    if name == "computed":
        computed = facts.get("computed", {})
        inner = {**facts, "computed": {k: v for k, v in computed.items() if k != operands}}
        return value(computed[operands], answers, inner) if operands in computed else UNKNOWN
    if name in SOURCES:
        return facts.get(name, {}).get(operands, UNKNOWN)
    if name == "answered":
        return value(operands[0], answers, facts) is not UNKNOWN
    values = [value(operand, answers, facts) for operand in operands]
    if name in ("and", "or", "not"):
        degrees = [degree(x) for x in values]
        return boolean({"and": min, "or": max, "not": lambda d: 1 - d[0]}[name](degrees))
    if name in CALCULATE:
        return CALCULATE[name](values)
    return boolean(compare(name, *values))


def boolean(d):
    return {0: False, 0.5: UNKNOWN, 1: True}[d]


def compare(name, left, right):
    if name == "in":
        if not isinstance(right, list) or kind(left) is None:
            return 0.5
        return max([compare("==", left, member) for member in right], default=0)
    if kind(left) is None or kind(left) != kind(right):
        return 0.5
    if name == "==":
        return int(left == right)
    if name == "!=":
        return int(left != right)
    if kind(left) == "bool" or (kind(left) == "str" and not (iso(left) and iso(right))):
        return 0.5
    return int(
        {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[name]
    )


def kind(x):
    if isinstance(x, bool):
        return "bool"
    if isinstance(x, int | float):
        return "number"
    return "str" if isinstance(x, str) else None


def iso(x):
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", x)


def number(exact):
    """The double nearest to an exact result; unknown beyond all doubles."""
    try:
        return float(exact)
    except OverflowError:
        return UNKNOWN


def step(operator, left, right):
    if UNKNOWN in (left, right):
        return UNKNOWN
    one, two = Fraction(left), Fraction(right)
    if operator == "/" and two == 0:
        return UNKNOWN
    exact = {"+": one + two, "-": one - two, "*": one * two}.get(operator)
    return number(one / two if exact is None else exact)


def chain(operator):
    def calculated(values):
        if any(kind(x) != "number" for x in values):
            return UNKNOWN
        result = float(values[0])
        for x in values[1:]:
            result = step(operator, result, float(x))
        return result

    return calculated


def known(gather):
    def calculated(values):
        numbers = [float(x) for x in values if kind(x) == "number"]
        return gather(numbers) if numbers else UNKNOWN

    return calculated


def mean(numbers):
    return step("/", chain("+")(numbers), float(len(numbers)))


def nearest(values):
    (x,) = values
    if kind(x) != "number":
        return UNKNOWN
    exact = abs(Fraction(float(x)))
    whole = exact.numerator // exact.denominator
    if exact - whole >= Fraction(1, 2):
        whole += 1
    return math.copysign(float(whole), x)


def count(values):
    if len(values) == 1 and isinstance(values[0], list):
        return float(len(values[0]))
    if any(kind(x) != "bool" for x in values):
        return UNKNOWN
    return float(sum(values))


def position(values):
    ranked, option = values
    if isinstance(ranked, list) and option in ranked:
        return float(1 + ranked.index(option))
    return UNKNOWN


def day(x):
    if kind(x) != "str" or not iso(x):
        return None
    try:
        return date.fromisoformat(x)
    except ValueError:
        return None


def days(values):
    first, second = map(day, values)
    return UNKNOWN if first is None or second is None else float((second - first).days)


def choose(values):
    condition, then, otherwise = values
    return {1: then, 0: otherwise, 0.5: UNKNOWN}[degree(condition)]


CALCULATE = {
    **{operator: chain(operator) for operator in "+-*/"},
    "min": known(min),
    "max": known(max),
    "sum": known(chain("+")),
    "mean": known(mean),
    "round": nearest,
    "count": count,
    "position": position,
    "days": days,
    "if": choose,
}
