"""Verdicts: both answers to a claim, each with a witness, or with the certainty of none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from surveyapp.designer.document import Document, Number, Question, scale_ends, variables_of
from surveyapp.designer.proving.claims import BOTH, GAPS, SHOWS, Claim, cone_of
from surveyapp.designer.proving.cores import parts_of
from surveyapp.designer.proving.domains import TooLargeError
from surveyapp.designer.proving.graph import Cone, Graph
from surveyapp.designer.proving.keys import Keys
from surveyapp.designer.proving.logic import Formula, both, either, opposite
from surveyapp.designer.proving.model import Model
from surveyapp.designer.proving.near import LEVELS, near_claim
from surveyapp.designer.proving.replay import Replay, Rules, Witness, confirms
from surveyapp.designer.proving.stock import Stocks
from surveyapp.designer.proving.verdict import UNKNOWN, Verdict
from surveyapp.designer.rules import Source


class Decider:
    """Decides the claims of one document; the solver is asked only where it must be."""

    def __init__(
        self,
        graph: Graph,
        effort: int,
        keys: Keys | None = None,
        stocks: Stocks | None = None,
    ) -> None:
        self.graph = graph
        self._keys = keys
        self._stocks = stocks
        self.rules = Rules(graph.document)
        self.effort = effort
        self._model: Model | None = None

    @property
    def document(self) -> Document:
        """The document that is proved."""
        return self.graph.document

    @property
    def spent(self) -> int:
        """The solver's steps so far, for all questions together."""
        return 0 if self._model is None else self._model.spent

    @property
    def model(self) -> Model:
        """The formulas, begun when they are first needed."""
        if self._model is None:
            self._model = Model(self.graph, self._keys, self._stocks)
        return self._model

    def leave(self) -> None:
        """Let the next document have the formulas; nothing can be decided any more."""
        if self._model is not None and self._stocks is not None:
            self._stocks.put(self._model.stock)

    def decide(
        self,
        claim: Claim,
        seen: Sequence[Replay] = (),
        begun: Verdict = UNKNOWN,
        before: Verdict = UNKNOWN,
    ) -> Verdict:
        """Both answers to a claim. `seen`: complete respondents whose ways are known.

        begun: what is known of it already. before: the verdict before an edit; what was possible
        then is hardly refuted by what is near.
        """
        cone = cone_of(claim, self.graph)
        verdict = self._met(claim, seen, begun)
        try:
            return self._solved(claim, cone, verdict, before)
        except TooLargeError:
            return replace(verdict, open=True)

    def _met(self, claim: Claim, seen: Sequence[Replay], begun: Verdict) -> Verdict:
        known = ((True, begun.yes_by), (False, begun.no_by))
        found = {answer: by for answer, by in known if by is not None}
        for replay in seen:
            outcome = replay.outcome(claim)
            if outcome is not None and outcome not in found:
                found[outcome] = replay.witness
            if len(found) == 2:
                break
        if claim.kind == "check" and True not in found:
            broken = self._broken(claim, seen)
            found |= {True: broken} if broken is not None else {}
        return replace(
            begun,
            yes=True if True in found else begun.yes,
            no=True if False in found else begun.no,
            yes_by=found.get(True),
            no_by=found.get(False),
        )

    def _broken(self, claim: Claim, seen: Sequence[Replay]) -> Witness | None:
        """A respondent with one answer changed so that it breaks the check, which none of them do:
        what comes before the question stays complete and valid, and the rest does not matter.
        """
        found = self._breaking(claim, seen)
        sure = (w for w in found if confirms(self.document, w, self.rules, claim, True))
        return next(sure, None)

    def _breaking(self, claim: Claim, seen: Sequence[Replay]) -> Iterator[Witness]:
        question = self.graph.nodes[claim.question or 0].question
        for replay in seen:
            for value in edges(question) if question.id in replay.counting else ():
                answers = {**replay.counting, question.id: value}
                if self.rules.of(claim)(answers, replay.facts) is False:
                    yield Witness(answers, replay.facts)

    def _solved(self, claim: Claim, cone: Cone, verdict: Verdict, before: Verdict) -> Verdict:
        if verdict.yes is None:
            verdict = self._ask_yes(claim, cone, verdict, before)
        if verdict.no is None and verdict.yes and claim.kind in BOTH and not verdict.briefly:
            owner, yes = formulas(self.model, claim)
            no = both(owner, opposite(yes))
            if near := 0 if before.no else self._never_near(claim, no):
                return replace(verdict, no=False, near=near)
            by = self.ask(claim, cone, no, yes=False)
            found = self._with_no(verdict, by)
            return self._cored(found, claim, cone, no) if by is False else found
        return verdict

    def _with_no(self, verdict: Verdict, by: Witness | bool | None) -> Verdict:
        if isinstance(by, Witness):
            return replace(verdict, no=True, no_by=by)
        return replace(verdict, no=by, open=verdict.open or by is None)

    def _ask_yes(self, claim: Claim, cone: Cone, verdict: Verdict, before: Verdict) -> Verdict:
        owner, yes = formulas(self.model, claim)
        if near := 0 if before.yes else self._never_near(claim, both(owner, yes)):
            return replace(verdict, yes=False, near=near)
        by = self.ask(claim, cone, both(owner, yes), yes=True)
        if isinstance(by, Witness):
            return replace(verdict, yes=True, yes_by=by)
        if by is False and claim.kind in SHOWS:
            wide = cone_of(claim, self.graph, complete=False)
            by = self.ask(claim, wide, both(owner, yes), yes=True, complete=False)
            if isinstance(by, Witness):
                return replace(verdict, yes=True, yes_by=by, briefly=True)
        never = replace(verdict, yes=by, open=by is None)
        return self._cored(never, claim, cone, both(owner, yes)) if by is False else never

    def _cored(self, verdict: Verdict, claim: Claim, cone: Cone, formula: Formula) -> Verdict:
        """The verdict with what alone shows that nobody gets there."""
        complete = verdict.yes is not False or claim.kind not in SHOWS
        if not complete:
            cone = cone_of(claim, self.graph, complete=False)
        numbers = self.model.core(cone, formula, complete=complete, effort=self.effort)
        parts = list(parts_of(cone, self.graph, complete=complete))
        return replace(verdict, core=tuple(parts[n] for n in numbers or ()))

    def _never_near(self, claim: Claim, formula: Formula) -> int:
        """How many levels near a claim it is seen that nobody gets there; 0 where it is not."""
        for levels in LEVELS:
            near = near_claim(claim, self.graph, levels)
            if near is None:
                return 0
            if self.model.refutes(near, formula, effort=self.effort):
                return levels
        return 0

    def ask(
        self, claim: Claim, cone: Cone, formula: Formula, *, yes: bool, complete: bool = True
    ) -> Witness | bool | None:
        """A witness that really gives this answer, False where there is none, None if open."""
        values = self.model.solve(cone, [formula], complete=complete, effort=self.effort)
        if not isinstance(values, dict):
            return values
        witness = self.witness(values)
        return witness if confirms(self.document, witness, self.rules, claim, yes) else None

    def witness(self, values: dict[Source, object]) -> Witness:
        """Values of sources as answers and facts."""
        facts: dict[str, dict[str, object]] = {"customer": {}, "touchpoint": {}}
        answers: dict[str, object] = {}
        for (kind, name), value in values.items():
            if kind == "answer":
                answers[name] = value
            else:
                facts.setdefault(kind, {})[name] = value
        return Witness({v: answers[v] for v in self.document.variables if v in answers}, facts)


