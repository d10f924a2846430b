"""What earlier verdicts still say: their answers are walked again, through what decides the claim.

A walk of a few questions takes moments, so an edit asks the solver only where no answers of before
lead there any more. Accepted is what the solver would accept: answers that are complete and valid
in the cone of the claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from surveyapp.designer.answers import check_question
from surveyapp.designer.facts import attributes
from surveyapp.designer.path import Path, VisiblePage, Walk
from surveyapp.designer.path_steps import PageStep, Step, page_steps
from surveyapp.designer.proving.claims import Claim, cone_of
from surveyapp.designer.proving.graph import ALWAYS_KNOWN, Cone, Constraint, Graph
from surveyapp.designer.proving.replay import Replay, Rules, Witness, confirms, part_of
from surveyapp.designer.proving.verdict import Verdict


class Recaller:
    """Says what of an earlier verdict holds in this document, too."""

    def __init__(self, graph: Graph, rules: Rules) -> None:
        self._graph = graph
        self._document = graph.document
        self._rules = rules
        self._types = attributes(graph.document)

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
        """The part of the answers that leads to this answer now, completely and validly."""
        if by is None or not self._known(cone, by):
            return None
        walk = Walk(by.answers, by.facts)
        pages = tuple(walk.pages(self._steps(cone)))
        way = Path(pages, walk.ended, self._document, by.facts)
        replay = Replay(self._document, by, self._rules, way=way)
        if replay.outcome(claim) is not answer or not self._complete(cone, replay):
            return None
        found = part_of(Witness(replay.counting, by.facts), cone, self._graph)
        return found if self._in_any_order(claim, found, answer) else None

    def _in_any_order(self, claim: Claim, by: Witness, answer: bool) -> bool:
        """Whether answers lead there where pages are shuffled, too."""
        if not any(page.block for page in self._document.pages):
            return True
        return confirms(self._document, by, self._rules, claim, answer)

    def _steps(self, cone: Cone) -> Iterator[PageStep]:
        """The pages with the questions and the screen-outs of the cone alone."""
        steps, ends = page_steps(self._document), {ending.place for ending in cone.endings}
        by_page: dict[int, list[Step]] = {}
        for node in self._graph.members(cone.mask):
            first = self._graph.begins(node.page)
            step = steps[node.page].questions[node.index - first]
            by_page.setdefault(node.page, []).append(step)
        for number, questions in by_page.items():
            page = steps[number]
            name = page.page.id
            outs = tuple(o for o in page.screen_outs if f"screen_out:{name}.{o[0].id}" in ends)
            yield PageStep(page.page, page.show, tuple(questions), outs)

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

    def _complete(self, cone: Cone, replay: Replay) -> bool:
        """Whether the answers in the cone are accepted, and those that it demands are there."""
        wanted = {n for kind, n in self._graph.with_choices(cone.sources) if kind == "answer"}
        required = {c.place for c in cone.constraints if c.kind == "require"}
        checks = (c for c in cone.constraints if c.kind == "check")
        return not any(
            self._refused(page, replay, wanted, required) for page in replay.way.pages
        ) and not any(self._broken(check, replay) for check in checks)

    def _refused(
        self, page: VisiblePage, replay: Replay, wanted: set[str], required: set[str]
    ) -> bool:
        today = replay.facts.get("survey", {}).get("today")
        day = today if isinstance(today, str) else None
        for question in page.questions:
            must = question.required or f"question:{question.id}" in required
            for finding in check_question(question, replay.counting, page=page, today=day):
                if finding.place.partition(":")[2] in wanted and (
                    must or finding.code != "answer.required"
                ):
                    return True
        return False

    def _broken(self, check: Constraint, replay: Replay) -> bool:
        there = replay.way.question_ids
        if check.question is None:
            shown = replay.way.page(self._document.pages[check.page].id) is not None
        else:
            shown = self._graph.nodes[check.question].question.id in there
        rule = self._rules.made(("constraint", check.place, ""), check.rule)
        return shown and rule(replay.counting, replay.facts) is False
