"""Of all that decides a claim, the few conditions that show alone that nobody gets there.

Such a verdict holds as long as these are still among the conditions of the claim, and none of the
questions that they are made of has changed: it outlives most edits of a long questionnaire.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from surveyapp.designer.proving.claims import SHOWS, Claim, cone_of
from surveyapp.designer.proving.graph import Cone, Constraint, Graph
from surveyapp.designer.proving.near import near_claim
from surveyapp.designer.proving.verdict import Part, Verdict


def parts_of(cone: Cone, graph: Graph, *, complete: bool) -> Iterator[Part]:
    """The names of the conditions that `Model.holding` gives for a cone, in its order."""
    yield from (("question", node.question.id) for node in graph.members(cone.mask))
    yield from graph.with_choices(cone.sources)
    yield from ((c.kind, c.place) for c in (cone.constraints if complete else ()))


def core_cone(claim: Claim, verdict: Verdict, graph: Graph) -> Cone | None:
    """What a verdict of before hangs on in this document; None where some of it is missing."""
    core = set(verdict.core)
    near = near_claim(claim, graph, 0) if core else None
    complete = verdict.yes is not False or claim.kind not in SHOWS
    cone = cone_of(claim, graph, complete=complete)
    if near is None or not core.issubset(parts_of(cone, graph, complete=complete)):
        return None
    kept = tuple(c for c in cone.constraints if (c.kind, c.place) in core)
    defined = [graph.by_id[name] for kind, name in core if kind == "question"]
    made_of = [*(node.bit for node in defined), *(_own(c, graph) for c in kept)]
    mask = reduce(or_, made_of, near.mask)
    found = dict.fromkeys(near.sources)
    found |= dict.fromkeys(s for s in graph.with_choices(cone.sources) if s in core)
    reads = [graph.reads_of(constraint.rule) for constraint in kept]
    for read in (*reads, *(node.reads for node in defined)):
        found |= dict.fromkeys(read)
    return replace(near, mask=mask, constraints=kept, sources=tuple(found))


def _own(constraint: Constraint, graph: Graph) -> int:
    """The questions at which a constraint stands."""
    if constraint.question is None:
        return graph.on_page(constraint.page)
    return graph.nodes[constraint.question].bit