def edges(question: Question) -> tuple[object, ...]:
    """The least and the greatest answer, where these are numbers."""
    if isinstance(question, Number):
        limits = (question.minimum, question.maximum)
        return tuple(limit for limit in limits if limit is not None and limit == int(limit))
    return scale_ends(question) or ()


def formulas(model: Model, claim: Claim) -> tuple[Formula, Formula]:
    """When a claim arises, and when its answer is yes then."""
    return _FORMULAS[claim.kind](model, claim)


Pair = tuple[Formula, Formula]


def _page(model: Model, claim: Claim) -> Pair:
    number = claim.page or 0
    return model.reached(number), model.page(number)


def _question(model: Model, claim: Claim) -> Pair:
    asked = model.asked(model.graph.nodes[claim.question or 0])
    return model.page(claim.page or 0), asked.visible


def _part(model: Model, claim: Claim) -> Pair:
    asked = model.asked(model.graph.nodes[claim.question or 0])
    return asked.rule, both(asked.visible, asked.offered[claim.part])


def _empty(model: Model, claim: Claim) -> Pair:
    asked = model.asked(model.graph.nodes[claim.question or 0])
    return asked.rule, opposite(either(*asked.offered.values()))


def _there(model: Model, claim: Claim) -> Formula:
    """When the question or the page of a claim is visible, or the end is reached."""
    if claim.question is not None:
        return model.asked(model.graph.nodes[claim.question]).visible
    if claim.page is None:
        return model.going_on(len(model.graph.pages))
    return model.some_visible(claim.page)


def _require(model: Model, claim: Claim) -> Pair:
    return _there(model, claim), model.rule(claim.rule).true


def _violated(model: Model, claim: Claim) -> Pair:
    there = _there(model, claim)
    if claim.question is not None:
        own = variables_of(model.graph.nodes[claim.question].question)
        given = [model.known(Source("answer", variable)) for variable in own]
        there = both(there, either(*given)) if given else there
    return there, model.rule(claim.rule).false


def _true(model: Model, claim: Claim) -> Pair:
    return True, model.rule(claim.rule).true


def _computed(model: Model, claim: Claim) -> Pair:
    return True, model.rule(claim.rule).known


def _missing(model: Model, claim: Claim) -> Pair:
    known = model.known(claim.source) if claim.source else True
    there = _there(model, claim)
    if claim.rule is not None:
        there = both(there, model.rule(claim.rule).true)
    return there, opposite(known)


def _finish(model: Model, claim: Claim) -> Pair:
    return True, model.going_on((claim.page or 0) + 1)


_FORMULAS: dict[str, Callable[[Model, Claim], Pair]] = {
    "page": _page,
    "question": _question,
    "option": _part,
    "item": _part,
    "empty": _empty,
    "require": _require,
    "check": _violated,
    "page_check": _violated,
    "screen_out": _require,
    "computed": _computed,
    **dict.fromkeys(GAPS, _missing),
    "finish": _finish,
    **dict.fromkeys(("contradiction", "cell", "veto", "bonus", "ending"), _true),
}
