"""What earlier verdicts still say: their answers are walked again.

A walk takes moments, so an edit asks the solver only where no answers of before lead there any
more. Accepted is what the solver would accept: answers that are complete and valid in the cone of
the claim.
"""

from __future__ import annotations

from dataclasses import replace

from surveyapp.designer.answers import check_question
from surveyapp.designer.document import Document, Question, question_of
from surveyapp.designer.facts import attributes
from surveyapp.designer.proving.claims import Claim, cone_of
from surveyapp.designer.proving.graph import ALWAYS_KNOWN, Cone, Constraint, Graph
from surveyapp.designer.proving.replay import Replay, Rules, Witness, confirms
from surveyapp.designer.proving.verdict import Verdict
from surveyapp.designer.rules import Evaluator
from surveyapp.findings import Finding


class Walked:
    """Somebody's way, and what is wrong with the answers on it."""

    def __init__(self, document: Document, by: Witness, rules: Rules) -> None:
        self.replay = Replay(document, by, rules)
        self._pages = {q.id: page for page in self.replay.way.pages for q in page.questions}
        self._faults: dict[str, list[Finding]] = {}
        today = by.facts.get("survey", {}).get("today")
        self._today = today if isinstance(today, str) else None

    def faults(self, question: Question) -> list[Finding]:
        """What is wrong with the answer to a question; nothing where it is not asked."""
        found = self._faults.get(question.id)
        if found is None:
            page, answers = self._pages.get(question.id), self.replay.counting
            found = self._faults[question.id] = (
                check_question(question, answers, page=page, today=self._today) if page else []
            )
        return found

    def asks(self, question: Question) -> bool:
        """Whether a question is asked."""
        return question.id in self._pages

    def refutes(self, rule: Evaluator) -> bool:
        """Whether a rule is false."""
        return rule(self.replay.counting, self.replay.facts) is False


class Recaller:
    """Says what of an earlier verdict holds in this document, too."""

    def __init__(self, graph: Graph, rules: Rules) -> None:
        self._graph = graph
        self._document = graph.document
        self._rules = rules
        self._types = attributes(graph.document)
        self._walks: dict[int, Walked] = {}
        self._shuffled = any(page.block for page in graph.document.pages)

    def recalled(self, claim: Claim, earlier: Verdict | None, near: Verdict | None) -> Verdict:
        """What is certain. near: an earlier verdict on the same content near the claim."""
        cone = cone_of(claim, self._graph)
        yes = self._leading(claim, cone, earlier.yes_by, True) if earlier else None
        no = self._leading(claim, cone, earlier.no_by, False) if earlier else None
        found = Verdict(True if yes else None, True if no else None, yes, no)
        if near is None:
            return found
        if near.yes is False:
            return replace(found, yes=False, near=True)
        return replace(found, no=False, near=True)

    def _leading(
        self, claim: Claim, cone: Cone, by: Witness | None, answer: bool
    ) -> Witness | None:
        """The answers, where they lead to this answer now, completely and validly."""
        if by is None or not self._known(cone, by):
            return None
        walked = self._walked(by)
        if walked.replay.outcome(claim) is not answer or self._incomplete(cone, walked):
            return None
        sure = not self._shuffled or confirms(self._document, by, self._rules, claim, answer)
        return by if sure else None

    def _walked(self, by: Witness) -> Walked:
        """The way of a witness; its verdict keeps it, so that its address stays its own."""
        found = self._walks.get(id(by))
        if found is None:
            found = self._walks[id(by)] = Walked(self._document, by, self._rules)
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
        required = {c.question for c in cone.constraints if c.kind == "require"}
        for name in self._graph.answers_of(cone):
            node = self._graph.by_id[question_of(name)]
            must = node.question.required or node.index in required
            for fault in walked.faults(node.question):
                if fault.place == f"question:{name}" and (must or fault.code != "answer.required"):
                    return True
        return any(self._broken(c, walked) for c in cone.constraints if c.kind == "check")

    def _broken(self, check: Constraint, walked: Walked) -> bool:
        """Whether a check is broken where its question or its page is shown."""
        rule = self._rules.made(("constraint", check.place, ""), check.rule)
        if check.question is not None:
            question = self._graph.nodes[check.question].question
            return walked.asks(question) and walked.refutes(rule)
        return walked.replay.way.page(
            self._graph.pages[check.page].id
        ) is not None and walked.refutes(rule)
