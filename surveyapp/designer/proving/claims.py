"""What is asked of a questionnaire's logic: one claim for each rule, text and list that varies.

Every claim is a question with two answers at a place that people may reach. Who cares about it
says what each answer means: that an option is never shown, that a text may have a gap.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from surveyapp.designer.choices import CHOICES, carry_source
from surveyapp.designer.document import Item, LikertGrid, Option, Page, Question, variables_of
from surveyapp.designer.parts import Text
from surveyapp.designer.piping import is_known, pipes
from surveyapp.designer.proving.graph import Cone, Graph, Node
from surveyapp.designer.rules import Source

SHOWS = ("page", "question", "option", "item")
BOTH = frozenset({*SHOWS, "require", "check", "page_check"})
"""Kinds of claims whose `no` matters, too."""
GAPS = ("pipe", "message", "farewell")
"""Kinds of claims about what a text pipes: one that is read, a check's message, a screen-out's."""


@dataclass(frozen=True)
class Claim:
    """One question about the logic.

    kind: page, question, option or item (is it shown?), require (is it true?), check, page_check
    (is it violated?), screen_out, contradiction, cell, veto, bonus, ending (is it true?), computed
    (is it known?), pipe, message, farewell (is it missing?), empty (is nothing offered?), finish
    (does the way end well?). rule: of a message, when somebody reads it.
    part: the option, statement or source that is meant. page, question: numbers of where it is.
    """

    kind: str
    place: str
    rule: object = None
    page: int | None = None
    question: int | None = None
    part: str = ""
    source: Source | None = None
    severe: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the other claims of its document."""
        return self.kind, self.place, self.part


def claims_of(graph: Graph) -> Iterator[Claim]:
    """Every claim about a document whose rules are sound, in document order."""
    for claim in _all(graph):
        if claim.place not in graph.faulty:
            yield claim


def _all(graph: Graph) -> Iterator[Claim]:
    for number, page in enumerate(graph.pages):
        if page.show is not None:
            yield Claim("page", f"page:{page.id}", page.show, number)
        yield from _gaps(graph, Claim("pipe", f"page:{page.id}", None, number), page.title)
        for index in range(graph.begins(number), graph.ends[number]):
            yield from _of_question(graph, graph.nodes[index])
        yield from _leaving(graph, page, number)
    yield from _of_document(graph)


def _of_question(graph: Graph, node: Node) -> Iterator[Claim]:
    question, where = node.question, (node.page, node.index)
    place = f"question:{question.id}"
    if question.show is not None:
        yield Claim("question", place, question.show, *where)
    yield from _parts(graph, node)
    if question.require is not None and not question.required:
        yield Claim("require", place, question.require, *where)
    for check in question.checks:
        at = f"check:{question.id}.{check.id}"
        yield Claim("check", at, check.must, *where, severe=check.severity == "error")
        yield from _gaps(graph, Claim("message", at, {"not": [check.must]}, *where), check.message)
    yield from _gaps(graph, Claim("pipe", place, None, *where), *_texts(question))


def _parts(graph: Graph, node: Node) -> Iterator[Claim]:
    question = node.question
    kind = "item" if isinstance(question, LikertGrid) else "option"
    parts: tuple[Option | Item, ...] = ()
    if isinstance(question, (*CHOICES, LikertGrid)):
        parts = question.items if isinstance(question, LikertGrid) else question.options
    for part in parts:
        if part.show is not None:
            place = f"{kind}:{question.id}.{part.id}"
            yield Claim(kind, place, part.show, node.page, node.index, part.id)
    always = any(part.show is None for part in parts)
    if not always and (parts or carry_source(graph.document, question)):
        place = f"question:{question.id}"
        yield Claim("empty", place, None, node.page, node.index, severe=question.required)


def _texts(question: Question) -> tuple[Text, ...]:
    parts = (*getattr(question, "options", ()), *getattr(question, "items", ()))
    own = (question.title, question.help, getattr(question, "statement", {}))
    return (*own, *(part.label for part in parts))


def _gaps(graph: Graph, of: Claim, *texts: Text) -> Iterator[Claim]:
    """A claim like `of` for each source that some language pipes without a fallback."""
    bare = {
        pipe.source: None
        for text in texts
        for words in text.values()
        for pipe in pipes(words)
        if not pipe.fallback and is_known(graph.document, pipe.source)
    }
    for source in bare:
        yield replace(of, part=f"{source.kind}.{source.name}", source=source)


