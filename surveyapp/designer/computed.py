"""Computed values: made from answers and facts, read by rules and texts as `computed.ID`.

They may read each other, without going round in circles, and together stay small: a rule with all
that it reads put in its place has at most `MAX_EXPANDED` parts and `MAX_DEPTH` levels. What does
not keep to that is a finding of `rule_types` and unknown at run time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from surveyapp.designer.document import Document
from surveyapp.designer.rules import (
    MAX_DEPTH,
    Answers,
    Evaluator,
    Facts,
    Source,
    compiled,
    parts_of,
    source_of,
    sources,
)

MAX_EXPANDED = 5000
"""Parts of a rule with its computed values put in place: what one evaluation may cost."""


class Extent(NamedTuple):
    """How large a rule is: its parts (operators, operands, members of lists) and its levels."""

    size: int
    levels: int

    @property
    def fits(self) -> bool:
        """Whether a rule may be that large, with all that it reads in its place."""
        return self.size <= MAX_EXPANDED and self.levels <= MAX_DEPTH


def extent(rule: object, computed: Mapping[str, Extent] | None = None) -> Extent:
    """How large the rule is; with `computed`, with those values put in their places.

    Stops counting where it is too large already.
    """
    waiting, size, levels = [(rule, 0)], 0, 0
    while waiting and size <= MAX_EXPANDED and levels <= MAX_DEPTH:
        node, depth = waiting.pop()
        parts, source = parts_of(node), source_of(node)
        operands = parts[1] if parts else node if isinstance(node, list) else ()
        size += 1 + len(operands)
        if parts:
            levels = max(levels, depth + 1)
            waiting += [(operand, depth + 1) for operand in operands]
        elif source and computed and source.kind == "computed" and source.name in computed:
            inner = computed[source.name]
            size, levels = size + inner.size, max(levels, depth + inner.levels)
    return Extent(size, levels)


def computations(document: Document) -> Mapping[str, Evaluator]:
    """The computed values as evaluators, compiled once and kept with the (frozen) document.

    Those that are circular or too large are not among them, hence unknown.
    """
    kept: dict[str, Evaluator] | None = document.__dict__.get("_computations")
    if kept is None:
        kept = {}
        for name, rule in sound(document).items():
            kept[name] = compiled(rule, kept)
        document.__dict__["_computations"] = kept
    return kept


def values(document: Document, answers: Answers, facts: Facts) -> dict[str, object]:
    """Every computed value that is known with these answers and facts."""
    found = {name: read(answers, facts) for name, read in computations(document).items()}
    return {name: value for name, value in found.items() if value is not None}


def sound(document: Document) -> dict[str, object]:
    """The rules of the computed values that can be evaluated, each after those that it reads."""
    sizes, rules = extents(document), _rules(document)
    return {name: rules[name] for name, size in sizes.items() if size.fits}


def extents(document: Document) -> dict[str, Extent]:
    """Name → how large, of every value that is not circular, each after those that it reads."""
    kept: dict[str, Extent] | None = document.__dict__.get("_extents")
    if kept is None:
        kept, rules = {}, _rules(document)
        for name in _peeled(_reads(document)):
            kept[name] = extent(rules[name], kept)
        document.__dict__["_extents"] = kept
    return kept


def circular(document: Document) -> frozenset[str]:
    """The computed values that read themselves, through others or directly."""
    reads = _reads(document)
    done = set(_peeled(reads))
    left = {name: {n for n in inner if n not in done} for name, inner in reads.items()}
    readers = _turned({name: inner for name, inner in left.items() if name not in done})
    return frozenset(readers.keys() - set(_peeled(readers)))


def with_computed(document: Document, rule: object) -> tuple[Source, ...]:
    """Every source that the rule reads, those of computed values in their place."""
    found: dict[Source, None] = {}
    rules, waiting, opened = _rules(document), [rule], set()
    while waiting:
        for source in sources(waiting.pop()):
            if source.kind != "computed":
                found[source] = None
            elif source.name in rules and source.name not in opened:
                opened.add(source.name)
                waiting.append(rules[source.name])
    return tuple(found)


def _rules(document: Document) -> dict[str, object]:
    return {computed.id: computed.value for computed in document.computed}


def _reads(document: Document) -> dict[str, set[str]]:
    """Name → the computed values that it reads itself."""
    rules = _rules(document)
    return {
        name: {s.name for s in sources(rule) if s.kind == "computed" and s.name in rules}
        for name, rule in rules.items()
    }


def _peeled(graph: Mapping[str, Set[str]]) -> Iterator[str]:
    """The names from which no way leads into a circle, each after all that it leads to."""
    left = {name: len(inner) for name, inner in graph.items()}
    readers = _turned(graph)
    ready = [name for name, count in left.items() if not count]
    while ready:
        name = ready.pop()
        yield name
        for reader in readers[name]:
            left[reader] -= 1
            if not left[reader]:
                ready.append(reader)


def _turned(graph: Mapping[str, Set[str]]) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = {name: set() for name in graph}
    for name, inner in graph.items():
        for one in inner:
            turned[one].add(name)
    return turned
