"""The path: what of a questionnaire a person with these answers sees.

Visibility is decided in one pass in document order, so there are no loops: a page, then each of
its questions, is visible when its rule is true (or it has none), and a rule sees only the answers
of variables that are visible before it. An answer off the path is invisible to everything, but
callers keep it, so that going back restores it. A page of which nothing is visible is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from surveyapp.designer.document import Document, Page, Question, variables_of
from surveyapp.designer.rules import Answers, Evaluator, Facts, compiled


@dataclass(frozen=True)
class VisiblePage:
    """A page with those of its questions that are visible, in order."""

    page: Page
    questions: tuple[Question, ...]

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variables that this page asks for."""
        return tuple(v for question in self.questions for v in variables_of(question))

    def lacks(self, answers: Answers) -> bool:
        """Whether a required variable of the page is unanswered."""
        return any(
            variable not in answers
            for question in self.questions
            if question.required
            for variable in variables_of(question)
        )


@dataclass(frozen=True)
class Path:
    """The visible pages, in order."""

    pages: tuple[VisiblePage, ...]

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
        """The answers that count, in document order."""
        return {v: answers[v] for v in self.variables if v in answers}

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
    return any(variable in answers for variable in page.variables)


def path(document: Document, answers: Answers, facts: Facts) -> Path:
    """The path of a person with these answers and facts. Pure, and cheap to call again."""
    seen: dict[str, object] = {}
    pages = []
    for page in _steps(document):
        if page.show is None or page.show(seen, facts) is True:
            questions = tuple(_visible(page, answers, seen, facts))
            if questions:
                pages.append(VisiblePage(page.page, questions))
    return Path(tuple(pages))


def _visible(
    page: _PageStep, answers: Answers, seen: dict[str, object], facts: Facts
) -> list[Question]:
    questions = []
    for question, show, variables in page.questions:
        if show is None or show(seen, facts) is True:
            questions.append(question)
            for variable in variables:
                if variable in answers:
                    seen[variable] = answers[variable]
    return questions


@dataclass(frozen=True)
class _PageStep:
    page: Page
    show: Evaluator | None
    questions: tuple[tuple[Question, Evaluator | None, tuple[str, ...]], ...]


def _steps(document: Document) -> tuple[_PageStep, ...]:
    """The document in compiled form, kept with the (frozen) document itself."""
    kept: Mapping[str, object] = document.__dict__
    steps = kept.get(_KEPT_AS)
    if not isinstance(steps, tuple):
        steps = document.__dict__[_KEPT_AS] = tuple(_step(page) for page in document.pages)
    return steps


_KEPT_AS = "_path_steps"


def _step(page: Page) -> _PageStep:
    return _PageStep(
        page,
        _condition(page.show),
        tuple((q, _condition(q.show), variables_of(q)) for q in page.questions),
    )


def _condition(rule: object) -> Evaluator | None:
    return None if rule is None else compiled(rule)