def _leaving(graph: Graph, page: Page, number: int) -> Iterator[Claim]:
    for check in page.checks:
        place = f"check:{page.id}.{check.id}"
        yield Claim("page_check", place, check.must, number, severe=check.severity == "error")
        message = Claim("message", place, {"not": [check.must]}, number)
        yield from _gaps(graph, message, check.message)
    earlier: list[object] = []
    for out in page.screen_outs:
        place = f"screen_out:{page.id}.{out.id}"
        yield Claim("screen_out", place, out.when, number)
        farewell = Claim("farewell", place, _first(out.when, earlier), number)
        yield from _gaps(graph, farewell, out.message)
        earlier += () if place in graph.faulty else (out.when,)


def _first(when: object, earlier: Sequence[object]) -> object:
    """The rule that `when` is true and none of `earlier` is; unknown is not true, which `not`
    cannot say, but a greatest number can, since it leaves out those that are unknown.
    """
    return {"and": [when, _none_of(earlier)]} if earlier else when


def _none_of(rules: Sequence[object]) -> object:
    """The rule that none of these is true."""
    return {"==": [{"max": [0, *({"if": [rule, 1, 0]} for rule in rules)]}, 0]}


def _of_document(graph: Graph) -> Iterator[Claim]:
    document = graph.document
    for last in {last.page: last for last in graph.endings()}.values():
        yield Claim("finish", last.place, page=last.page)
    for computed in document.computed:
        yield Claim("computed", f"computed:{computed.id}", computed.value, part=computed.id)
    for contradiction in document.contradictions:
        yield Claim("contradiction", f"contradiction:{contradiction.id}", contradiction.when)
    for quota in document.quotas:
        for cell in quota.cells:
            yield Claim("cell", f"cell:{quota.id}.{cell.id}", cell.when)
    for veto in document.vetoes:
        yield Claim("veto", f"veto:{veto.id}", veto.when)
    for bonus in document.bonuses:
        yield Claim("bonus", f"bonus:{bonus.id}", bonus.when)
    yield from _of_endings(graph)


def _of_endings(graph: Graph) -> Iterator[Claim]:
    """Endings, and the closing words of whoever gets none of them."""
    document, earlier = graph.document, list[object]()
    for ending in document.endings:
        place = f"ending:{ending.id}"
        yield Claim("ending", place, ending.when)
        words = Claim("pipe", place, _first(ending.when, earlier))
        yield from _gaps(graph, words, ending.title, ending.message)
        earlier += () if place in graph.faulty else (ending.when,)
    others = _none_of(earlier) if earlier else None
    yield from _gaps(graph, Claim("pipe", "document", others), document.thank_you)


def position_of(claim: Claim, graph: Graph) -> int:
    """How many questions come before the claim; what stands at its place is not yet demanded."""
    if claim.question is not None:
        return claim.question
    if claim.page is None:
        return len(graph.nodes)
    if claim.kind in ("screen_out", "farewell", "finish"):
        return graph.ends[claim.page]
    if claim.kind in ("page_check", "message"):
        return max(graph.ends[claim.page] - 1, 0)
    return graph.begins(claim.page)


def reads_of(claim: Claim, graph: Graph) -> tuple[Source, ...]:
    """Every source that the rule of a claim reads, and what it is about."""
    reads = graph.reads_of(claim.rule)
    if claim.source is not None:
        reads += graph.reads_of({claim.source.kind: claim.source.name})
    return reads


def cone_of(claim: Claim, graph: Graph, *, complete: bool = True) -> Cone:
    """Everything that decides a claim."""
    mask, reads = _needed(claim, graph)
    return graph.cone(mask, reads, position_of(claim, graph), complete=complete)


def _needed(claim: Claim, graph: Graph) -> tuple[int, tuple[Source, ...]]:
    """The questions that a claim needs at once, and the sources that it reads."""
    reads = reads_of(claim, graph)
    if claim.question is not None:
        node = graph.nodes[claim.question]
        own = variables_of(node.question) if claim.kind == "check" else ()
        return graph.needs(node), (*reads, *(Source("answer", variable) for variable in own))
    if claim.page is None:
        return (graph.finishing() if claim.kind == "pipe" else 0), reads
    if claim.kind == "finish":
        return graph.finishing(claim.page), reads
    if claim.kind == "page":
        return graph.page_needs(claim.page), reads
    return graph.within(claim.page) | graph.page_needs(claim.page), reads


def written(rule: object) -> str:
    """A rule as a text that is the same for the same rule."""
    return json.dumps(rule, sort_keys=True, ensure_ascii=False, default=str)
