"""From the document to the paper. Needs an application context, for the sentences' language."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, cast

from flask_babel import force_locale
from flask_babel import gettext as _

from surveyapp.designer.document import (
    Carry,
    Date,
    Document,
    Information,
    LikertGrid,
    Multiple,
    Number,
    Page,
    Question,
    Ranking,
    Single,
    Text,
)
from surveyapp.designer.paper.answers import answer_of
from surveyapp.designer.paper.layout import Paper, PaperPage, PaperQuestion, letter
from surveyapp.designer.paper.words import Words
from surveyapp.designer.rule_reading import reading
from surveyapp.languages import LOCALES, match


def paper(document: Document, language: str, mark: str) -> Paper:
    """The paper version in `language`; `mark` says on each page which content it is."""
    with speaking(language):
        return _Making(document, language).paper(mark)


def speaking(language: str) -> AbstractContextManager[object]:
    """The interface's own sentences in the language of the paper, English where it has none."""
    return cast(AbstractContextManager[object], force_locale(LOCALES[match(language) or "en"]))


def numbers_of(document: Document) -> dict[str, str]:
    """Question → its number on the paper; information has none."""
    asked = [q.id for q in document.questions() if not isinstance(q, Information)]
    return {name: str(number) for number, name in enumerate(asked, 1)}


class _Making:
    """Makes one paper: knows the numbers that conditions and piped answers refer to."""

    def __init__(self, document: Document, language: str) -> None:
        self._document = document
        self._language = language
        self._numbers = numbers_of(document)
        self._words = Words(document, language, self._numbers)
        self._numbered = _numbered(document, self._numbers)

    def paper(self, mark: str) -> Paper:
        document = self._document
        return Paper(
            title=document.text(document.title, self._language),
            language=self._language,
            introduction=document.text(document.introduction, self._language),
            pages=tuple(self._page(page) for page in document.pages if page.questions),
            thank_you=self._words.text(document.thank_you),
            mark=mark,
        )

    def _page(self, page: Page) -> PaperPage:
        stops = tuple(
            _("If %(condition)s, stop here.", condition=self._reading(stop.when))
            + (f" {self._words.text(stop.message)}" if stop.message else "")
            for stop in page.screen_outs
        )
        questions = tuple(self._question(question) for question in page.questions)
        return PaperPage(self._words.text(page.title), self._only(page.show), questions, stops)

    def _question(self, question: Question) -> PaperQuestion:
        return PaperQuestion(
            number=self._numbers.get(question.id, ""),
            title=self._words.text(question.title),
            help=self._words.text(question.help),
            condition=self._only(question.show),
            notes=(*_notes(question), *self._carried(question)),
            required=question.required,
            answer=answer_of(question, self._document, self._words, self._only),
        )

    def _carried(self, question: Question) -> tuple[str, ...]:
        carry: Carry | None = getattr(question, "carry", None)
        if carry is None:
            return ()
        n = self._numbers.get(carry.question, "?")
        if carry.which == "chosen":
            return (_("Only for what you chose in question %(n)s.", n=n),)
        return (_("Only for what you did not choose in question %(n)s.", n=n),)

    def _only(self, rule: object) -> str:
        if rule is None:
            return ""
        return str(_("Only if %(condition)s.", condition=self._reading(rule)))

    def _reading(self, rule: object) -> str:
        return reading(self._numbered, rule, self._language)


def _notes(question: Question) -> tuple[str, ...]:
    if isinstance(question, Single):
        return (_("Tick one."),)
    if isinstance(question, Multiple):
        if question.at_most:
            return (_("Tick at most %(n)s.", n=question.at_most),)
        return (_("Tick all that apply."),)
    if isinstance(question, Ranking):
        return (_("Write 1 at the best, 2 at the next, and so on."),)
    if isinstance(question, Number):
        return _bounds(question.minimum, question.maximum)
    if isinstance(question, Date):
        return _bounds(question.earliest, question.latest)
    return ()


def _bounds(low: Any, high: Any) -> tuple[str, ...]:
    low, high = (_("today") if day == "today" else _plain(day) for day in (low, high))
    if low is not None and high is not None:
        return (_("From %(low)s to %(high)s.", low=low, high=high),)
    if low is not None:
        return (_("At least %(low)s.", low=low),)
    return (_("At most %(high)s.", high=high),) if high is not None else ()


def _plain(bound: Any) -> Any:
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _numbered(document: Document, numbers: dict[str, str]) -> Document:
    """The document with numbers for titles, so that conditions name the question on the paper."""
    pages = tuple(
        page.model_copy(update={"questions": tuple(_named(q, numbers) for q in page.questions)})
        for page in document.pages
    )
    return document.model_copy(update={"pages": pages})


def _named(question: Question, numbers: dict[str, str]) -> Question:
    number = numbers.get(question.id, "")
    changed: dict[str, object] = {"title": _title(number)}
    if isinstance(question, LikertGrid):
        changed["items"] = tuple(
            item.model_copy(update={"label": _title(f"{number}{letter(index)}")})
            for index, item in enumerate(question.items)
        )
    return question.model_copy(update=changed)


def _title(number: str) -> Text:
    return {"en": _("question %(n)s", n=number)}
