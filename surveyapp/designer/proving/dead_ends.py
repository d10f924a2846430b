"""Dead ends: answers after which a page accepts nothing, so that nobody gets past it.

Whether there is a state in which *every* answer is refused is asked in turns: the solver proposes
a state, and for that state answers that are accepted. They become an example that the next state
must not accept (nor the same example with values of that state put in). Where no state is left
there is no dead end; where a state has no answers, it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from typing import Any

import z3

from surveyapp.designer.document import variables_of
from surveyapp.designer.proving.domains import TooLargeError
from surveyapp.designer.proving.gates import Gate, cone_before, inside
from surveyapp.designer.proving.graph import Cone
from surveyapp.designer.proving.logic import Formula, both, put, solver_in
from surveyapp.designer.proving.model import Model
from surveyapp.designer.proving.near import near_gate
from surveyapp.designer.proving.verdict import Verdict
from surveyapp.designer.proving.verdicts import Decider
from surveyapp.designer.rules import Source

TURNS = 40
MOST_SWAPS = 12


class Refusal:
    """Looks for a state in which a page refuses every answer."""

    def __init__(
        self, model: Model, gate: Gate, effort: int, before: Cone, *, complete: bool
    ) -> None:
        self._model = model
        self._gate = gate
        self._effort = effort
        graph = model.graph
        self._nodes = inside(gate, graph)
        self.before = before
        self._state = list(model.holding(before, complete=complete))
        self._state.append(model.page(gate.page))
        self._accepted = list(self._accepting())
        own = {str(node.index) for node in self._nodes}
        own |= {v for node in self._nodes for v in variables_of(node.question)}
        concerned = self._constants()
        self._local = [c for c in concerned if _name(c).split(" ")[1] in own]
        self._outside = [c for c in concerned if _name(c).split(" ")[1] not in own]

    def _accepting(self) -> Iterator[Formula]:
        """That the page accepts what is answered on it."""
        model = self._model
        for node in self._nodes:
            model.asked(node)
            yield from model.definitions[node.index]
            for variable in variables_of(node.question):
                yield from model.answering(Source("answer", variable))
        for constraint in self._gate.demands:
            yield model.keeps(constraint)

    def _constants(self) -> list[Any]:
        """The names that occur in what the page accepts; of each formula they are kept."""
        found: dict[str, Any] = {}
        for formula in self._accepted:
            if not isinstance(formula, bool):
                # Its number is its own as long as it is kept, which it is from here on.
                key = b"names %d" % formula.get_id()
                made = partial(_with_constants, formula)
                found |= self._model.stock.kept(key, made)[1]
        return list(found.values())

    def search(self) -> dict[Source, object] | bool | None:
        """The state of a dead end; False where there is none, None where it stays open."""
        states = self._solver(self._state)
        answers = self._solver(self._accepted)
        for _ in range(TURNS):
            result = states.check()
            if result != z3.sat:
                return False if result == z3.unsat else None
            state = states.model()
            answers.push()
            answers.add(*(c == state.eval(c, model_completion=True) for c in self._outside))
            result = answers.check()
            if result == z3.unsat:
                return self._model.values_in(
                    state, self._model.graph.with_choices(self.before.sources)
                )
            if result != z3.sat:
                return None
            example = answers.model()
            answers.pop()
            states.add(*self._refusing(example))
        return None

    def _solver(self, formulas: Iterable[Formula]) -> Any:
        solver = solver_in(self._model.context, self._effort)
        solver.add(_plain(both(*formulas), self._model.context))
        return solver

    def _refusing(self, example: Any) -> Iterator[Any]:
        """That this example is refused, and so is each with a number of the state put in."""
        wanted = self._spelt_out
        values = {c: example.eval(c, model_completion=True) for c in self._given}
        yield z3.Not(put(wanted, list(values.items())))
        swaps = ((c, o) for c in values for o in self._outside if z3.is_int(c) and z3.is_int(o))
        for _, (constant, other) in zip(range(MOST_SWAPS), swaps, strict=False):
            yield z3.Not(put(wanted, list({**values, constant: other}.items())))

    @cached_property
    def _spelt_out(self) -> Any:
        """What the page accepts, with the page's own definitions put in."""
        formula = _plain(both(*self._accepted), self._model.context)
        for node in reversed(self._nodes):
            for definition in reversed(self._model.definitions[node.index]):
                formula = put(formula, [(definition.arg(0), definition.arg(1))])
        return formula

    @cached_property
    def _given(self) -> list[Any]:
        """The page's names that an example gives values to."""
        defined = (d for node in self._nodes for d in self._model.definitions[node.index])
        named = {_name(definition.arg(0)) for definition in defined}
        return [c for c in self._local if _name(c) not in named]


def dead_end(decider: Decider, gate: Gate) -> Verdict:
    """Yes, with the answers that lead there, where the page refuses everything."""
    model, effort = decider.model, decider.effort
    try:
        near = Refusal(model, gate, effort, near_gate(gate, model.graph), complete=False)
        if near.search() is False:
            return Verdict(yes=False, near=1)
        before = cone_before(gate, model.graph)
        found = Refusal(model, gate, effort, before, complete=True).search()
    except TooLargeError:
        found = None
    if isinstance(found, dict):
        return Verdict(yes=True, yes_by=decider.witness(found))
    return Verdict(yes=found, open=found is None)


def _plain(formula: Formula, context: Any) -> Any:
    return z3.BoolVal(formula, context) if isinstance(formula, bool) else formula


def _name(constant: Any) -> str:
    return str(constant.decl().name())


def _with_constants(formula: Any) -> tuple[Any, dict[str, Any]]:
    """A formula, and the names that occur in it."""
    found: dict[str, Any] = {}
    waiting, seen = [formula], set()
    while waiting:
        node = waiting.pop()
        if node.get_id() in seen:
            continue
        seen.add(node.get_id())
        if z3.is_const(node) and node.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            found[_name(node)] = node
        waiting += node.children()
    return formula, found
