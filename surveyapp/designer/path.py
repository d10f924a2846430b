"""The path: what of a questionnaire a person with these answers sees.

Visibility is decided in one pass, so there are no loops: a page, then each of its questions with
its options or statements, is visible when its rule is true (or it has none), and a rule sees only
the answers of variables that are visible before it. An answer off the path is invisible to
everything, but callers keep it, so that going back restores it. A page of which nothing is visible
is skipped, and so is a choice that offers nothing. The first screen-out that is true when its page
is left ends the path there.

With the seed of a response everything comes in the order drawn for it; no rule depends on that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from surveyapp.designer.choices import CHOICES, carried_from, is_shown
from surveyapp.designer.document import (
    Document,
    Item,
    LikertGrid,
    Option,
    Page,
    Question,
    ScreenOut,
    question_of,
    variables_of,
)
from surveyapp.designer.order import Seed, arms
from surveyapp.designer.path_steps import PageStep, Step, page_steps
from surveyapp.designer.rules import Answers, Evaluator, Facts


@dataclass(frozen=True)
class VisiblePage:
    """A page with those of its questions that are visible, in the order in which they come.

    offered: choice → its options. withheld: choice → ids of options that it has but does not offer
    now. items: grid → its statements. required: ids of questions that must be answered. Where
    those are left out, everything is offered and `required` holds as written.
    """

    page: Page
    questions: tuple[Question, ...]
    offered: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    items: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    required: frozenset[str] | None = None
    asked: tuple[str, ...] | None = None
    withheld: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variables that this page asks for."""
        if self.asked is not None:
            return self.asked
        return tuple(v for question in self.questions for v in variables_of(question))

    def variables_of(self, question: Question) -> tuple[str, ...]:
        """The variables that this page asks for with one of its questions."""
        return self._by_question.get(question.id, ())

    @cached_property
    def _by_question(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for variable in self.variables:
            name = question_of(variable)
            found[name] = (*found.get(name, ()), variable)
        return found

    def requires(self, question: Question) -> bool:
        """Whether the question must be answered, by itself or by its rule."""
        return question.required if self.required is None else question.id in self.required

    def options_of(self, question: Question) -> tuple[Option, ...]:
        """The options that the question offers, in the order in which they are presented."""
        own: tuple[Option, ...] = getattr(question, "options", ())
        return self.offered.get(question.id, own)

    def items_of(self, question: LikertGrid) -> tuple[Item, ...]:
        """The statements of a grid that are shown, in the order in which they are presented."""
        return self.items.get(question.id, question.items)

    def counting(self, answers: Answers) -> dict[str, object]:
        """The answers to this page that count."""
        found: dict[str, object] = {}
        for variable in self.variables:
            if variable in answers:
                value = without(answers[variable], self.withheld.get(variable, ()))
                if value is not None:
                    found[variable] = value
        return found

    def lacks(self, answers: Answers) -> bool:
        """Whether a required variable of the page is unanswered."""
        counting = self.counting(answers)
        return any(
            variable not in counting
            for question in self.questions
            if self.requires(question)
            for variable in self.variables_of(question)
        )


@dataclass(frozen=True)
class Path:
    """The visible pages, in order.

    ended: the screen-out that ends the path after its last page. document, facts: what it was made
    from (the facts with the random groups in them).
    """

    pages: tuple[VisiblePage, ...]
    ended: ScreenOut | None = None
    document: Document | None = field(default=None, compare=False, repr=False)
    facts: Facts = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every visible question, in order."""
        return tuple(question for page in self.pages for question in page.questions)

    @cached_property
    def page_ids(self) -> tuple[str, ...]:
        """The ids of the visible pages, in order."""
        return tuple(page.page.id for page in self.pages)

    @cached_property
    def question_ids(self) -> frozenset[str]:
        """The ids of the visible questions."""
        return frozenset(question.id for question in self.questions)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Every visible variable, in order."""
        return tuple(variable for page in self.pages for variable in page.variables)

    def on_path(self, answers: Answers) -> dict[str, object]:
        """The answers that count, in the order of the path.

        A chosen option that is not offered (any more) does not count.
        """
        found: dict[str, object] = {}
        for page in self.pages:
            found |= page.counting(answers)
        return found

    def page(self, page_id: str) -> VisiblePage | None:
        """The visible page with this id."""
        return next((page for page in self.pages if page.page.id == page_id), None)

    def resume(self, answers: Answers) -> str | None:
        """Id of the page where a person who left goes on; None when everything was seen.

        That is the first page with a required question unanswered, but never beyond the page
        after the last one that was answered at all, so that no optional page is jumped over.
        """
        answered = [i for i, page in enumerate(self.pages) if _touched(page, answers)]
        following = answered[-1] + 1 if answered else 0
        for index, page in enumerate(self.pages):
            if index >= following or page.lacks(answers):
                return page.page.id
        return None


def _touched(page: VisiblePage, answers: Answers) -> bool:
    return bool(page.counting(answers))


def path(
    document: Document,
    answers: Answers,
    facts: Facts,
    seed: Seed | None = None,
    *,
    most: int | None = None,
) -> Path:
    """The path of a person with these answers and facts. Pure, and cheap to call again.

    With a `seed`, in the order drawn from it and with the experiments' arms as facts, unless the
    facts name those already. `most`: only the first so many pages, in the order of the seed.
    """
    if seed is not None and document.experiments and "random" not in facts:
        facts = {**facts, "random": arms(document, seed)}
    walk = Walk(answers, facts)
    pages = tuple(walk.pages(islice(page_steps(document, seed), most)))
    return Path(pages, walk.ended, document, facts)


def without(value: object, withheld: Collection[str]) -> object:
    """An answer without the options that are not offered now; None where nothing is left."""
    if not withheld:
        return value
    if isinstance(value, list | tuple):
        return [one for one in value if not _is_in(one, withheld)] or None
    return None if _is_in(value, withheld) else value


def _is_in(value: object, names: Collection[str]) -> bool:
    return isinstance(value, str) and value in names


@dataclass
class _Made:
    """What is known of a page while it is made."""

    questions: list[Question] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    offered: dict[str, tuple[Option, ...]] = field(default_factory=dict)
    items: dict[str, tuple[Item, ...]] = field(default_factory=dict)
    withheld: dict[str, frozenset[str]] = field(default_factory=dict)


class Walk:
    """One pass over the steps; `seen` are the answers that count so far."""

    def __init__(self, answers: Answers, facts: Facts) -> None:
        self.ended: ScreenOut | None = None
        self._answers = answers
        self._facts = facts
        self._seen: dict[str, object] = {}
        self._there: dict[str, set[str]] = {}

    def pages(self, steps: Iterable[PageStep]) -> Iterator[VisiblePage]:
        """The visible pages, one after the other, until one ends the path."""
        for step in steps:
            page = self.page(step)
            if page is not None:
                yield page
                self.ended = next((o for o, when in step.screen_outs if self._is(when)), None)
                if self.ended:
                    return

    def page(self, step: PageStep) -> VisiblePage | None:
        """The page as it is seen; None where it is skipped."""
        if not self._holds(step.show):
            return None
        made = _Made()
        for one in step.questions:
            if self.comes(one):
                self._visit(one, made)
        return _visible(step.page, made) if made.questions else None

    @property
    def counting(self) -> Mapping[str, object]:
        """The answers that count so far."""
        return self._seen

    def comes(self, step: Step) -> bool:
        """Whether the rule of a question is true."""
        return self._holds(step.show)

    def answer(self, step: Step, variable: str) -> object:
        """The answer to a variable that is asked for now, None where there is none."""
        return self._answers.get(variable)

    def requires(self, step: Step) -> bool:
        """Whether a question that is asked now must be answered, by itself or by its rule."""
        return step.question.required or (step.require is not None and self._is(step.require))

    def offers(self, step: Step) -> list[str]:
        """The options that a choice offers now."""
        there = self._there[step.question.id]
        return [option.id for option in step.options or () if option.id in there]

    def _is(self, rule: Evaluator) -> bool:
        return rule(self._seen, self._facts) is True

    def _holds(self, rule: Evaluator | None) -> bool:
        return rule is None or rule(self._seen, self._facts) is True

    def _visit(self, step: Step, made: _Made) -> None:
        """Note a question whose rule holds; a choice or a grid only where something is left."""
        question = step.question
        asked: Sequence[str]
        if step.options is not None:
            options = made.offered[question.id] = self._options(step)
            if not options:
                return
            asked = self._choose(step, options, made)
        elif step.items is not None:
            items = made.items[question.id] = self._items(step)
            if not items:
                return
            asked = self._read(step, [f"{question.id}.{item.id}" for item in items])
        else:
            asked = self._read(step, step.variables)
        made.questions.append(question)
        made.asked.extend(asked)
        if self.requires(step):
            made.required.add(question.id)

    def _read(self, step: Step, variables: Sequence[str]) -> Sequence[str]:
        for variable in variables:
            value = self.answer(step, variable)
            if value is not None:
                self._seen[variable] = value
        return variables

    def _options(self, step: Step) -> tuple[Option, ...]:
        options, shown = step.options or (), step.shown
        if step.source is None and shown is None:
            return options
        there = step.own
        if step.source is not None and isinstance(step.question, CHOICES):
            carried = self._there.get(step.source.id, set())
            answer = self._seen.get(step.source.id)
            there = there | carried_from(step.question, carried, answer)
        seen, facts = self._seen, self._facts
        return tuple(o for o in options if o.id in there and is_shown(o.id, shown, seen, facts))

    def _items(self, step: Step) -> tuple[Item, ...]:
        items = step.items or ()
        if step.shown is None:
            return items
        seen, facts = self._seen, self._facts
        return tuple(item for item in items if is_shown(item.id, step.shown, seen, facts))

    def _choose(self, step: Step, options: tuple[Option, ...], made: _Made) -> list[str]:
        """Read a choice and the words behind those of its options that are chosen."""
        name = step.question.id
        there = self._there[name] = {option.id for option in options}
        value = self.answer(step, name)
        if len(there) < len(step.options or ()):
            made.withheld[name] = frozenset(o.id for o in step.options or ()) - there
            value = without(value, made.withheld[name])
        if value is None:
            return [name]
        self._seen[name] = value
        chosen = value if isinstance(value, list | tuple) else [value]
        words = [words for option, words in step.words if option in chosen]
        return [name, *self._read(step, words)]


def _visible(page: Page, made: _Made) -> VisiblePage:
    required, asked = frozenset(made.required), tuple(made.asked)
    questions = tuple(made.questions)
    return VisiblePage(page, questions, made.offered, made.items, required, asked, made.withheld)
