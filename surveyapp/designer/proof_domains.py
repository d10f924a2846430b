"""The values that an answer or a fact can take, as z3 terms with their bounds, and back again.

Numbers count their smallest decimals, dates their days, so every term is a whole number. A text
is one of the literals that rules compare with, or one of a few others: enough of them that every
pattern of equal and different texts can occur.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import z3

from surveyapp.designer.answer_forms import LARGEST, parse
from surveyapp.designer.answers import check_question
from surveyapp.designer.document import (
    Likert,
    LikertGrid,
    LongText,
    Multiple,
    Nps,
    Number,
    Question,
    ShortText,
)
from surveyapp.designer.facts import Type
from surveyapp.designer.rule_types import type_of_question

FACT_DECIMALS = 6
FACT_LARGEST = 10**9
FIRST_DAY, LAST_DAY = date(1900, 1, 1).toordinal(), date(2199, 12, 31).toordinal()


@dataclass(frozen=True)
class Domain:
    """A variable's values: `kind` as rules compare it, its term, its bounds, and its reading.

    kind: number, text, date or set; `chosen` are the formulas of a set's options. `read` turns a
    model into the canonical value.
    """

    kind: str
    term: Any
    bounds: tuple[Any, ...]
    read: Callable[[Any], object]
    chosen: Mapping[str, Any]


class Words:
    """Texts as numbers: those that options and rules name first, then fresh ones."""

    def __init__(self, named: Iterable[str], fresh: int) -> None:
        self.named = tuple(dict.fromkeys(named))
        self.code = {text: code for code, text in enumerate(self.named)}
        others = (chr(0x7532 + i) for i in range(fresh + len(self.named)))
        self.texts = (*self.named, *[t for t in others if t not in self.code][:fresh])


class Domains:
    """Makes the domains of one document in one z3 context."""

    def __init__(self, context: Any, words: Words) -> None:
        self._context = context
        self._words = words

    def of_question(self, question: Question, variable: str) -> Domain:
        """The values that `answers.check_question` accepts."""
        if isinstance(question, Multiple):
            return self._set(question, variable)
        if isinstance(question, ShortText | LongText):
            return self._text(variable, lambda text: _accepted(question, variable, text))
        if isinstance(question, Number):
            return self._number(variable, *_limits(question), question.decimals)
        if isinstance(question, Nps):
            return self._number(variable, 0, 10, 0)
        if isinstance(question, Likert | LikertGrid):
            return self._number(variable, 1, question.scale.points, 0)
        return self._choice(variable, type_of_question(question).options)

    def of_fact(self, name: str, type_: Type) -> Domain:
        """The values that a customer's or a touchpoint's attribute may have."""
        if type_.kind == "number":
            return self._number(name, -FACT_LARGEST, FACT_LARGEST, FACT_DECIMALS)
        if type_.kind == "date":
            return self._date(name)
        if type_.kind == "choice":
            return self._choice(name, type_.options)
        return self._text(name, lambda text: text != "")

    def _int(self, name: str) -> Any:
        return z3.Int(f"value {name}", self._context)

    def _number(
        self, name: str, low: Fraction | int, high: Fraction | int, decimals: int
    ) -> Domain:
        count, scale = self._int(name), 10**decimals
        bounds = (count >= ceil(low * scale), count <= floor(high * scale))

        def read(model: Any) -> object:
            value = Fraction(_long(model, count), scale)
            return int(value) if value.denominator == 1 else float(value)

        term = count if scale == 1 else z3.ToReal(count) / scale
        return Domain("number", term, bounds, read, {})

    def _choice(self, name: str, options: Iterable[str]) -> Domain:
        term, texts = self._int(name), self._words.texts
        one_of = [term == self._words.code[option] for option in options]
        bounds = (z3.Or(z3.BoolVal(False, self._context), *one_of),)
        return Domain("text", term, bounds, lambda model: texts[_long(model, term)], {})

    def _text(self, name: str, accepts: Callable[[str], bool]) -> Domain:
        term, texts = self._int(name), self._words.texts
        bounds = [term >= 0, term < len(texts)]
        bounds += [term != code for code, text in enumerate(texts) if not accepts(text)]
        return Domain("text", term, tuple(bounds), lambda model: texts[_long(model, term)], {})

    def _date(self, name: str) -> Domain:
        term = self._int(name)
        bounds = (term >= FIRST_DAY, term <= LAST_DAY)
        return Domain(
            "date", term, bounds, lambda m: date.fromordinal(_long(m, term)).isoformat(), {}
        )

    def _set(self, question: Multiple, variable: str) -> Domain:
        chosen = {
            option.id: z3.Bool(f"value {variable} {option.id}", self._context)
            for option in question.options
        }
        formulas = list(chosen.values())
        none = z3.BoolVal(False, self._context)
        bounds = [z3.Or(*formulas) if formulas else none]
        if question.at_most and question.at_most < len(formulas):
            bounds.append(z3.AtMost(*formulas, question.at_most))
        for option in question.options:
            others = [formula for name, formula in chosen.items() if name != option.id]
            if option.exclusive and others:
                bounds.append(z3.Implies(chosen[option.id], z3.Not(z3.Or(*others))))

        def read(model: Any) -> object:
            return [name for name, formula in chosen.items() if _is_true(model, formula)]

        return Domain("set", None, tuple(bounds), read, chosen)


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


def _accepted(question: Question, variable: str, text: str) -> bool:
    answer = {variable: text}
    return parse(question, answer) == answer and not check_question(question, answer)


def _limits(question: Number) -> tuple[Fraction, Fraction]:
    largest = Fraction(int(LARGEST), 10**question.decimals)
    low = -largest if question.minimum is None else Fraction(Decimal(str(question.minimum)))
    high = largest if question.maximum is None else Fraction(Decimal(str(question.maximum)))
    return max(low, -largest), min(high, largest)


def _long(model: Any, term: Any) -> int:
    return int(model.eval(term, model_completion=True).as_long())


def _is_true(model: Any, formula: Any) -> bool:
    return bool(z3.is_true(model.eval(formula, model_completion=True)))
