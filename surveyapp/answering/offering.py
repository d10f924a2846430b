"""What of a question a page shows: its options and statements, its bounds, a hint how to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from surveyapp.answering.speech import Speech
from surveyapp.designer.choices import all_options
from surveyapp.designer.document import (
    Choice,
    Csat,
    Document,
    Item,
    LikertGrid,
    Multiple,
    Option,
    Photo,
    Question,
    Ranking,
    Text,
)
from surveyapp.designer.path import VisiblePage
from surveyapp.findings import N_

SATISFACTION = (
    N_("Very dissatisfied"),
    N_("Dissatisfied"),
    N_("Neither satisfied nor dissatisfied"),
    N_("Satisfied"),
    N_("Very satisfied"),
)
"""The words of a satisfaction question that brings none of its own, from 1 to 5."""


@dataclass(frozen=True)
class Offer:
    """What is offered on one page of one person; without a page, everything that ever could be."""

    document: Document
    page: VisiblePage | None = None
    today: str = ""

    def options(self, question: Choice) -> tuple[Option, ...]:
        """The options, in the order in which they stand."""
        if self.page is None:
            return all_options(self.document, question)
        return self.page.options_of(question)

    def items(self, question: LikertGrid) -> tuple[Item, ...]:
        """The statements, in the order in which they stand."""
        return question.items if self.page is None else self.page.items_of(question)

    def requires(self, question: Question) -> bool:
        """Whether the question must be answered."""
        return question.required if self.page is None else self.page.requires(question)

    def day(self, bound: str | None) -> str:
        """A bound as an ISO date; empty when there is none, or when only the script knows it."""
        return self.today if bound == "today" else bound or ""

    def satisfaction(self, question: Csat) -> Mapping[int, Text | str]:
        """The words of the five points."""
        return {
            point: question.labels.get(point) or words
            for point, words in enumerate(SATISFACTION, start=1)
        }

    def hint(self, question: Question, speech: Speech) -> Markup:
        """How to answer, where the kind of question does not show it by itself."""
        most = getattr(question, "at_most", None)
        if isinstance(question, Ranking):
            if most:
                first = N_("Choose the first {n} in order, the best one first.")
                return speech.phrase(first, n=most)
            return speech.phrase(N_("Put them in order, the best one first."))
        if isinstance(question, Multiple) and most:
            return speech.phrase(N_("Choose at most {n}."), n=most)
        if isinstance(question, Multiple) and not question.help:
            return speech.phrase(N_("Choose all that apply."))
        if isinstance(question, Photo):
            return speech.phrase(N_("A JPEG, PNG or WebP picture of at most 8 MB."))
        return Markup("")
