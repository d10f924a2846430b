"""The content that a verdict depends on, as a key: words are not among it, nor what is elsewhere.

While a questionnaire is edited, a claim whose key was seen before keeps its verdict.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from typing import Any

from surveyapp.designer.document import Question
from surveyapp.designer.proving.claims import Claim, cone_of, written
from surveyapp.designer.proving.cores import core_cone
from surveyapp.designer.proving.gates import Gate, inside
from surveyapp.designer.proving.graph import Cone, Graph, Node
from surveyapp.designer.proving.near import covered, near_claim, near_gate
from surveyapp.designer.proving.verdict import Verdict
from surveyapp.designer.rule_places import runs
from surveyapp.designer.rules import sources
from surveyapp.designer.sharing import kept

_LABELS = {"__all__": {"label"}}
_WORDS: Any = {
    "title": True,
    "help": True,
    "statement": True,
    "low": True,
    "high": True,
    "labels": True,
    "unit": True,
    "origin": True,
    "dimension": True,
    "thresholds": True,
    "shuffle": True,
    "scale": {"labels"},
    "options": _LABELS,
    "items": {"__all__": {"label", "dimension", "reverse"}},
    "checks": {"__all__": {"message"}},
}
"""Fields of questions that decide nothing."""


class Keys:
    """The keys of one document's claims."""

    def __init__(self, graph: Graph, effort: int) -> None:
        self._graph = graph
        self._effort = effort
        self._expanded: dict[int, tuple[object, str]] = {}
        self._rules: dict[tuple[str, str], str] = {}
        self._computed: dict[str, str] = {}
        for name, rule in graph.computed.items():
            self._computed[name] = self.expanded(rule)
        self._starts = [run[0].id for run in runs(graph.pages) for _ in run]
        self._nodes = [self._node(node) for node in graph.nodes]
        self._wholes: list[bytes] = []
        for node in graph.nodes:
            needed = graph.roots(graph.needs(node) & ~node.bit)
            whole = _digest(self._nodes[node.index], *(self._wholes[n] for n in needed))
            self._wholes.append(whole)

    @cached_property
    def wholes(self) -> dict[int, bytes]:
        """Address of a question → the key of all that decides whether and with what it is shown.

        Nothing where an id stands twice: such questions may even be one object.
        """
        nodes = self._graph.nodes
        if len(self._graph.by_id) < len(nodes):
            return {}
        return {id(node.question): self._wholes[node.index] for node in nodes}

    def expanded(self, rule: object) -> str:
        """A rule with the computed values that it reads."""
        kept = self._expanded.get(id(rule))
        if kept is None:  # the rule is kept, too, so that its address stays its own
            text = written(rule)
            read = sources(rule) if '"computed"' in text else ()
            names = {s.name for s in read if s.kind == "computed"}
            inner = (self._computed.get(name, "") for name in sorted(names))
            kept = self._expanded[id(rule)] = (rule, "\n".join((text, *inner)))
        return kept[1]

    def _node(self, node: Node) -> bytes:
        page, question = self._graph.pages[node.page], node.question
        parts = (*getattr(question, "options", ()), *getattr(question, "items", ()))
        rules = [page.show, question.show, question.require, *(part.show for part in parts)]
        more = "".join(self.expanded(rule) for rule in rules if rule is not None)
        return _digest(page.id, self._starts[node.page], shape(question), more)

    def of(self, claim: Claim) -> bytes:
        """The key of a claim."""
        parts = (*claim.key, str(claim.severe), self.expanded(claim.rule), str(claim.source))
        return self.of_cone(cone_of(claim, self._graph), *parts)

    def of_cone(self, cone: Cone, *parts: str) -> bytes:
        """The key of anything that a cone decides."""
        nodes = (self._wholes[index] for index in self._graph.roots(cone.mask))
        return self._made(cone, b"".join(nodes), *parts)

    def _made(self, cone: Cone, nodes: bytes, *parts: str) -> bytes:
        rules = [self._ruled(c.kind, c.place, c.rule) for c in cone.constraints]
        rules += [self._ruled("", e.place, e.rule) for e in cone.endings]
        facts = sorted(source for source in cone.sources if source.kind != "answer")
        rules += [self._fact(*fact) for fact in facts]
        return _digest(*parts, str(self._effort), *rules, nodes)

    def _ruled(self, kind: str, place: str, rule: object) -> str:
        """A rule with its place."""
        key = kind, place
        if key not in self._rules:
            self._rules[key] = f"{kind} {place} {self.expanded(rule)}"
        return self._rules[key]

    def near(self, claim: Claim, levels: int) -> bytes | None:
        """The key of what follows from what is near a claim; None where that is not asked."""
        cone = near_claim(claim, self._graph, levels)
        if cone is None:
            return None
        parts = (f"near {levels}", *claim.key, self.expanded(claim.rule), str(claim.source))
        return self._made(cone, self._each(covered(cone, self._graph)), *parts)

    def core(self, claim: Claim, verdict: Verdict) -> bytes | None:
        """The key of what follows from a verdict's core; None where some of that is missing."""
        cone = core_cone(claim, verdict, self._graph)
        if cone is None:
            return None
        parts = ("core", str(sorted(verdict.core)), str(verdict.yes), *claim.key)
        nodes = self._each(covered(cone, self._graph))
        return self._made(cone, nodes, *parts, self.expanded(claim.rule), str(claim.source))

    def near_gate(self, gate: Gate) -> bytes:
        """The same of a page that may refuse."""
        cone, own = near_gate(gate, self._graph), inside(gate, self._graph)
        nodes = self._each(covered(cone, self._graph) | sum(node.bit for node in own))
        return self._made(
            replace(cone, constraints=gate.demands), nodes, "near dead end", gate.place
        )

    def _each(self, mask: int) -> bytes:
        """The content of some questions, without that of what they need."""
        return b"".join(self._nodes[node.index] for node in self._graph.members(mask))

    def earlier(self, claim: Claim) -> bytes:
        """The key of the last verdict on what may be the same claim."""
        return _digest("earlier", *claim.key)

    def _fact(self, kind: str, name: str) -> str:
        """What a fact may be, where the document says so."""
        document = self._graph.document
        if kind == "random":
            arms = [arm.id for e in document.experiments if e.id == name for arm in e.arms]
            return f"random {name} {arms}"
        return f"{kind} {name} {document.languages if name == 'language' else ''}"


def shape(question: Question) -> str:
    """A question without its words."""

    def made() -> str:
        return json.dumps(question.model_dump(mode="json", exclude=_WORDS), sort_keys=True)

    return kept(question, "_shape", (), made)


def _digest(*parts: str | bytes) -> bytes:
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()
