"""The values that an answer or a fact can take, as terms with their bounds, and back again.

Numbers count their smallest decimals, dates their days, so every term is a whole number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import z3

from surveyapp.designer.answer_forms import LARGEST
from surveyapp.designer.document import Consent, Date, Number, Question, missing_of, scale_ends
from surveyapp.designer.facts import Type
from surveyapp.designer.proving.logic import Formula, both, either, held, opposite
from surveyapp.designer.proving.terms import Members, Term, Value, date_term
from surveyapp.designer.proving.words import Words, accepts

FACT_DECIMALS = 6
FACT_LARGEST = 10**9
FIRST_DAY, LAST_DAY = date(1900, 1, 1).toordinal(), date(2199, 12, 31).toordinal()
MOST_PLACES = 40
"""Larger rankings are left open where a rule asks for a place."""


class TooLargeError(Exception):
    """What would take too long to write down as formulas."""


@dataclass(frozen=True)
class Domain:
    """A variable's value, what holds of it when it is known, and how a model is read."""

    value: Value
    bounds: Formula
    read: Callable[[Any], object]


class Domains:
    """Makes the domains of one document in one z3 context."""

    def __init__(self, context: Any, words: Words) -> None:
        self._context = context
        self._words = words

    def of_question(self, question: Question, name: str, known: Formula, today: Value) -> Domain:
        """The values of a question without options that `answers.check_question` accepts."""
        if isinstance(question, Consent):
            return Domain(Value(true=known), True, lambda model: True)
        if isinstance(question, Number):
            plain = self._number(name, *_limits(question), question.decimals, known)
        elif isinstance(question, Date):
            plain = self._date(name, known, self._days(question, today))
        elif ends := scale_ends(question):
            plain = self._number(name, *ends, 0, known)
        else:
            return self.text(name, known, lambda text: accepts(question, text))
        missing = missing_of(question)
        return self._or_missing(name, plain, missing, known) if missing else plain

    def of_fact(self, name: str, type_: Type, known: Formula) -> Domain:
        """The values that a fact may have."""
        if type_.kind == "number":
            return self._number(name, -FACT_LARGEST, FACT_LARGEST, FACT_DECIMALS, known)
        if type_.kind == "date":
            return self._date(name, known, [])
        if type_.kind == "choice":
            return self.choice(name, known, dict.fromkeys(type_.options, True))
        if type_.kind == "boolean":
            return self._truth(name, known)
        return self.text(name, known, lambda text: text != "")

    def _truth(self, name: str, known: Formula) -> Domain:
        holds = z3.Bool(f"value {name}", self._context)
        value = Value(true=both(known, holds), false=both(known, opposite(holds)))
        return Domain(value, True, lambda m: z3.is_true(m.eval(holds, model_completion=True)))

    def _int(self, name: str) -> Any:
        return z3.Int(f"value {name}", self._context)

    def _number(
        self, name: str, low: Fraction | int, high: Fraction | int, decimals: int, known: Formula
    ) -> Domain:
        count, scale = self._int(name), 10**decimals
        bounds = both(count >= ceil(low * scale), count <= floor(high * scale))

        def read(model: Any) -> object:
            value = Fraction(_long(model, count), scale)
            return int(value) if value.denominator == 1 else float(value)

        term = count if scale == 1 else z3.ToReal(count) / scale
        return Domain(Value(number=Term(known, term)), bounds, read)

    def choice(self, name: str, known: Formula, offered: Mapping[str, Formula]) -> Domain:
        """One of the options that are offered."""
        term, texts = self._int(name), self._words.texts
        one_of = [both(term == self._words.code[o], f) for o, f in offered.items()]
        return Domain(
            Value(text=Term(known, term)), either(*one_of), lambda m: texts[_long(m, term)]
        )

    def text(self, name: str, known: Formula, accepted: Callable[[str], bool]) -> Domain:
        """One of the texts that are accepted."""
        term, texts = self._int(name), self._words.texts
        refused = [code for code, text in enumerate(texts) if not accepted(text)]
        bounds = both(term >= 0, term < len(texts), *(term != code for code in refused))
        return Domain(Value(text=Term(known, term)), bounds, lambda m: texts[_long(m, term)])

    def _date(self, name: str, known: Formula, limits: Sequence[Callable[[Any], Any]]) -> Domain:
        term = self._int(name)
        bounds = both(term >= FIRST_DAY, term <= LAST_DAY, *(limit(term) for limit in limits))
        return Domain(
            Value(date=Term(known, term)),
            bounds,
            lambda m: date.fromordinal(_long(m, term)).isoformat(),
        )

    def _days(self, question: Date, today: Value) -> list[Callable[[Any], Any]]:
        limits: list[Callable[[Any], Any]] = []
        for day, above in ((question.earliest, True), (question.latest, False)):
            if day is not None:
                term = today.date.term if day == "today" else date_term(day, self._context)
                limits.append(_limit(term, above))
        return limits

    def _or_missing(
        self, name: str, plain: Domain, missing: Sequence[str], known: Formula
    ) -> Domain:
        """The same, or one of the names of missing answers."""
        without = z3.Bool(f"missing {name}", self._context)
        term, texts = z3.Int(f"named {name}", self._context), self._words.texts
        named = either(*(term == self._words.code[one] for one in missing))
        there = both(known, opposite(without))
        value = Value(
            number=_only(there, plain.value.number),
            date=_only(there, plain.value.date),
            text=Term(both(known, without), term),
        )
        bounds = either(both(without, named), both(opposite(without), plain.bounds))

        def read(model: Any) -> object:
            return texts[_long(model, term)] if held(model, without) else plain.read(model)

        return Domain(value, bounds, read)

    def several(
        self,
        name: str,
        known: Formula,
        offered: Mapping[str, Formula],
        alone: Sequence[str],
        at_most: int | None,
    ) -> Domain:
        """Some of the options that are offered; one of `alone` only by itself."""
        chosen = self._chosen(name, offered)
        formulas = list(chosen.values())
        bounds = [either(*formulas)]
        bounds += [either(z3.Not(f), offered[o]) for o, f in chosen.items()]
        if at_most and at_most < len(formulas):
            bounds.append(z3.AtMost(*formulas, at_most))
        for option in alone:
            others = [formula for other, formula in chosen.items() if other != option]
            if others:
                bounds.append(z3.Implies(chosen[option], z3.Not(z3.Or(others))))
        value = Value(members=Members(known, chosen, {}))
        return Domain(value, both(*bounds), lambda m: [o for o, f in chosen.items() if held(m, f)])

    def _chosen(self, name: str, offered: Mapping[str, Formula]) -> dict[str, Any]:
        return {o: z3.Bool(f"value {name} {o}", self._context) for o in offered}

    def ranked(
        self, name: str, known: Formula, offered: Mapping[str, Formula], at_most: int | None
    ) -> Domain:
        """The options that are offered in an order, or the first `at_most` of it."""
        if len(offered) > MOST_PLACES:
            raise TooLargeError
        chosen = self._chosen(name, offered)
        places = {o: z3.Int(f"place {name} {o}", self._context) for o in offered}
        count = z3.Int(f"count {name}", self._context)
        there = z3.IntVal(0, self._context)
        for formula in offered.values():
            there = there + (
                z3.If(formula, 1, 0) if not isinstance(formula, bool) else int(formula)
            )
        most = z3.If(there <= at_most, there, at_most) if at_most else there
        bounds = [count == most, count >= 1]
        bounds += [either(z3.Not(f), offered[o]) for o, f in chosen.items()]
        for option, place in places.items():
            bounds.append(chosen[option] == (place > 0))
            bounds.append(z3.And(place >= 0, place <= count))
        bounds.append(z3.Sum([z3.If(f, 1, 0) for f in chosen.values()]) == count)
        pairs = [(a, b) for i, a in enumerate(places) for b in list(places)[:i]]
        bounds += [z3.Or(places[a] == 0, places[a] != places[b]) for a, b in pairs]

        def read(model: Any) -> object:
            found = {o: _long(model, place) for o, place in places.items()}
            return sorted((o for o, place in found.items() if place), key=lambda o: found[o])

        return Domain(Value(members=Members(known, chosen, places)), both(*bounds), read)


def _only(there: Formula, term: Term) -> Term:
    """A term that holds the value only there."""
    return term if term.known is False else Term(there, term.term)


def _limit(bound: Any, above: bool) -> Callable[[Any], Any]:
    return (lambda term: term >= bound) if above else (lambda term: term <= bound)


def _limits(question: Number) -> tuple[Fraction, Fraction]:
    largest = Fraction(int(LARGEST), 10**question.decimals)
    low = -largest if question.minimum is None else Fraction(Decimal(str(question.minimum)))
    high = largest if question.maximum is None else Fraction(Decimal(str(question.maximum)))
    return max(low, -largest), min(high, largest)


def _long(model: Any, term: Any) -> int:
    return int(model.eval(term, model_completion=True).as_long())
