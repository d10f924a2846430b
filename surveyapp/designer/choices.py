"""Which options a choice offers: its own, and those that it carries along from an earlier choice.

Carried options come first, with the ids and labels that they have there; those that exclude the
others or say why there is no answer are not carried. While the earlier choice is unanswered or
not on the path, nothing is carried: unknown never shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from surveyapp.designer.computed import computations
from surveyapp.designer.document import (
    Choice,
    Document,
    Item,
    LikertGrid,
    Multiple,
    Option,
    Question,
    Ranking,
    Single,
)
from surveyapp.designer.order import Seed, shuffled
from surveyapp.designer.rules import Answers, Evaluator, Facts, compiled

CHOICES = (Single, Multiple, Ranking)
Shown = Mapping[str, Evaluator]
"""Option or item id → its show rule, of those that have one."""


def all_options(document: Document, question: Question) -> tuple[Option, ...]:
    """Every option that the question could ever offer, in document order."""
    kept: dict[str, tuple[Option, ...]] | None = document.__dict__.get("_all_options")
    if kept is None:
        kept = document.__dict__["_all_options"] = {}
        for one in document.questions():
            if isinstance(one, CHOICES):
                kept[one.id] = (*_carried(one, kept), *one.options)
    own = question.options if isinstance(question, CHOICES) else ()
    return kept.get(question.id, own)


def _carried(question: Choice, earlier: Mapping[str, tuple[Option, ...]]) -> Iterable[Option]:
    source = earlier.get(question.carry.question, ()) if question.carry else ()
    return (
        Option(id=option.id, label=option.label)
        for option in source
        if not option.exclusive and option.missing is None
    )


def offered(
    document: Document,
    question: Question,
    answers: Answers,
    facts: Facts,
    seed: Seed | None = None,
) -> tuple[Option, ...]:
    """The options offered with these answers, in the order in which they are presented.

    `answers` are those on the path before the question. `path` gives the same for every question
    that is visible, and is the cheaper way to ask.
    """
    if not isinstance(question, CHOICES):
        return ()
    there: set[str] = set()
    before: Choice | None = None
    for one in _chain(document, question):
        there = carried_from(one, there, answers.get(before.id)) if before else set()
        rules = show_rules(document, one.options)
        there |= {o.id for o in one.options if is_shown(o.id, rules, answers, facts)}
        before = one
    return tuple(o for o in presented(document, question, seed) if o.id in there)


def _chain(document: Document, question: Choice) -> list[Choice]:
    """The question after those that it carries options from, the first of them first."""
    chain = [question]
    while source := carry_source(document, chain[-1]):
        chain.append(source)
    return chain[::-1]


def carry_source(document: Document, question: Question) -> Choice | None:
    """The earlier choice that the question carries options from."""
    if not isinstance(question, CHOICES) or question.carry is None:
        return None
    source = document.question_by_id.get(question.carry.question)
    places = _places(document)
    if isinstance(source, CHOICES) and places[source.id] < places.get(question.id, 0):
        return source
    return None


def _places(document: Document) -> Mapping[str, int]:
    kept: dict[str, int] | None = document.__dict__.get("_question_places")
    if kept is None:
        kept = {question.id: index for index, question in enumerate(document.questions())}
        document.__dict__["_question_places"] = kept
    return kept


def carried_from(question: Choice, there: set[str], answer: object) -> set[str]:
    """The ids taken along when the source offers `there` and its answer is `answer`."""
    if answer is None or question.carry is None:
        return set()
    chosen = set(answer) if isinstance(answer, list | tuple) else {answer}
    return there & chosen if question.carry.which == "chosen" else there - chosen


def presented(document: Document, question: Choice, seed: Seed | None) -> tuple[Option, ...]:
    """Every option in the order of this seed; in document order without one."""
    options = all_options(document, question)
    if seed is None or not question.shuffle:
        return options
    by_id = {option.id: option for option in options}
    fixed = {option.id for option in options if option.fixed}
    return tuple(by_id[name] for name in shuffled(seed, question.id, list(by_id), fixed))


def presented_items(question: LikertGrid, seed: Seed | None) -> tuple[Item, ...]:
    """Every statement of the grid in the order of this seed."""
    if seed is None or not question.shuffle:
        return question.items
    by_id = {item.id: item for item in question.items}
    fixed = {item.id for item in question.items if item.fixed}
    return tuple(by_id[name] for name in shuffled(seed, question.id, list(by_id), fixed))


def show_rules(document: Document, parts: Iterable[Option] | Iterable[Item]) -> Shown:
    """The compiled show rules of options or items."""
    known = computations(document)
    return {part.id: compiled(part.show, known) for part in parts if part.show is not None}


def is_shown(name: str, rules: Shown | None, answers: Answers, facts: Facts) -> bool:
    """Whether the option or item has no rule or its rule is true."""
    rule = rules.get(name) if rules else None
    return rule is None or rule(answers, facts) is True
