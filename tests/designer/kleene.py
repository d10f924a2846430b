"""A second, naive evaluator of the rule language, written from its definition: the oracle.

Truth values are numbers, 0 false, ½ unknown, 1 true; `and` is the least, `or` the greatest,
`not` the difference from 1. Only for well-formed rules.
"""

import re

UNKNOWN = object()


def verdict(rule, answers, facts):
    return {0: False, 0.5: None, 1: True}[degree(value(rule, answers, facts))]


def degree(x):
    return int(x) if isinstance(x, bool) else 0.5


def value(node, answers, facts):
    if not isinstance(node, dict):
        return node
    ((name, operands),) = node.items()
    if name == "answer":
        return answers.get(operands, UNKNOWN)
    if name in ("customer", "touchpoint"):
        return facts.get(name, {}).get(operands, UNKNOWN)
    if name == "answered":
        return value(operands[0], answers, facts) is not UNKNOWN
    values = [value(operand, answers, facts) for operand in operands]
    if name in ("and", "or", "not"):
        degrees = [degree(x) for x in values]
        return boolean({"and": min, "or": max, "not": lambda d: 1 - d[0]}[name](degrees))
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
