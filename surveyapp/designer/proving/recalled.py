"""What earlier verdicts still say: their answers are walked again.

A walk takes moments, so an edit asks the solver only where no answers of before lead there any
more. Accepted is what the solver would accept: answers that are complete and valid in the cone of
the claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from surveyapp.designer.answers import check_question
from surveyapp.designer.document import question_of
from surveyapp.designer.facts import attributes
from surveyapp.designer.path import VisiblePage
from surveyapp.designer.proving.again import Faults, Memory, PageKey, way_again
from surveyapp.designer.proving.claims import Claim, cone_of
from surveyapp.designer.proving.graph import ALWAYS_KNOWN, Cone, Constraint, Graph
from surveyapp.designer.proving.replay import Replay, Rules, Witness, confirms
from surveyapp.designer.proving.verdict import Verdict


class Walked:
    """Somebody's way over the first pages, and what is wrong with the answers on it.

    wrong: variable → codes of what is wrong with its answer.
    """

    def __init__(
        self, graph: Graph, by: Witness, rules: Rules, most: int, keys: Mapping[int, PageKey]
    ) -> None:
        self.by = by
        self.most = most
        memory = Memory(by)
        way, counting = way_again(graph, by, memory, most, keys)
        self.replay = Replay(graph.document, by, rules, way=way, counting=counting)
        self.wrong: dict[str, set[str]] = {}
        today = by.facts.get("survey", {}).get("today")
        day = today if isinstance(today, str) else None
        for page in self.replay.way.pages:
            for name, code in memory.wrong(page.page, partial(self._faults, page, day)):
                self.wrong.setdefault(name, set()).add(code)
        self._graph, self._rules = graph, rules
        self._broken: dict[str, bool] = {}

    def breaks(self, check: Constraint) -> bool:
        """Whether the answers break a check on the way; looked at when somebody first asks."""
        if check.place not in self._broken:
            self._broken[check.place] = self._breaks(check)
        return self._broken[check.place]

    def _faults(self, page: VisiblePage, today: str | None) -> Faults:
        """What is wrong with the answers to a page."""
        counting = self.replay.counting
        return tuple(
            (fault.place.partition(":")[2], fault.code)
            for question in page.questions
            for fault in check_question(question, counting, page=page, today=today)
        )

    def _breaks(self, check: Constraint) -> bool:
        way, graph = self.replay.way, self._graph
        if check.question is None:
            there = graph.pages[check.page].id in way.page_ids
        else:
            there = graph.nodes[check.question].question.id in way.question_ids
        rule = self._rules.made(("constraint", check.place, ""), check.rule)
        return there and rule(self.replay.counting, self.replay.facts) is False


class Recaller:
    """Says what of an earlier verdict holds in this document, too."""

    def __init__(
        self, graph: Graph, rules: Rules, keys: Mapping[int, PageKey] | None = None
    ) -> None:
        self._keys = keys or {}
        self._graph = graph
        self._document = graph.document
        self._rules = rules
        self._types = attributes(graph.document)
        self._walks: dict[int, Walked] = {}
        self._shuffled = any(page.block for page in graph.document.pages)

    def recalled(self, claim: Claim, earlier: Verdict | None, near: Verdict | None) -> Verdict:
        """What is certain. near: an earlier verdict on the same content near it, or of its core."""
        cone = cone_of(claim, self._graph)
        yes = self._leading(claim, cone, earlier.yes_by, True) if earlier else None
        no = self._leading(claim, cone, earlier.no_by, False) if earlier else None
        found = Verdict(True if yes else None, True if no else None, yes, no)
        if near is None:
            return found
        if near.yes is False:
            return replace(found, yes=False, near=near.near, core=near.core)
        return replace(found, no=False, near=near.near, core=near.core)

    def met(self, claim: Claim, begun: Verdict) -> Verdict:
        """The same after asking everybody who was walked for any claim."""
        cone = cone_of(claim, self._graph)
        yes, no = begun.yes_by, begun.no_by
        for walked in self._walks.values():
            if walked.most >= self._most(claim):
                yes = yes or self._leading(claim, cone, walked.by, True)
                no = no or self._leading(claim, cone, walked.by, False)
        return replace(
            begun, yes=True if yes else begun.yes, no=True if no else begun.no, yes_by=yes, no_by=no
        )

    @property
    def walked(self) -> int:
        """How many people were walked."""
        return len(self._walks)

    def _leading(
        self, claim: Claim, cone: Cone, by: Witness | None, answer: bool
    ) -> Witness | None:
        """The answers, where they lead to this answer now, completely and validly."""
        if by is None or not self._known(cone, by):
            return None
        walked = self._walked(by, self._most(claim))
        if walked.replay.outcome(claim) is not answer or self._incomplete(cone, walked):
            return None
        sure = not self._shuffled or confirms(self._document, by, self._rules, claim, answer)
        return by if sure else None

    def _most(self, claim: Claim) -> int:
        """How many pages have to be walked for a claim."""
        return len(self._graph.pages) if claim.page is None else claim.page + 1

    def _walked(self, by: Witness, most: int) -> Walked:
        """The way of a witness as far as there are answers, and to a page at least."""
        found = self._walks.get(id(by))
        if found is None or found.most < most:
            nodes = (self._graph.by_id.get(question_of(variable)) for variable in by.answers)
            most = max([most, *(node.page + 1 for node in nodes if node is not None)])
            found = self._walks[id(by)] = Walked(self._graph, by, self._rules, most, self._keys)
        return found

    def _known(self, cone: Cone, by: Witness) -> bool:
        """Whether the facts are such as there are, and none is missing that nobody lacks."""
        for kind, name in cone.sources:
            if kind == "answer":
                continue
            value, options = by.facts.get(kind, {}).get(name), self._types[kind][name].options
            if value is None and kind in ALWAYS_KNOWN:
                return False
            if value is not None and options and value not in options:
                return False
        return True

    def _incomplete(self, cone: Cone, walked: Walked) -> bool:
        """Whether an answer in the cone is refused, or one is missing that it demands."""
        faulty = walked.wrong.keys() & self._graph.answers_of(cone)
        return any(self._matters(name, walked, cone) for name in faulty) or any(
            walked.breaks(check) for check in cone.constraints if check.kind == "check"
        )

    def _matters(self, name: str, walked: Walked, cone: Cone) -> bool:
        """Whether what is wrong with an answer is more than that it may still be missing."""
        node = self._graph.by_id[question_of(name)]
        if node.question.required or walked.wrong[name] != {"answer.required"}:
            return True
        return any(c.kind == "require" and c.question == node.index for c in cone.constraints)
