"""The rule language: one JSON tree for every condition and every computed value.

A rule is `{operator: [operands]}`. An operand is a literal (number, string, boolean, list of
these), a rule, or a source: `{"answer": variable}`, `{"customer": attribute}`,
`{"touchpoint": attribute}`, `{"survey": attribute}`, `{"random": experiment}`,
`{"computed": id}`.

    and or          one or more conditions          == !=       two values of one kind
    not             one condition                   < <= > >=   two numbers or two dates
    answered        one source                      in          a value and a list or choice set

    + *             two or more numbers             round       a number
    - /             two numbers                     count       a choice set, or conditions
    min max         one or more numbers; those      position    a ranking and the id of an option
    sum mean        that are unknown do not count   days        two dates: from the first
                                                    if          a condition and two values

Kleene's three values: true, false and unknown (None). An unanswered source is unknown, and so is
everything that cannot be decided without it; unknown never shows and never excludes. Values of
different kinds are never compared (`"9"` is no number): at run time that is unknown, and
`rule_types` reports it while the rule is written. Evaluation never raises, whatever the tree:
what is malformed is unknown.

`x in [a, b]` means `x == a or x == b`. Dates are ISO strings (`2026-11-23`). The JavaScript
evaluator of the customer's page gives the same results on `tests/vectors/rules.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from surveyapp.designer.operators import OPERATORS, takes
from surveyapp.designer.rule_values import (
    Answers,
    Evaluator,
    Facts,
    is_date,
    kind_of,
    truth,
    unknown,
)

__all__ = [
    "MAX_DEPTH",
    "OPERATORS",
    "SOURCES",
    "Answers",
    "Evaluator",
    "Facts",
    "Source",
    "compiled",
    "evaluate",
    "fits",
    "is_date",
    "kind_of",
    "parts_of",
    "reads",
    "source_of",
    "sources",
    "truth",
]

MAX_DEPTH = 32
"""Deeper trees are refused by `rule_types` and unknown at run time."""

SOURCES = ("answer", "customer", "touchpoint", "survey", "random", "computed")

Computed = Mapping[str, Evaluator]
"""The computed values of a document as evaluators (`surveyapp.designer.computed`)."""
_NONE: Computed = {}


class Source(NamedTuple):
    """Where a value comes from: `kind` is one of SOURCES."""

    kind: str
    name: str


def evaluate(
    rule: object, answers: Answers, facts: Facts, computed: Computed = _NONE
) -> bool | None:
    """True, false, or None for unknown. `facts` is `{"customer": {…}, "touchpoint": {…}, …}`."""
    return truth(compiled(rule, computed)(answers, facts))


def compiled(rule: object, computed: Computed = _NONE) -> Evaluator:
    """The rule as one function, for rules that are evaluated often.

    It gives the value; `truth` reads a condition's. A computed value that is not in `computed` is
    unknown.
    """
    return _operand(rule, 0, computed)


def source_of(operand: object) -> Source | None:
    """The source that an operand is, if it is one."""
    if isinstance(operand, dict) and len(operand) == 1:
        kind, name = next(iter(operand.items()))
        if kind in SOURCES and isinstance(name, str):
            return Source(kind, name)
    return None


def parts_of(rule: object) -> tuple[str, Sequence[object]] | None:
    """Operator and operands of a rule, if it is one by its form (the operator may be unknown)."""
    if isinstance(rule, dict) and len(rule) == 1 and source_of(rule) is None:
        operator, operands = next(iter(rule.items()))
        if isinstance(operator, str) and isinstance(operands, list | tuple):
            return operator, operands
    return None


def fits(operator: str, operands: Sequence[object]) -> bool:
    """Whether there is such an operator, and number and form of the operands fit it."""
    row = OPERATORS.get(operator)
    if row is None or not takes(row, operands):
        return False
    if row.of_source and source_of(operands[0]) is None:
        return False
    return not row.of_name or isinstance(operands[1], str)


def sources(rule: object) -> tuple[Source, ...]:
    """Every source that the rule reads, once each, in the order of the tree."""
    return tuple(dict.fromkeys(_sources(rule)))


def reads(rule: object) -> bool:
    """Whether the rule reads any source."""
    return next(_sources(rule), None) is not None


def _sources(rule: object) -> Iterator[Source]:
    waiting = [rule]
    while waiting:
        node = waiting.pop()
        source, parts = source_of(node), parts_of(node)
        if source:
            yield source
        elif parts:
            waiting.extend(reversed(parts[1]))


def _operand(node: object, depth: int, computed: Computed) -> Evaluator:
    if source := source_of(node):
        return computed.get(source.name, unknown) if source.kind == "computed" else _read(source)
    if isinstance(node, dict):
        return _operation(node, depth, computed)
    return lambda answers, facts: node


def _read(source: Source) -> Evaluator:
    kind, name = source
    if kind == "answer":
        return lambda answers, facts: _known(answers.get(name))
    return lambda answers, facts: _known(facts.get(kind, {}).get(name))


def _known(value: object) -> object:
    return None if value == "" or value == [] else value


def _operation(node: dict[str, Any], depth: int, computed: Computed) -> Evaluator:
    parts = parts_of(node)
    if parts is None or depth >= MAX_DEPTH or not fits(*parts):
        return unknown
    operands = [_operand(operand, depth + 1, computed) for operand in parts[1]]
    return OPERATORS[parts[0]].build(operands)
