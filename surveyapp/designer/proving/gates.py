"""Pages that may refuse every answer, and experiments that may not matter: what to ask of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from surveyapp.designer.document import Experiment, variables_of
from surveyapp.designer.proving.claims import Claim
from surveyapp.designer.proving.graph import Cone, Constraint, Graph, Node
from surveyapp.designer.rules import Source


class Gate(NamedTuple):
    """A page that may refuse: its number, the place to name, and what it demands."""

    page: int
    place: str
    demands: tuple[Constraint, ...]


def gates(graph: Graph) -> Iterator[Gate]:
    """The pages with checks that keep people on them."""
    for number, page in enumerate(graph.pages):
        checks = tuple(c for c in graph.constraints if c.page == number and c.kind == "check")
        demands = tuple(c for c in graph.constraints if c.page == number)
        places = {c.question for c in checks}
        if not checks:
            continue
        only = places.pop() if len(places) == 1 else None
        place = f"page:{page.id}" if only is None else f"question:{graph.nodes[only].question.id}"
        yield Gate(number, place, demands)


def inside(gate: Gate, graph: Graph) -> list[Node]:
    """The questions of the page that its demands concern."""
    mask = 0
    for constraint in gate.demands:
        mask |= constraint.touches
    first, last = graph.begins(gate.page), graph.ends[gate.page]
    return [node for node in graph.nodes[first:last] if node.bit & mask]


def cone_before(gate: Gate, graph: Graph) -> Cone:
    """What decides the state in which somebody gets to the page."""
    mask = graph.page_needs(gate.page)
    reads: list[Source] = []
    first = 1 << graph.begins(gate.page)
    for constraint in gate.demands:
        mask |= constraint.touches & (first - 1)
        reads += graph.reads_of(constraint.rule)
    for node in inside(gate, graph):
        reads += node.reads
    names = {v for node in inside(gate, graph) for v in variables_of(node.question)}
    before = [s for s in reads if s.kind != "answer" or s.name not in names]
    return graph.cone(mask, before, graph.begins(gate.page))


def cone_of_gate(gate: Gate, graph: Graph) -> Cone:
    """All that decides whether the page refuses, for its key."""
    before = cone_before(gate, graph)
    mask = before.mask
    for node in inside(gate, graph):
        mask |= graph.needs(node)
    return Cone(mask, (*before.constraints, *gate.demands), before.sources, before.endings)


def readers(experiment: Experiment, claims: Sequence[Claim], graph: Graph) -> list[Claim]:
    """The claims whose own rule reads the experiment's arm, or whose text shows it.

    When a message is shown, the claim about its rule says already.
    """
    arm = Source("random", experiment.id)
    return [c for c in claims if arm in ((c.source,) if c.source else graph.reads_of(c.rule))]
