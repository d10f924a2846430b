"""How long the ways through a questionnaire are: the shortest, the longest, the expected.

Shortest and longest are counted in questions and found by optimisation over every combination of
answers, group by group of questions that depend on the same answers; each is then walked. Where
the optimiser gives up, or a group cannot be walked together with the others, the best way found
stands and is said to be a bound. The expected length is that of people who choose at random among
the answers, each as likely as the other, and leave nothing out: a simulation with its error.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from surveyapp.designer.document import Document
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.proving.domains import TooLargeError
from surveyapp.designer.proving.graph import Cone, Graph, Node
from surveyapp.designer.proving.replay import Witness
from surveyapp.designer.proving.samples import Crowd, Respondent

if TYPE_CHECKING:
    from surveyapp.designer.proving.verdicts import Decider

PEOPLE = 200
MILLISECONDS = 1500
"""For each group of questions; longer ones leave a bound."""
LARGEST_GROUP = 60


@dataclass(frozen=True)
class Length:
    """One way: its questions and seconds; exact: there is no shorter (longer) one."""

    questions: int
    seconds: float
    exact: bool
    witness: Witness


@dataclass(frozen=True)
class Lengths:
    """The shortest and the longest way, and the means of `people` random ones with their errors."""

    shortest: Length
    longest: Length
    expected_questions: float
    expected_seconds: float
    error_questions: float
    error_seconds: float
    people: int


def lengths_of(document: Document, decider: Decider, language: str | None = None) -> Lengths | None:
    """The lengths in `language` (for the reading time); None where nobody can answer at all."""
    crowd = list(Crowd(document, seed=7, uniform=True).respondents(PEOPLE))
    if not crowd:
        return None
    questions = [len(one.way.questions) for one in crowd]
    seconds = [expected_seconds(document, one.way, language) for one in crowd]
    return Lengths(
        _extreme(document, decider, crowd, language, most=False),
        _extreme(document, decider, crowd, language, most=True),
        fmean(questions),
        fmean(seconds),
        _error(questions),
        _error(seconds),
        len(crowd),
    )


def _error(values: Sequence[float]) -> float:
    """The standard error of a mean."""
    return stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def _extreme(
    document: Document,
    decider: Decider,
    crowd: Sequence[Respondent],
    language: str | None,
    *,
    most: bool,
) -> Length:
    limit, begun, exact = _optimum(decider, most=most)
    fixed = frozenset(begun.answers) | _read(decider)
    walked = Crowd(document, seed=3).completed(begun, fixed)
    ways = [*crowd, *([walked] if walked else [])]
    best = (max if most else min)(ways, key=lambda one: len(one.way.questions))
    reached = len(best.way.questions)
    return Length(
        reached,
        expected_seconds(document, best.way, language),
        exact and reached == limit,
        best.witness,
    )


def _read(decider: Decider) -> frozenset[str]:
    """The variables on which it depends what is shown: an optimum leaves some unanswered."""
    varying = [node for node in decider.graph.nodes if node.reads]
    return frozenset(s.name for node in varying for s in node.reads if s.kind == "answer")


def _optimum(decider: Decider, *, most: bool) -> tuple[int, Witness, bool]:
    """The number of questions at best, answers that give it, and whether it is certain."""
    graph = decider.graph
    varying = [node for node in graph.nodes if _varies(node, graph)]
    total, exact = len(graph.nodes) - len(varying), True
    answers: dict[str, object] = {}
    facts: dict[str, dict[str, object]] = {"customer": {}, "touchpoint": {}}
    for nodes, cone in _groups(varying, graph):
        found = _best(decider, nodes, cone, most=most)
        if found is None:
            exact = False
            continue
        count, witness = found
        total += count
        answers.update(witness.answers)
        for kind, values in witness.facts.items():
            facts.setdefault(kind, {}).update(values)
    return total, Witness(answers, facts), exact


def _varies(node: Node, graph: Graph) -> bool:
    """Whether a question is not simply asked of everybody."""
    parts = (*getattr(node.question, "options", ()), *getattr(node.question, "items", ()))
    choice = hasattr(node.question, "options") or hasattr(node.question, "items")
    shown = graph.pages[node.page].show is not None or node.question.show is not None
    nothing = choice and all(part.show is not None for part in parts)
    return shown or nothing or bool(graph.alive[node.page])


def _groups(varying: Sequence[Node], graph: Graph) -> Iterator[tuple[list[Node], Cone]]:
    """The questions in groups that share no answers and no facts, each with all it depends on."""
    groups: list[tuple[list[Node], int, frozenset[object]]] = []
    for node in varying:
        cone = graph.cone(graph.needs(node), (), len(graph.nodes))
        facts: frozenset[object] = frozenset(s for s in cone.sources if s.kind != "answer")
        nodes, mask = [node], cone.mask
        apart = []
        for other in groups:
            if other[1] & mask or other[2] & facts:
                nodes, mask, facts = other[0] + nodes, mask | other[1], facts | other[2]
            else:
                apart.append(other)
        groups = [*apart, (nodes, mask, facts)]
    for nodes, mask, _ in groups:
        yield nodes, graph.cone(mask, (), len(graph.nodes))


def _best(
    decider: Decider, nodes: Sequence[Node], cone: Cone, *, most: bool
) -> tuple[int, Witness] | None:
    if len(nodes) > LARGEST_GROUP:
        return None
    try:
        visible = [decider.model.asked(node).visible for node in nodes]
        found = decider.model.optimum(cone, visible, most=most, milliseconds=MILLISECONDS)
    except TooLargeError:
        return None
    return None if found is None else (found[0], decider.witness(found[1]))
