"""What is near a claim: often it shows alone that nobody gets there, whatever the rest says.

A near cone holds fewer conditions than the whole one, so what is impossible in it is impossible.
Such a verdict hangs on the questions near the claim alone, and outlives edits of all others.
"""

from __future__ import annotations

from collections.abc import Iterable

from surveyapp.designer.choices import carry_source
from surveyapp.designer.document import question_of, variables_of
from surveyapp.designer.proving.claims import Claim, reads_of
from surveyapp.designer.proving.gates import Gate, inside
from surveyapp.designer.proving.graph import Cone, Graph
from surveyapp.designer.rules import Source

LEVELS = (1, 3)
"""So far the questions that are read, those that these read, and so on, belong to what is near; the
least is tried first, since a verdict outlives the more edits the less it hangs on.
"""
WHOLE = frozenset({"contradiction", "cell", "veto", "bonus", "ending", "computed"})
"""Kinds of claims about the whole questionnaire."""


def near_claim(claim: Claim, graph: Graph, levels: int) -> Cone | None:
    """What is near a claim; None where it hangs on much more than some questions."""
    reads = reads_of(claim, graph)
    if claim.question is None:
        return _near(graph, 0, reads, levels) if claim.kind in WHOLE else None
    node = graph.nodes[claim.question]
    own = variables_of(node.question) if claim.kind == "check" else ()
    reads = (*reads, *(Source("answer", variable) for variable in own))
    return _near(graph, node.bit, reads, levels)


def near_gate(gate: Gate, graph: Graph) -> Cone:
    """What is near a page that may refuse, before it."""
    own = inside(gate, graph)
    names = {variable for node in own for variable in variables_of(node.question)}
    reads = [source for demand in gate.demands for source in graph.reads_of(demand.rule)]
    reads += [source for node in own for source in node.reads]
    reads += graph.reads_of(graph.pages[gate.page].show)
    outside = [s for s in reads if s.kind != "answer" or s.name not in names]
    return Cone(0, (), tuple(dict.fromkeys(outside)), graph.endings())


def _near(graph: Graph, mask: int, reads: Iterable[Source], levels: int) -> Cone:
    found = dict.fromkeys(reads)
    for node in graph.members(mask):
        found.update(dict.fromkeys(node.reads))
    for _ in range(levels):
        new = read_directly(graph, found) & ~mask
        mask |= new
        for node in graph.members(new):
            found.update(dict.fromkeys(node.reads))
    return Cone(mask, (), tuple(found), graph.endings())


def read_directly(graph: Graph, sources: Iterable[Source]) -> int:
    """The questions that are read directly."""
    names = {question_of(source.name) for source in sources if source.kind == "answer"}
    return sum(graph.by_id[name].bit for name in names)


def covered(cone: Cone, graph: Graph) -> int:
    """The questions whose content the formulas of a near cone are made of.

    Those that it reads without defining them, those of the screen-outs that stand in every
    formula behind them, and those whose options others carry on.
    """
    mask = cone.mask | read_directly(graph, cone.sources)
    for ending in graph.endings():
        mask |= graph.on_page(ending.page) | read_directly(graph, graph.reads_of(ending.rule))
    for node in reversed(list(graph.members(mask))):
        source = carry_source(graph.document, node.question)
        while source is not None:
            mask |= graph.by_id[source.id].bit
            source = carry_source(graph.document, source)
    return mask
