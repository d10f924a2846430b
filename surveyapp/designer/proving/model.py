"""A questionnaire as formulas: who can see what, for every answer at once.

Every condition becomes two formulas, when it is true and when it is false, so that unknown is
neither. Visibility is defined in document order just as `path` computes it: a rule knows a
variable that stands before it, is visible and is answered, and nothing else. Formulas are made
only of what somebody asks about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any, Literal, cast

import z3

from surveyapp.designer.choices import CHOICES, all_options, carry_source
from surveyapp.designer.document import (
    Item,
    LikertGrid,
    Multiple,
    Option,
    Question,
    Ranking,
    question_of,
    variables_of,
)
from surveyapp.designer.facts import attributes
from surveyapp.designer.proving import terms
from surveyapp.designer.proving.domains import Domain
from surveyapp.designer.proving.graph import ALWAYS_KNOWN, TODAY, Cone, Constraint, Graph, Node
from surveyapp.designer.proving.keys import Keys
from surveyapp.designer.proving.logic import (
    Formula,
    both,
    either,
    held,
    implies,
    opposite,
    solver_in,
)
from surveyapp.designer.proving.stock import Stocks
from surveyapp.designer.proving.terms import Value
from surveyapp.designer.proving.words import words_of
from surveyapp.designer.rule_places import runs
from surveyapp.designer.rules import Source, compiled, is_date, reads, source_of

_ORDER = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass
class Asked:
    """A question: when its rule is true, what it offers then, and when it is visible."""

    rule: Formula
    offered: Mapping[str, Formula]
    visible: Formula


class Model:
    """The formulas of one document, those of its parts that did not change from a stock."""

    def __init__(
        self, graph: Graph, keys: Keys | None = None, stocks: Stocks | None = None
    ) -> None:
        self.graph = graph
        self._keys = keys or Keys(graph, 0)
        self.stock = (stocks or Stocks(0)).take(
            words_of(graph.document, graph.faulty), graph.faulty
        )
        self.context = self.stock.context
        self._before = self.stock.spent
        self.definitions: dict[int, list[Any]] = {}
        self._document = graph.document
        self._words = self.stock.words
        self._domains = self.stock.domains
        self._asked: dict[int, Asked] = {}
        self._pages: dict[int, Formula] = {}
        self._alive: dict[int, Formula] = {}
        self._known: dict[Source, tuple[Domain, Formula]] = {}
        self._values: dict[str, Value] = {}
        self._wholes: dict[int, Formula] = {}
        self._answerings: dict[Source, Formula] = {}
        self._kept: dict[tuple[str, str], Formula] = {}
        self._facts = attributes(graph.document)
        self._run = _run_starts(graph)

    @property
    def spent(self) -> int:
        """The steps that its solvers have taken together."""
        return self.stock.spent - self._before

    # What is asked -----------------------------------------------------------------------------

    def asked(self, node: Node) -> Asked:
        """The formulas of a question, with definitions for its names."""
        if node.index not in self._asked:
            for needed in self.graph.members(self.graph.needs(node) & ~node.bit):
                if needed.index not in self._asked:
                    self._define(needed)
            self._define(node)
        return self._asked[node.index]

    def _define(self, node: Node) -> None:
        found = self.stock.kept(self._keys.formula(node), lambda: self._made(node))
        self._asked[node.index], self.definitions[node.index], self._wholes[node.index] = found

    def _made(self, node: Node) -> tuple[Asked, list[Any], Formula]:
        """The formulas of a question, the definitions of its names, and all of these together."""
        question, index = node.question, node.index
        facts: list[Any] = []
        rule = both(
            self.page(node.page), self.condition(f"question:{question.id}", question.show).true
        )
        own = {part.id for part in _parts(question) if part.show is None}
        offered = {
            name: self._named(f"offered {index} {name}", f, facts, plain=f is True and name in own)
            for name, f in self._offered(question)
        }
        parts = isinstance(question, (*CHOICES, LikertGrid))
        rule = self._named(f"asked {index}", rule, facts, plain=self._fixed(node))
        visible = both(rule, either(*offered.values())) if parts else rule
        short = isinstance(visible, bool) or z3.is_const(visible)
        visible = self._named(f"visible {index}", visible, facts, plain=short)
        return Asked(rule, offered, visible), facts, both(*facts)

    def _fixed(self, node: Node) -> bool:
        """Whether nothing but the question and its page decides that it is asked."""
        rules = (self.graph.pages[node.page].show, node.question.show)
        return rules == (None, None) and self.reached(node.page) is True

    def _named(self, name: str, formula: Formula, facts: list[Any], *, plain: bool) -> Formula:
        """A short name for a long formula.

        Only a `plain` one, which hangs on nothing but the question itself, is used as it is: what
        is proved with the question's name must not hang on the content of others (`proving.near`).
        """
        if plain:
            return formula
        constant = z3.Bool(name, self.context)
        facts.append(constant == formula)
        return constant

    def _offered(self, question: Question) -> Iterator[tuple[str, Formula]]:
        """Options or statements, each with when it is there (if the question is asked)."""
        name = question.id
        if isinstance(question, LikertGrid):
            for item in question.items:
                yield item.id, self.condition(f"item:{name}.{item.id}", item.show).true
        elif isinstance(question, CHOICES):
            own = {option.id: option for option in question.options}
            carried = dict(self._carried(question))
            for option in all_options(self._document, question):
                there = carried.get(option.id, False)
                if option.id in own:
                    there = True
                show = own[option.id].show if option.id in own else None
                yield (
                    option.id,
                    both(there, self.condition(f"option:{name}.{option.id}", show).true),
                )

    def _carried(self, question: Any) -> Iterator[tuple[str, Formula]]:
        source = carry_source(self._document, question)
        if source is None:
            return
        before = self.asked(self.graph.by_id[source.id])
        answer = self.value(Source("answer", source.id))
        for option in before.offered:
            inside = self._chose(answer, option)
            taken = inside.true if question.carry.which == "chosen" else inside.false
            yield option, both(before.offered[option], taken)

    def page(self, number: int) -> Formula:
        """Whether a page's rule is true and the way gets there."""
        if number not in self._pages:
            page = self.graph.pages[number]
            rule = self.condition(f"page:{page.id}", page.show).true
            self._pages[number] = both(self.reached(number), rule)
        return self._pages[number]

    def reached(self, number: int) -> Formula:
        """Whether no screen-out ends the way before the page (in whatever order its block is)."""
        return self.going_on(self._run[number])

    def going_on(self, before: int) -> Formula:
        """Whether no screen-out of the first pages ends the way."""
        if before not in self._alive:
            ended = [self.ends(e.page, e.rule) for e in self.graph.endings() if e.page < before]
            self._alive[before] = both(*(opposite(formula) for formula in ended))
        return self._alive[before]

    def ends(self, page: int, rule: object) -> Formula:
        """Whether a screen-out of the page is true when the page is left."""
        return both(self.some_visible(page), self.rule(rule).true)

    def some_visible(self, page: int) -> Formula:
        """Whether a page has something to show."""
        nodes = self.graph.nodes[self.graph.begins(page) : self.graph.ends[page]]
        return either(*(self.asked(node).visible for node in nodes))

    # Rules -------------------------------------------------------------------------------------

    def condition(self, place: str, rule: object) -> Value:
        """A show rule; without one, or with a faulty one, it is true."""
        rule = self.graph.sound_rule(place, rule)
        return terms.truth(True, False) if rule is None else self.rule(rule)

    def rule(self, node: object) -> Value:
        """Any node of a rule."""
        if source := source_of(node):
            return self.value(source)
        if not isinstance(node, dict):
            return self._literal(node)
        if not reads(node):
            return self._constant(node)
        name, operands = next(iter(cast(dict[str, Sequence[object]], node).items()))
        return self._operation(name, operands)

    def _constant(self, node: object) -> Value:
        return self._literal(compiled(node)({}, {}))

    def _literal(self, node: object) -> Value:
        if isinstance(node, bool):
            return terms.truth(node, not node)
        if isinstance(node, int | float):
            return terms.number(True, terms.number_term(node, self.context))
        if not isinstance(node, str):
            return terms.UNKNOWN
        code = z3.IntVal(self._words.code.get(node, -1), self.context)
        if is_date(node):
            day = terms.date_term(node, self.context)
            return Value(date=terms.Term(True, day), written=code)
        return Value(text=terms.Term(True, code))

    def _operation(self, name: str, operands: Sequence[object]) -> Value:
        if name == "in":
            return self._membership(*operands)
        if name == "position":
            return self._position(*operands)
        values = [self.rule(operand) for operand in operands]
        if name in _ORDER:
            return terms.ordered(_ORDER[name], *values)
        if name == "answered":
            known = values[0].known
            return terms.truth(known, opposite(known))
        if name == "count":
            return self._count(values)
        return self._calculated(name, values)

    def _calculated(self, name: str, values: list[Value]) -> Value:
        if name in ("and", "or"):
            return (terms.conjunction if name == "and" else terms.disjunction)(values)
        if name == "not":
            return terms.negation(values[0])
        if name in ("==", "!="):
            equal = terms.equality(*values)
            return equal if name == "==" else terms.negation(equal)
        if name == "if":
            return terms.alternative(*values)
        if name == "days":
            return terms.days(*values)
        return self._numeric(name, [value.number for value in values])

    def _numeric(self, name: str, numbers: list[terms.Term]) -> Value:
        if name in ("min", "max", "sum", "mean"):
            return terms.gathering(name, numbers)
        if any(number.known is False for number in numbers):
            return terms.UNKNOWN
        return terms.rounded(numbers[0]) if name == "round" else terms.calculation(name, numbers)

    def _count(self, values: list[Value]) -> Value:
        members = values[0].members
        if members is not None:
            formulas, known = list(members.chosen.values()), members.known
        else:
            formulas = [value.true for value in values]
            known = both(*(either(value.true, value.false) for value in values))
        return terms.number(known, terms.counted(formulas, self.context))

    def _membership(self, value: object, members: object) -> Value:
        left = self.rule(value)
        if isinstance(members, list):
            one_of = [terms.equality(left, self._literal(member)) for member in members]
            return terms.disjunction([terms.truth(False, left.known), *one_of])
        several = self.rule(members).members
        if several is None:
            return terms.UNKNOWN
        if isinstance(value, str):
            inside = several.chosen.get(value, False)
            return terms.truth(both(several.known, inside), both(several.known, opposite(inside)))
        return terms.among(left, several, self._words.code)

    def _position(self, ranking: object, option: object) -> Value:
        members = self.rule(ranking).members
        place = members.places.get(str(option)) if members else None
        if members is None or place is None:
            return terms.UNKNOWN
        return terms.number(both(members.known, place > 0), place)

    def _chose(self, answer: Value, option: str) -> Value:
        """Whether an option was chosen in an answer to a choice of any kind."""
        if answer.members is None:
            return terms.equality(answer, self._literal_option(option))
        inside = answer.members.chosen.get(option, False)
        known = answer.members.known
        return terms.truth(both(known, inside), both(known, opposite(inside)))

    def _literal_option(self, option: str) -> Value:
        return Value(text=terms.Term(True, self.code(option)))

    def code(self, text: str) -> Any:
        """The number of a text."""
        return z3.IntVal(self._words.code[text], self.context)

    # Sources -----------------------------------------------------------------------------------

    def value(self, source: Source) -> Value:
        """What a source may be."""
        if source.kind == "computed":
            return self._computed(source.name)
        domain, _ = self._declared(source)
        return domain.value

    def _computed(self, name: str) -> Value:
        if name not in self._values:
            rule = self.graph.computed.get(name)
            self._values[name] = terms.UNKNOWN if rule is None else self.rule(rule)
        return self._values[name]

    def known(self, source: Source) -> Formula:
        """When a source has a value."""
        return self.value(source).known

    def _declared(self, source: Source) -> tuple[Domain, Formula]:
        if source not in self._known:
            key = self._keys.source(source, self._facts)
            self._known[source] = self.stock.kept(key, lambda: self._made_source(source))
        return self._known[source]

    def _made_source(self, source: Source) -> tuple[Domain, Formula]:
        return self._answer(source.name) if source.kind == "answer" else self._fact(source)

    def _fact(self, source: Source) -> tuple[Domain, Formula]:
        kind, name = source
        label = f"{kind}.{name}"
        known = True if kind in ALWAYS_KNOWN else z3.Bool(f"known {label}", self.context)
        domain = self._domains.of_fact(label, self._facts[kind][name], known)
        return domain, known

    def _answer(self, variable: str) -> tuple[Domain, Formula]:
        node = self.graph.by_id[question_of(variable)]
        question = node.question
        there = self.there(variable)
        known = both(there, z3.Bool(f"answered {variable}", self.context))
        if isinstance(question, CHOICES):
            return self._choice(question, variable, known), known
        today = self.value(TODAY) if TODAY in node.reads else terms.UNKNOWN
        return self._domains.of_question(question, variable, known, today), known

    def there(self, variable: str) -> Formula:
        """When a variable is asked for."""
        node = self.graph.by_id[question_of(variable)]
        asked, part = self.asked(node), variable.partition(".")[2]
        if not part:
            return asked.visible
        if isinstance(node.question, LikertGrid):
            return both(asked.visible, asked.offered[part])
        return self._chose(self.value(Source("answer", node.question.id)), part).true

    def _choice(self, question: Any, variable: str, known: Formula) -> Domain:
        if variable != question.id:
            return self._domains.text(variable, known, lambda text: text.strip() == text != "")
        offered = self.asked(self.graph.by_id[variable]).offered
        if isinstance(question, Ranking):
            return self._domains.ranked(variable, known, offered, question.at_most)
        if isinstance(question, Multiple):
            alone = [o.id for o in question.options if o.exclusive or o.missing]
            return self._domains.several(variable, known, offered, alone, question.at_most)
        return self._domains.choice(variable, known, offered)

    # What complete answers keep to -------------------------------------------------------------

    def required(self, source: Source) -> Formula:
        """That a variable of a required question is answered where it is asked for."""
        if source.kind != "answer":
            return True
        question = self.graph.by_id[question_of(source.name)].question
        return implies(self.there(source.name), self.known(source)) if question.required else True

    def keeps(self, constraint: Constraint) -> Formula:
        """That a check is not violated, or that a rule that requires is followed."""
        value = self.rule(constraint.rule)
        if constraint.kind == "require":
            node = self.graph.nodes[constraint.question or 0]
            return implies(value.true, self._answered(node))
        if constraint.question is None:
            shown = self.some_visible(constraint.page)
        else:
            shown = self.asked(self.graph.nodes[constraint.question]).visible
        return opposite(both(shown, value.false))

    def _answered(self, node: Node) -> Formula:
        found = [Source("answer", variable) for variable in variables_of(node.question)]
        return both(*(implies(self.there(s.name), self.known(s)) for s in found))

    # Solving -----------------------------------------------------------------------------------

    def holding(self, cone: Cone, *, complete: bool) -> Iterator[Formula]:
        """What holds of everything in a cone."""
        for node in self.graph.members(cone.mask):
            yield self._defined(node)
        for source in self.graph.with_choices(cone.sources):
            if complete:
                yield self._answering_kept(source)
            else:
                domain, known = self._declared(source)
                yield implies(known, domain.bounds)
        for constraint in cone.constraints if complete else ():
            yield self._keeps_kept(constraint)

    def _defined(self, node: Node) -> Formula:
        if node.index not in self._wholes:
            self.asked(node)
        return self._wholes[node.index]

    def _answering_kept(self, source: Source) -> Formula:
        if source not in self._answerings:
            key = b"answering" + self._keys.source(source, self._facts)
            found = self.stock.kept(key, lambda: both(*self.answering(source)))
            self._answerings[source] = found
        return self._answerings[source]

    def _keeps_kept(self, constraint: Constraint) -> Formula:
        key = (constraint.kind, constraint.place)
        if key not in self._kept:
            content = self._keys.constraint(constraint)
            self._kept[key] = self.stock.kept(content, lambda: self.keeps(constraint))
        return self._kept[key]

    def answering(self, source: Source) -> Iterator[Formula]:
        """That a source has a value that is accepted, or none where it needs none."""
        domain, known = self._declared(source)
        yield implies(known, domain.bounds)
        yield self.required(source)

    def solve(
        self, cone: Cone, formulas: Iterable[Formula], *, complete: bool, effort: int
    ) -> dict[Source, object] | Literal[False] | None:
        """Values that make the formulas true, False where none do, None where it stays open.

        `effort` bounds the solver's steps. Only what the cone reads has values.
        """
        wanted = both(*formulas, *self.holding(cone, complete=complete))
        result, solver = self._checked(wanted, effort)
        if result == z3.sat:
            return self.values_in(solver.model(), self.graph.with_choices(cone.sources))
        return False if result == z3.unsat else None

    def refutes(self, cone: Cone, formula: Formula, *, effort: int) -> bool:
        """Whether a formula is impossible with any answers in a cone, complete or not."""
        wanted = both(formula, *self.holding(cone, complete=False))
        return bool(self._checked(wanted, effort)[0] == z3.unsat)

    def core(
        self, cone: Cone, formula: Formula, *, complete: bool, effort: int
    ) -> list[int] | None:
        """The numbers of conditions of a cone, in the order of `holding`, with which alone a
        formula is impossible; None where that stays open.
        """
        solver = solver_in(self.context, effort)
        numbered = enumerate(self.holding(cone, complete=complete))
        assumed = {n: self._assumed(f) for n, f in numbered if f is not True}
        wanted = both(formula, *(condition for _, condition in assumed.values()))
        if wanted is False:
            return []
        solver.add(wanted)
        if solver.check(*(name for name, _ in assumed.values())) != z3.unsat:
            return None
        found = {name.get_id() for name in solver.unsat_core()}
        return [n for n, (name, _) in assumed.items() if name.get_id() in found]

    def _assumed(self, formula: Formula) -> tuple[Any, Formula]:
        """A name for a formula, and the condition that it holds where the name does."""
        if formula is False:
            name = z3.Bool("part", self.context)
            return name, opposite(name)
        number = formula.get_id()  # its own as long as it is kept, which it is from here on

        def made() -> tuple[Any, Formula, Formula]:
            name = z3.Bool(f"part {number}", self.context)
            return name, implies(name, formula), formula

        name, condition, _ = self.stock.kept(b"part %d" % number, made)
        return name, condition

    def _checked(self, wanted: Formula, effort: int) -> tuple[Any, Any]:
        solver = solver_in(self.context, effort)
        if wanted is False:
            return z3.unsat, solver
        if wanted is not True:
            solver.add(wanted)
        return solver.check(), solver

    def optimum(
        self, cone: Cone, formulas: Sequence[Formula], *, most: bool, milliseconds: int
    ) -> tuple[int, dict[Source, object]] | None:
        """How many of the formulas hold at best, and values for that; None where it stays open."""
        solver = z3.Optimize(ctx=self.context)
        solver.set("timeout", milliseconds)
        kept = both(*self.holding(cone, complete=True))
        solver.add(z3.BoolVal(kept, self.context) if isinstance(kept, bool) else kept)
        count = terms.counted(formulas, self.context)
        (solver.maximize if most else solver.minimize)(count)
        if solver.check() != z3.sat:
            return None
        found = solver.model()
        number = int(found.eval(count, model_completion=True).as_long())
        return number, self.values_in(found, self.graph.with_choices(cone.sources))

    def values_in(self, found: Any, read: Iterable[Source]) -> dict[Source, object]:
        """The values of the sources that are known in a solver's model."""
        values = {}
        for source in read:
            domain, known = self._declared(source)
            if known is True or (known is not False and held(found, known)):
                values[source] = domain.read(found)
        return values


def _parts(question: Question) -> tuple[Option | Item, ...]:
    """The options or statements of its own that a question has."""
    return (*getattr(question, "options", ()), *getattr(question, "items", ()))


def _run_starts(graph: Graph) -> list[int]:
    """For each page the first page of its block."""
    starts: list[int] = []
    for run in runs(graph.pages):
        starts += [len(starts)] * len(run)
    return starts
