"""Every rule of a document with its place, and which answers it may read there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from surveyapp.designer.choices import CHOICES, carry_source
from surveyapp.designer.computed import with_computed
from surveyapp.designer.document import (
    Document,
    LikertGrid,
    Page,
    Question,
    question_of,
    variables_of,
)
from surveyapp.designer.parts import Check
from surveyapp.designer.rules import Source, sources
from surveyapp.designer.sharing import kept
from surveyapp.findings import N_, Finding


class PlacedRule(NamedTuple):
    """A rule, and the part and the field that it stands in."""

    place: str
    field: str
    rule: object


def rules_of(document: Document) -> Iterator[PlacedRule]:
    """Every rule of the document, in document order."""
    for page in document.pages:
        yield from rules_on(page)
    for computed in document.computed:
        yield PlacedRule(f"computed:{computed.id}", "value", computed.value)
    for contradiction in document.contradictions:
        yield PlacedRule(f"contradiction:{contradiction.id}", "when", contradiction.when)
    for quota in document.quotas:
        for cell in quota.cells:
            yield PlacedRule(f"cell:{quota.id}.{cell.id}", "when", cell.when)
    for veto in document.vetoes:
        yield PlacedRule(f"veto:{veto.id}", "when", veto.when)
    for bonus in document.bonuses:
        yield PlacedRule(f"bonus:{bonus.id}", "when", bonus.when)
    for ending in document.endings:
        yield PlacedRule(f"ending:{ending.id}", "when", ending.when)


def rules_of_question(question: Question) -> Iterator[PlacedRule]:
    """The rules of one question and of its options or statements."""
    if question.show is not None:
        yield PlacedRule(f"question:{question.id}", "show", question.show)
    for option in question.options if isinstance(question, CHOICES) else ():
        if option.show is not None:
            yield PlacedRule(f"option:{question.id}.{option.id}", "show", option.show)
    for item in question.items if isinstance(question, LikertGrid) else ():
        if item.show is not None:
            yield PlacedRule(f"item:{question.id}.{item.id}", "show", item.show)
    if question.require is not None:
        yield PlacedRule(f"question:{question.id}", "require", question.require)
    yield from _checks(question.id, question.checks)


def _checks(owner: str, checks: tuple[Check, ...]) -> Iterator[PlacedRule]:
    for check in checks:
        yield PlacedRule(f"check:{owner}.{check.id}", "must", check.must)


AFTER_OWN = frozenset({"require", "must"})
"""Fields whose rules may read the question that they stand at."""


def check_order(document: Document) -> Iterator[Finding]:
    """Whether each rule reads only what is asked before it, in whatever random order."""
    unseen = set(document.variables)
    for page in document.pages:
        if page.show is not None:
            shown = PlacedRule(f"page:{page.id}", "show", page.show)
            yield from _later(document, shown, sources(page.show), unseen)
        for question in page.questions:
            reading = _reading(question)
            for placed, read in reading:
                if placed.field not in AFTER_OWN:
                    yield from _later(document, placed, read, unseen)
            unseen.difference_update(variables_of(question))
            for placed, read in reading:
                if placed.field in AFTER_OWN:
                    yield from _later(document, placed, read, unseen)
        for placed in rules_of_page(page):
            yield from _later(document, placed, sources(placed.rule), unseen)
    yield from _shuffled(document)


def _reading(question: Question) -> tuple[tuple[PlacedRule, tuple[Source, ...]], ...]:
    """The rules of a question with what they read, kept with it."""
    rules = rules_of_question(question)
    return kept(question, "_reading", (), lambda: tuple((p, sources(p.rule)) for p in rules))


def rules_of_page(page: Page) -> Iterator[PlacedRule]:
    """The rules that a page has when it is left: its checks and screen-outs."""
    yield from _checks(page.id, page.checks)
    for out in page.screen_outs:
        yield PlacedRule(f"screen_out:{page.id}.{out.id}", "when", out.when)


def _later(
    document: Document, placed: PlacedRule, read: Sequence[Source], unseen: set[str]
) -> Iterator[Finding]:
    if any(kind == "computed" for kind, _ in read):
        read = with_computed(document, placed.rule)
    for kind, name in read:
        if kind == "answer" and name in unseen:
            template = N_("“{name}” is not asked before this: move it up or change the rule.")
            yield Finding("rule.later_question", placed.place, template, {"name": name})


def _shuffled(document: Document) -> Iterator[Finding]:
    """Rules, and carried options, that read what may come after them in some random order."""
    for run in runs(document.pages):
        for page in run:
            beside = {q.id for other in run if other is not page for q in other.questions}
            yield from _mixed(document, rules_on(page), beside)
            for question in page.questions:
                others = {q.id for q in page.questions} if page.shuffle else set()
                yield from _mixed(document, rules_of_question(question), others - {question.id})
                source = carry_source(document, question)
                if source is not None and source.id in beside | others:
                    yield _in_any_order(f"question:{question.id}", source.id)


def runs(pages: tuple[Page, ...]) -> list[tuple[Page, ...]]:
    """The pages in groups: those of one block that follow each other, every other one alone."""
    found: list[list[Page]] = []
    for page in pages:
        if page.block and found and found[-1][0].block == page.block:
            found[-1].append(page)
        else:
            found.append([page])
    return [tuple(run) for run in found]


def rules_on(page: Page) -> Iterator[PlacedRule]:
    """The rules of a page, of its questions and of what is on these."""
    if page.show is not None:
        yield PlacedRule(f"page:{page.id}", "show", page.show)
    for question in page.questions:
        yield from rules_of_question(question)
    yield from rules_of_page(page)


def _mixed(
    document: Document, rules: Iterator[PlacedRule], mixed: Collection[str]
) -> Iterator[Finding]:
    for placed in rules if mixed else ():
        read = with_computed(document, placed.rule)
        names = dict.fromkeys(question_of(name) for kind, name in read if kind == "answer")
        yield from (_in_any_order(placed.place, name) for name in names if name in mixed)


def _in_any_order(place: str, name: str) -> Finding:
    template = N_("“{name}” and this come in random order: read what is asked before both.")
    return Finding("rule.shuffled", place, template, {"name": name})
