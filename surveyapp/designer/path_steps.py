"""A document in compiled form, as `path` walks it: in document order, or in that of a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from surveyapp.designer.choices import (
    CHOICES,
    Shown,
    all_options,
    carry_source,
    presented,
    presented_items,
    show_rules,
)
from surveyapp.designer.computed import computations
from surveyapp.designer.document import (
    Choice,
    Document,
    Item,
    LikertGrid,
    Option,
    Page,
    Question,
    ScreenOut,
    variables_of,
)
from surveyapp.designer.order import Seed, shuffled
from surveyapp.designer.rule_places import runs
from surveyapp.designer.rules import Evaluator, compiled


@dataclass(frozen=True)
class Step:
    """A question: its rules, its variables, its options or statements with theirs.

    words: option → the variable of the words behind it. source: the choice that it carries
    options from. shown: rules of options or statements.
    """

    question: Question
    show: Evaluator | None
    require: Evaluator | None
    variables: tuple[str, ...]
    options: tuple[Option, ...] | None = None
    items: tuple[Item, ...] | None = None
    words: tuple[tuple[str, str], ...] = ()
    source: Choice | None = None
    own: frozenset[str] = frozenset()
    shown: Shown | None = None


@dataclass(frozen=True)
class PageStep:
    """A page: its rule, its questions, and who ends there."""

    page: Page
    show: Evaluator | None
    questions: tuple[Step, ...]
    screen_outs: tuple[tuple[ScreenOut, Evaluator], ...]


def page_steps(document: Document, seed: Seed | None = None) -> tuple[PageStep, ...]:
    """The document compiled (once, and kept with the document itself), in the order of `seed`."""
    steps: tuple[PageStep, ...] | None = document.__dict__.get("_path_steps")
    if steps is None:
        steps = document.__dict__["_path_steps"] = _compiled(document)
    return steps if seed is None else _in_order(document, steps, seed)


def _compiled(document: Document) -> tuple[PageStep, ...]:
    known = computations(document)

    def condition(rule: object) -> Evaluator | None:
        return None if rule is None else compiled(rule, known)

    return tuple(
        PageStep(
            page,
            condition(page.show),
            tuple(
                _step(document, question, condition(question.show), condition(question.require))
                for question in page.questions
            ),
            tuple((out, compiled(out.when, known)) for out in page.screen_outs),
        )
        for page in document.pages
    )


def _step(
    document: Document, question: Question, show: Evaluator | None, require: Evaluator | None
) -> Step:
    if isinstance(question, CHOICES):
        return Step(
            question,
            show,
            require,
            (question.id,),
            options=all_options(document, question),
            words=tuple((o.id, f"{question.id}.{o.id}") for o in question.options if o.other),
            source=carry_source(document, question),
            own=frozenset(option.id for option in question.options),
            shown=show_rules(document, question.options) or None,
        )
    step = Step(question, show, require, variables_of(question))
    if isinstance(question, LikertGrid):
        rules = show_rules(document, question.items) or None
        return replace(step, items=question.items, shown=rules)
    return step


def _in_order(document: Document, steps: tuple[PageStep, ...], seed: Seed) -> tuple[PageStep, ...]:
    if not _moves(document):
        return steps
    by_page = {step.page.id: step for step in steps}
    ordered = [
        by_page[name]
        for run in runs(document.pages)
        for name in shuffled(seed, f"block {run[0].block}", [page.id for page in run])
    ]
    return tuple(_page_in_order(document, step, seed) for step in ordered)


def _moves(document: Document) -> bool:
    """Whether anything in the document comes in random order (kept with the document)."""
    kept: bool | None = document.__dict__.get("_moves")
    if kept is None:
        parts = (*document.pages, *document.questions())
        kept = any(getattr(p, "shuffle", False) or getattr(p, "block", None) for p in parts)
        document.__dict__["_moves"] = kept
    return kept


def _page_in_order(document: Document, step: PageStep, seed: Seed) -> PageStep:
    questions = tuple(_question_in_order(document, one, seed) for one in step.questions)
    if step.page.shuffle:
        by_id: Mapping[str, Step] = {one.question.id: one for one in questions}
        names = shuffled(seed, f"page {step.page.id}", list(by_id))
        questions = tuple(by_id[name] for name in names)
    return replace(step, questions=questions)


def _question_in_order(document: Document, step: Step, seed: Seed) -> Step:
    question = step.question
    if isinstance(question, CHOICES) and question.shuffle:
        return replace(step, options=presented(document, question, seed))
    if isinstance(question, LikertGrid) and question.shuffle:
        return replace(step, items=presented_items(question, seed))
    return step
