"""The content that a verdict depends on, as a key: words are not among it, nor what is elsewhere.

While a questionnaire is edited, a claim whose key was seen before keeps its verdict.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from struct import pack
from typing import Any

from surveyapp.designer.choices import carry_source
from surveyapp.designer.document import Page, Question, question_of
from surveyapp.designer.facts import Type
from surveyapp.designer.proving.again import PageKey
from surveyapp.designer.proving.claims import Claim, cone_of, written
from surveyapp.designer.proving.cores import core_cone
from surveyapp.designer.proving.gates import Gate, inside
from surveyapp.designer.proving.graph import Cone, Constraint, Graph, Node
from surveyapp.designer.proving.near import covered, near_claim, near_gate, read_directly
from surveyapp.designer.proving.verdict import Verdict
from surveyapp.designer.rule_places import runs
from surveyapp.designer.rules import Source, sources
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
        self._rules: dict[tuple[str, str], bytes] = {}
        self._computed: dict[str, str] = {}
        self._formulas: dict[int, bytes] = {}
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
    def pages(self) -> dict[int, PageKey]:
        """Address of a page → what decides what of it is seen.

        Nothing where an id stands twice: such pages may even be one object. Nor of a page that
        offers options of another question, which hangs on the content of that one.
        """
        graph = self._graph
        twice = len(graph.by_id) < len(graph.nodes)
        found: dict[int, PageKey] = {}
        for number, page in enumerate(() if twice else graph.pages):
            if not any(carry_source(graph.document, question) for question in page.questions):
                found[id(page)] = self._page(number, page)
        return found

    def _page(self, number: int, page: Page) -> PageKey:
        graph = self._graph
        nodes = graph.nodes[graph.begins(number) : graph.ends[number]]
        rules = [page.show, *(node.question.require for node in nodes)]
        read = [source for rule in rules for source in graph.reads_of(rule)]
        read += [source for node in nodes for source in node.reads]
        names = dict.fromkeys(source.name for source in read if source.kind == "answer")
        shown = "" if page.show is None else self.expanded(page.show)
        content = _digest(page.id, shown, *(self._nodes[node.index] for node in nodes))
        return PageKey(content, tuple(names))

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
        rules = b"".join([self._ruled(c.kind, c.place, c.rule) for c in cone.constraints])
        ends = b"".join([self._ruled("", e.place, e.rule) for e in cone.endings])
        facts = sorted(source for source in cone.sources if source.kind != "answer")
        facts_read = "\n".join(self._fact(*fact) for fact in facts)
        return _digest(*parts, str(self._effort), rules, ends, facts_read, nodes)

    def formula(self, node: Node) -> bytes:
        """The key of the formulas of a question: what they are made of, and the names in them.

        These are numbers of questions, so a question that moves has others.
        """
        if node.index not in self._formulas:
            graph = self._graph
            needed = covered(Cone(node.bit, (), node.reads), graph)
            parts = (self._numbered(one) for one in graph.members(needed))
            place = f"{node.index} {node.page} {node.reads}"
            self._formulas[node.index] = _digest("formula", place, self._ended, *parts)
        return self._formulas[node.index]

    @cached_property
    def _ended(self) -> bytes:
        """The screen-outs, which stand in every formula behind them."""
        endings = self._graph.endings()
        return b"".join(
            e.page.to_bytes(4, "big") + self._ruled("", e.place, e.rule) for e in endings
        )

    def _numbered(self, node: Node) -> bytes:
        return node.index.to_bytes(4, "big") + self._nodes[node.index]

    def source(self, source: Source, facts: Mapping[str, Mapping[str, Type]]) -> bytes:
        """The key of the values that a source may have."""
        kind, name = source
        if kind == "answer":
            return _digest("source", name, self.formula(self._graph.by_id[question_of(name)]))
        return _digest("source", kind, name, repr(facts[kind][name]))

    def constraint(self, constraint: Constraint) -> bytes:
        """The key of the formula that a check or a rule that requires is kept."""
        graph = self._graph
        read = read_directly(graph, graph.reads_of(constraint.rule))
        nodes = graph.members(graph.on_page(constraint.page) | read)
        rule = self._ruled(constraint.kind, constraint.place, constraint.rule)
        return _digest("constraint", rule, str(constraint.question), *map(self.formula, nodes))

    def _ruled(self, kind: str, place: str, rule: object) -> bytes:
        """A rule with its place."""
        key = kind, place
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = _digest(kind, place, self.expanded(rule))
        return found

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
    data = [part if isinstance(part, bytes) else part.encode() for part in parts]
    lengths = pack(f">{len(data)}Q", *map(len, data))
    return blake2b(b"".join((lengths, *data)), digest_size=16).digest()
