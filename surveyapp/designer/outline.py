"""The outline of a questionnaire: its pages and questions as lines, each page with a fingerprint.

A long outline has hundreds of lines and is asked for after every change, so a line is made once
here and not by the template, and a page whose fingerprint the browser has is not rendered at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from surveyapp.designer.document import Page
from surveyapp.designer.fragments import digest
from surveyapp.designer.question_types import TYPES
from surveyapp.designer.workspace import Workspace
from surveyapp.findings import Finding
from surveyapp.languages import explain


@dataclass(frozen=True)
class Line:
    """A page or a question. finding: the first sentence of what is wrong with it, or empty.

    said: open comments on it. first and last: whether it cannot move up, or down.
    """

    place: str
    dom: str
    title: str
    icon: str
    selected: bool
    conditional: bool
    finding: str
    said: int
    first: bool
    last: bool


@dataclass(frozen=True)
class OutlinePage:
    """A page with its questions."""

    number: int
    line: Line
    questions: tuple[Line, ...]

    @property
    def name(self) -> str:
        """Id of its element."""
        return f"o-{self.line.dom}"

    def key(self, *more: object) -> str:
        """Fingerprint of all that it shows, and of `more` that its looks depend on."""
        return digest(self, *more)


def outline(
    view: Workspace, found: Mapping[str, Sequence[Finding]], said: Mapping[str, int]
) -> list[OutlinePage]:
    """Every page, in document order."""
    return list(_Outline(view, found, said).pages())


class _Outline:
    def __init__(
        self, view: Workspace, found: Mapping[str, Sequence[Finding]], said: Mapping[str, int]
    ) -> None:
        self._view, self._found, self._said = view, found, said
        self._nameless = str(_("Question without a text"))

    def pages(self) -> Iterator[OutlinePage]:
        every = self._view.document.pages
        for number, page in enumerate(every, 1):
            title = self._view.text(page.title) or str(_("Page %(n)s", n=number))
            ends = number == 1, number == len(every)
            line = self._line(f"page:{page.id}", title, "", page.show is not None, ends)
            yield OutlinePage(number, line, tuple(self._questions(page, *ends)))

    def _questions(self, page: Page, first: bool, last: bool) -> Iterator[Line]:
        count = len(page.questions)
        for index, question in enumerate(page.questions):
            title = self._view.text(question.title) or self._nameless
            ends = first and index == 0, last and index + 1 == count
            icon, conditional = TYPES[question.type].icon, question.show is not None
            yield self._line(f"question:{question.id}", title, icon, conditional, ends)

    def _line(
        self, place: str, title: str, icon: str, conditional: bool, ends: tuple[bool, bool]
    ) -> Line:
        findings = self._found.get(place)
        return Line(
            place=place,
            dom=place.replace(":", "-"),
            title=title,
            icon=icon,
            selected=self._view.shown_at == place,
            conditional=conditional,
            finding=explain(findings[0]) if findings else "",
            said=self._said.get(place, 0),
            first=ends[0],
            last=ends[1],
        )
