"""The rule language: one JSON tree for every condition of a questionnaire.

A rule is `{operator: [operands]}`. An operand is a literal (number, string, boolean, list of
these), a rule, or a source: `{"answer": variable}`, `{"customer": attribute}`,
`{"touchpoint": attribute}`.

    and or          one or more conditions          == !=       two values of one kind
    not             one condition                   < <= > >=   two numbers or two dates
    answered        one source                      in          a value and a list or choice set

Kleene's three values: true, false and unknown (None). An unanswered source is unknown, and so is
everything that cannot be decided without it; unknown never shows and never excludes. Values of
different kinds are never compared (`"9"` is no number): at run time that is unknown, and
`rule_types` reports it while the rule is written. Evaluation never raises, whatever the tree:
what is malformed is unknown.

`x in [a, b]` means `x == a or x == b`. Dates are ISO strings (`2026-11-23`). The JavaScript
evaluator of the customer's page gives the same results on `tests/vectors/rules.json`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

Answers = Mapping[str, object]
Facts = Mapping[str, Mapping[str, object]]
Evaluator = Callable[[Answers, Facts], object]
Builder = Callable[[list[Evaluator]], Evaluator]

MAX_DEPTH = 32
"""Deeper trees are refused by `rule_types` and unknown at run time."""

SOURCES = ("answer", "customer", "touchpoint")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Source(NamedTuple):
    """Where a value comes from: `kind` is one of SOURCES."""

    kind: str
    name: str


def evaluate(rule: object, answers: Answers, facts: Facts) -> bool | None:
    """True, false, or None for unknown. `facts` is `{"customer": {…}, "touchpoint": {…}}`."""
    return truth(compiled(rule)(answers, facts))


def compiled(rule: object) -> Evaluator:
    """The rule as one function, for rules that are evaluated often; `truth` reads its result."""
    return _operand(rule, 0)


def truth(value: object) -> bool | None:
    """`value` as a condition: what is not a boolean is unknown."""
    return value if isinstance(value, bool) else None


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


def sources(rule: object) -> tuple[Source, ...]:
    """Every source that the rule reads, once each, in the order of the tree."""
    return tuple(dict.fromkeys(_sources(rule)))


def _sources(rule: object) -> Iterator[Source]:
    waiting = [rule]
    while waiting:
        node = waiting.pop()
        source, parts = source_of(node), parts_of(node)
        if source:
            yield source
        elif parts:
            waiting.extend(reversed(parts[1]))


def _operand(node: object, depth: int) -> Evaluator:
    if source := source_of(node):
        return _read(source)
    if isinstance(node, dict):
        return _operation(node, depth)
    return lambda answers, facts: node


def _read(source: Source) -> Evaluator:
    kind, name = source
    if kind == "answer":
        return lambda answers, facts: _known(answers.get(name))
    return lambda answers, facts: _known(facts.get(kind, {}).get(name))


def _known(value: object) -> object:
    return None if value == "" or value == [] else value


def _operation(node: dict[str, Any], depth: int) -> Evaluator:
    parts = parts_of(node)
    operator = OPERATORS.get(parts[0]) if parts else None
    if parts is None or operator is None or depth >= MAX_DEPTH:
        return _unknown
    operands = parts[1]
    if not operator.takes(operands):
        return _unknown
    return operator.build([_operand(operand, depth + 1) for operand in operands])


def _unknown(answers: Answers, facts: Facts) -> None:
    return None


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


def _comparing(
    compare: Callable[[Any, Any], bool | None],
) -> Callable[[list[Evaluator]], Evaluator]:
    def build(operands: list[Evaluator]) -> Evaluator:
        left, right = operands
        return lambda answers, facts: compare(left(answers, facts), right(answers, facts))

    return build


def kind_of(value: object) -> str | None:
    """`number`, `text` or `boolean` of a scalar; None of anything else."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else None


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


def is_date(value: object) -> bool:
    """Whether `value` has the form of an ISO date; such strings sort as dates do."""
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def _member(value: object, members: object) -> bool | None:
    if kind_of(value) is None or not isinstance(members, list | tuple):
        return None
    found = [_equal(value, member) for member in members]
    return True if True in found else None if None in found else False


class Operator(NamedTuple):
    """A row of the table: how many operands (None: no upper bound), and what they become."""

    fewest: int
    most: int | None
    build: Builder
    of_source: bool = False

    def takes(self, operands: Sequence[object]) -> bool:
        """Whether number and form of the operands fit."""
        fits = self.fewest <= len(operands) <= (self.most or len(operands))
        return fits and (not self.of_source or source_of(operands[0]) is not None)


OPERATORS: dict[str, Operator] = {
    "and": Operator(1, None, _all),
    "or": Operator(1, None, _any),
    "not": Operator(1, 1, _not),
    "answered": Operator(1, 1, _answered, of_source=True),
    "==": Operator(2, 2, _comparing(_equal)),
    "!=": Operator(2, 2, _comparing(_different)),
    "<": Operator(2, 2, _comparing(_ordered(lt))),
    "<=": Operator(2, 2, _comparing(_ordered(le))),
    ">": Operator(2, 2, _comparing(_ordered(gt))),
    ">=": Operator(2, 2, _comparing(_ordered(ge))),
    "in": Operator(2, 2, _comparing(_member)),
}
