"""A questionnaire as formulas: who can see what, for every answer at once.

Every rule becomes two formulas, when it is true and when it is false, so that unknown is neither.
Visibility is defined in document order just as `path` computes it: a rule knows a variable that
stands before it, is visible and is answered, and nothing else. Only rules without findings are
modelled; an element with a faulty rule counts as shown, and `proof` decides nothing that depends
on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Literal, cast

import z3

from surveyapp.designer.document import Document, Question, question_of, variables_of
from surveyapp.designer.facts import ATTRIBUTES, TEXT
from surveyapp.designer.proof_domains import Domain, Domains, Words, date_term, number_term
from surveyapp.designer.rule_types import rules_of, type_of_question
from surveyapp.designer.rules import Source, evaluate, kind_of, parts_of, source_of, sources

_ORDER = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True)
class Condition:
    """A rule: the formulas for true and for false."""

    true: Any
    false: Any


@dataclass(frozen=True)
class Known:
    """A variable or a fact: its domain, when it has a value, and that it is in bounds then."""

    domain: Domain
    known: Any
    within: Any


@dataclass
class Element:
    """A page or a question: whether it is visible, and all that this depends on."""

    visible: Any
    owner: Any
    page: str = ""
    definitions: dict[str, Any] = field(default_factory=dict)
    sources: dict[Source, None] = field(default_factory=dict)


class Model:
    """The formulas of one document, in a z3 context of their own (so in any thread)."""

    def __init__(self, document: Document, faulty: Collection[str] = ()) -> None:
        self.context = z3.Context()
        self.elements: dict[str, Element] = {}
        self.values: dict[Source, Known] = {}
        self.required: dict[Source, Any] = {}
        self._true = z3.BoolVal(True, self.context)
        self._never = z3.BoolVal(False, self.context)
        self._words = Words(_texts(document, faulty), fresh=_free_texts(document))
        self._domains = Domains(self.context, self._words)
        for page in document.pages:
            place = f"page:{page.id}"
            self._place(place, None if place in faulty else page.show)
            for question in page.questions:
                name = f"question:{question.id}"
                show = None if name in faulty else question.show
                self._place(name, show, place)
                self._declare(question)

    def condition_of(self, rule: object) -> tuple[Condition, Element]:
        """A rule over the whole document, and what it depends on."""
        element = Element(self._true, self._true)
        self._depend(element, rule)
        return self._condition(rule), element

    def negated(self, formula: Any) -> Any:
        """The opposite of a formula."""
        return z3.Not(formula)

    def solve(
        self, element: Element, formulas: Iterable[Any], *, complete: bool, effort: int
    ) -> dict[Source, object] | Literal[False] | None:
        """Values that make the formulas true, False where none do, None where it stays open.

        `effort` bounds the solver's steps. Only what the element depends on has values.
        """
        solver = z3.SimpleSolver(ctx=self.context)  # half the time of the tactics
        solver.set("rlimit", effort)
        solver.add(*self._constraints(element, complete=complete), *formulas)
        result = solver.check()
        if result == z3.unknown:
            return None
        if result == z3.unsat:
            return False
        found = solver.model()
        values = {source: self.values[source] for source in element.sources}
        return {
            source: value.domain.read(found)
            for source, value in values.items()
            if z3.is_true(found.eval(value.known, model_completion=True))
        }

    def _constraints(self, element: Element, *, complete: bool) -> Iterator[Any]:
        """What holds of everything that the element depends on.

        With `complete`, every visible required question before it was answered, as it is when
        a person gets to the next page.
        """
        yield from element.definitions.values()
        for source in element.sources:
            yield self.values[source].within
            if complete and source in self.required:
                yield self.required[source]

    def _place(self, place: str, rule: object, page: str = "") -> None:
        visible = z3.Bool(f"visible {place}", self.context)
        owner = self.elements.get(page)
        above = owner.visible if owner else self._true
        element = Element(visible, above, page)
        if owner:
            element.definitions.update(owner.definitions)
            element.sources.update(owner.sources)
        condition = self._true if rule is None else self._condition(rule).true
        self._depend(element, rule)
        element.definitions[place] = visible == z3.And(above, condition)
        self.elements[place] = element

    def _declare(self, question: Question) -> None:
        visible = self.elements[f"question:{question.id}"].visible
        for variable in variables_of(question):
            source = Source("answer", variable)
            answered = z3.Bool(f"answered {variable}", self.context)
            domain = self._domains.of_question(question, variable)
            self.values[source] = _known(domain, z3.And(visible, answered))
            if question.required:
                self.required[source] = z3.Implies(visible, answered)

    def _depend(self, element: Element, rule: object) -> None:
        for source in sources(rule):
            element.sources[source] = None
            if source.kind == "answer":
                asked = self.elements[f"question:{question_of(source.name)}"]
                element.definitions.update(asked.definitions)
                element.sources.update(asked.sources)

    def _value(self, source: Source) -> Known:
        if source not in self.values and source.kind != "answer":
            name = f"{source.kind}.{source.name}"
            domain = self._domains.of_fact(name, ATTRIBUTES[source.kind][source.name])
            self.values[source] = _known(domain, z3.Bool(f"known {name}", self.context))
        return self.values[source]

    def _condition(self, rule: object) -> Condition:
        if not sources(rule):
            verdict = evaluate(rule, {}, {})
            return Condition(self._bool(verdict is True), self._bool(verdict is False))
        name, operands = _parts(rule)
        if name in ("and", "or", "not"):
            return self._junction(name, [self._condition(operand) for operand in operands])
        if name == "answered":
            known = self._value(_source(operands[0])).known
            return Condition(known, z3.Not(known))
        return self._comparison(name, operands)

    def _bool(self, value: bool) -> Any:
        return self._true if value else self._never

    def _junction(self, name: str, inner: Sequence[Condition]) -> Condition:
        if name == "not":
            return Condition(inner[0].false, inner[0].true)
        true, false = [c.true for c in inner], [c.false for c in inner]
        if name == "and":
            return Condition(z3.And(*true), z3.Or(*false))
        return Condition(z3.Or(*true), z3.And(*false))

    def _comparison(self, name: str, operands: Sequence[object]) -> Condition:
        left, right = operands
        if name == "in" and isinstance(right, list):
            one_of = [self._comparison("==", (left, member)) for member in right]
            return self._junction("or", [Condition(self._never, self._decided(left)), *one_of])
        if any(parts_of(operand) for operand in operands):
            return self._same_truth(name, left, right)
        known, holds = self._compared(name, left, right)
        return Condition(z3.And(known, holds), z3.And(known, z3.Not(holds)))

    def _decided(self, node: object) -> Any:
        """When the value is known: what is in no list at all is false only then."""
        if source := source_of(node):
            return self._value(source).known
        condition = self._condition(node)
        return z3.Or(condition.true, condition.false)

    def _same_truth(self, name: str, left: object, right: object) -> Condition:
        """`(a rule) == true`: both sides are conditions."""
        one, two = self._condition(left), self._condition(right)
        same = z3.Or(z3.And(one.true, two.true), z3.And(one.false, two.false))
        differ = z3.Or(z3.And(one.true, two.false), z3.And(one.false, two.true))
        return Condition(same, differ) if name == "==" else Condition(differ, same)

    def _compared(self, name: str, left: object, right: object) -> tuple[Any, Any]:
        """When both sides are known, and when the comparison holds then."""
        values = [self._value(s) if (s := source_of(node)) else None for node in (left, right)]
        known = z3.And(self._true, *[value.known for value in values if value])
        kind = next(value.domain.kind for value in reversed(values) if value)
        if kind == "set" and values[1]:
            return known, self._chosen(left, values[0], values[1].domain)
        terms = [
            value.domain.term if value else self._literal(node, kind)
            for node, value in zip((left, right), values, strict=True)
        ]
        return known, _ORDER[name](*terms)

    def _chosen(self, node: object, value: Known | None, members: Domain) -> Any:
        if value is None:
            return members.chosen.get(str(node), self._never)
        code = self._words.code
        cases = [z3.And(value.domain.term == code[o], f) for o, f in members.chosen.items()]
        return z3.Or(self._never, *cases)

    def _literal(self, node: Any, kind: str) -> Any:
        if kind == "date":
            return date_term(node, self.context)
        if kind == "text":
            return z3.IntVal(self._words.code[node], self.context)
        return number_term(node, self.context)


def _known(domain: Domain, known: Any) -> Known:
    return Known(domain, known, z3.Implies(known, z3.And(*domain.bounds)))


def _source(operand: object) -> Source:
    return Source(*next(iter(cast(dict[str, str], operand).items())))


def _parts(rule: object) -> tuple[str, Sequence[object]]:
    return next(iter(cast(dict[str, Sequence[object]], rule).items()))


def _free_texts(document: Document) -> int:
    """How many sources hold any text: as many fresh texts let all of them differ."""
    types = [type_of_question(question) for question in document.questions()]
    types += [type_ for attributes in ATTRIBUTES.values() for type_ in attributes.values()]
    return types.count(TEXT)


def _texts(document: Document, faulty: Collection[str]) -> Iterator[str]:
    """Every text that an option or a sound rule names."""
    for question in document.questions():
        yield from type_of_question(question).options
    for attributes in ATTRIBUTES.values():
        for type_ in attributes.values():
            yield from type_.options
    for place, _, rule in rules_of(document):
        if place not in faulty:
            yield from _literals(rule)


def _literals(node: object) -> Iterator[str]:
    parts = parts_of(node)
    inner: Sequence[object] = parts[1] if parts else node if isinstance(node, list) else ()
    if kind_of(node) == "text":
        yield str(node)
    for child in inner:
        yield from _literals(child)
