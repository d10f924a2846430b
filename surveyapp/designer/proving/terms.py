"""Values of the rule language as formulas: of which kind, known when, equal to which term.

A value may be of several kinds (a rating, or the name of why there is none); each kind has its own
condition for being known, and where none holds the value is unknown. Numbers are exact here; the
evaluator's are doubles, so that every witness is replayed before it is believed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any

import z3

from surveyapp.designer.proving.logic import Formula, both, choose, either, opposite


@dataclass(frozen=True)
class Term:
    """A term of one kind, and when it holds the value."""

    known: Formula
    term: Any


NOWHERE = Term(False, 0)


@dataclass(frozen=True)
class Members:
    """Several chosen answers: when they are known, which are chosen, and a ranking's places."""

    known: Formula
    chosen: Mapping[str, Formula]
    places: Mapping[str, Any]


@dataclass(frozen=True)
class Value:
    """What a node of a rule may be. written: a literal date as a text."""

    number: Term = NOWHERE
    text: Term = NOWHERE
    date: Term = NOWHERE
    true: Formula = False
    false: Formula = False
    members: Members | None = None
    written: Any = None

    @property
    def known(self) -> Formula:
        """When it has a value of any kind."""
        several = self.members.known if self.members else False
        kinds = (self.number.known, self.text.known, self.date.known)
        return either(*kinds, self.true, self.false, several)

    @property
    def as_written(self) -> Term:
        """A literal date as a text."""
        return NOWHERE if self.written is None else Term(True, self.written)


UNKNOWN = Value()


def truth(true: Formula, false: Formula) -> Value:
    """A condition."""
    return Value(true=true, false=false)


def equality(left: Value, right: Value) -> Value:
    """Whether two values are equal: false only where both are of one kind, as texts and dates."""
    equal, different = [], []
    pairs = [(left.number, right.number), (left.date, right.date), (left.text, right.text)]
    pairs += [(left.text, right.as_written), (left.as_written, right.text)]
    for one, two in pairs:
        known = both(one.known, two.known)
        if known is not False:
            equal.append(both(known, one.term == two.term))
            different.append(both(known, one.term != two.term))
    for here, there in ((left, right), (right, left)):
        if here.written is None:
            different.append(both(here.date.known, there.text.known))
    equal += [both(left.true, right.true), both(left.false, right.false)]
    different += [both(left.true, right.false), both(left.false, right.true)]
    return truth(either(*equal), either(*different))


def ordered(order: Callable[[Any, Any], Any], left: Value, right: Value) -> Value:
    """Whether two numbers or two dates are in this order."""
    true, false = [], []
    for one, two in ((left.number, right.number), (left.date, right.date)):
        known = both(one.known, two.known)
        if known is not False:
            holds = order(one.term, two.term)
            true.append(both(known, holds))
            false.append(both(known, opposite(holds)))
    return truth(either(*true), either(*false))


def negation(value: Value) -> Value:
    """`not`."""
    return truth(value.false, value.true)


def conjunction(values: Sequence[Value]) -> Value:
    """`and`."""
    return truth(both(*(v.true for v in values)), either(*(v.false for v in values)))


def disjunction(values: Sequence[Value]) -> Value:
    """`or`."""
    return truth(either(*(v.true for v in values)), both(*(v.false for v in values)))


def among(value: Value, members: Members, code: Mapping[str, int]) -> Value:
    """Whether a text is one of the chosen answers."""
    known = both(value.text.known, members.known)
    cases = [both(value.text.term == code[o], f) for o, f in members.chosen.items()]
    inside = either(*cases)
    return truth(both(known, inside), both(known, opposite(inside)))


def real(term: Any) -> Any:
    """A number that division does not cut."""
    return term if z3.is_real(term) else z3.ToReal(term)


def calculation(name: str, numbers: Sequence[Term]) -> Value:
    """`+ - * /`: from left to right, unknown where one operand is."""
    known = both(*(number.known for number in numbers))
    terms = [number.term for number in numbers]
    if name == "/":
        top, bottom = terms
        return Value(number=Term(both(known, bottom != 0), real(top) / real(bottom)))
    return Value(number=Term(known, reduce(_CALCULATE[name], terms)))


_CALCULATE: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
}


def gathering(name: str, numbers: Sequence[Term]) -> Value:
    """`min max sum mean`: over those that are known."""
    found = [number for number in numbers if number.known is not False]
    if not found:
        return UNKNOWN
    if name in ("min", "max"):
        return Value(number=reduce(_LIMIT[name], found))
    known = either(*(number.known for number in found))
    total = reduce(_CALCULATE["+"], [choose(n.known, n.term, 0) for n in found])
    if name == "mean":
        total = real(total) / real(counted([n.known for n in found], total.ctx))
    return Value(number=Term(known, total))


def _limit(order: Callable[[Any, Any], Any]) -> Callable[[Term, Term], Term]:
    def limit(left: Term, right: Term) -> Term:
        first = both(left.known, either(opposite(right.known), order(left.term, right.term)))
        known = either(left.known, right.known)
        return Term(known, choose(first, left.term, right.term))

    return limit


_LIMIT = {"min": _limit(lambda a, b: a <= b), "max": _limit(lambda a, b: a >= b)}


def counted(formulas: Sequence[Formula], context: Any) -> Any:
    """How many of the formulas hold."""
    one, none = z3.IntVal(1, context), z3.IntVal(0, context)
    return reduce(_CALCULATE["+"], [choose(f, one, none) for f in formulas], none)


def rounded(number: Term) -> Value:
    """`round`: halves away from zero."""
    if not z3.is_real(number.term):
        return Value(number=number)
    half = z3.Q(1, 2, number.term.ctx)
    up, down = z3.ToInt(number.term + half), -z3.ToInt(half - number.term)
    return Value(number=Term(number.known, z3.If(number.term >= 0, up, down)))


def days(first: Value, second: Value) -> Value:
    """`days` from the first date to the second."""
    known = both(first.date.known, second.date.known)
    return UNKNOWN if known is False else number(known, second.date.term - first.date.term)


def number(known: Formula, term: Any) -> Value:
    """A number."""
    return Value(number=Term(known, term))


def alternative(condition: Value, then: Value, otherwise: Value) -> Value:
    """`if`."""
    yes, no = condition.true, condition.false

    def merged(one: Term, two: Term) -> Term:
        known = either(both(yes, one.known), both(no, two.known))
        if one.known is False or two.known is False:
            return Term(known, two.term if one.known is False else one.term)
        return Term(known, choose(yes, one.term, two.term))

    if then.date.known is not False or otherwise.date.known is not False:
        return Value(date=merged(then.date, otherwise.date))
    return Value(
        number=merged(then.number, otherwise.number),
        text=merged(then.text, otherwise.text),
        true=either(both(yes, then.true), both(no, otherwise.true)),
        false=either(both(yes, then.false), both(no, otherwise.false)),
    )


def number_term(value: float, context: Any) -> Any:
    """A literal number, exactly as it is written."""
    exact = Fraction(Decimal(str(value)))
    if exact.denominator == 1:
        return z3.IntVal(exact.numerator, context)
    return z3.RealVal(f"{exact.numerator}/{exact.denominator}", context)


def date_term(text: str, context: Any) -> Any:
    """A literal date among the days; what is no day (2026-02-30) stands between two of them."""
    days = range(1, date.max.toordinal() + 1)
    index = bisect_left(days, text, key=lambda day: date.fromordinal(day).isoformat())
    exact = index < len(days) and date.fromordinal(days[index]).isoformat() == text
    return number_term(index + 1 if exact else index + 0.5, context)
