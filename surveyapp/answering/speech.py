"""Saying a questionnaire's words and ours in one language, and noting them in the other.

A page is rendered in one language; every text stands in an element with a number, and the words of
the other language travel as one list in the order of these numbers, so that the script can switch
in place, without a network and without touching an answer. A text into which answers are piped
is either filled in here or left to the script, with the text as it is written beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import force_locale, gettext
from markupsafe import Markup, escape

from surveyapp.designer.document import Document, Missing, Text
from surveyapp.designer.piping import Pipe, is_known, pieces
from surveyapp.findings import N_
from surveyapp.languages import locale_of

MISSING: dict[Missing, str] = {
    "dont_know": N_("I don't know"),
    "not_applicable": N_("Does not apply"),
    "refused": N_("I'd rather not say"),
}
"""What stands beside a scale for each reason why there is no answer."""

Fill = Callable[[str], str]
"""A text with the answers piped into it."""


class Speech:
    """The words of one page.

    other: the language to note the words in, if there is one. pipe: fills texts in; without it
    they are left to the script.
    """

    def __init__(
        self,
        document: Document,
        language: str,
        other: str | None = None,
        pipe: Fill | None = None,
    ) -> None:
        self.document = document
        self.language = language
        self.other = other
        self.words: list[str] = []
        self.piped = False
        """Whether any text so far has something piped into it."""
        self._pipe = pipe
        self._known: dict[tuple[str, str], int] = {}

    def text(self, text: Text | str) -> Markup:
        """A text of the questionnaire, or a phrase of ours that stands in for one."""
        if isinstance(text, str):
            return self.phrase(text)
        here = self.document.text(text, self.language)
        there = self.document.text(text, self.other) if self.other else ""
        if "{" in here or "}" in here or "{" in there or "}" in there:
            self.piped = True
            return escape(self._pipe(here)) if self._pipe else self._left(here, there)
        return self._mark(here, there)

    def phrase(self, message: str, **values: object) -> Markup:
        """A phrase of ours, with `{named}` values."""
        here = say(message, self.language, **values)
        return self._mark(here, say(message, self.other, **values) if self.other else "")

    def missing(self, reason: Missing) -> Markup:
        """The words of an answer beside the scale."""
        return self.phrase(MISSING[reason])

    def _mark(self, here: str, there: str) -> Markup:
        if self.other is None or not here:
            return escape(here)
        return Markup('<span data-t="{}">{}</span>').format(self._number(here, there), here)

    def _left(self, here: str, there: str) -> Markup:
        """A text that the script fills in; it is written into an attribute."""
        here, there = to_fill_in(self.document, here), to_fill_in(self.document, there)
        if self.other is None:
            return Markup('<span data-p="{}"></span>').format(here)
        number = self._number(here, there)
        return Markup('<span data-t="{}" data-p="{}"></span>').format(number, here)

    def _number(self, here: str, there: str) -> int:
        pair = here, there
        if pair not in self._known:
            self._known[pair] = len(self.words)
            self.words.append(there)
        return self._known[pair]


def to_fill_in(document: Document, text: str) -> str:
    """The text as the script may take it: only braces of sources that are known stand alone."""
    found = []
    for one in pieces(text):
        if isinstance(one, Pipe) and is_known(document, one.source):
            found.append(one.written)
        else:
            plain = one if isinstance(one, str) else one.written
            found.append(plain.replace("{", "{{").replace("}", "}}"))
    return "".join(found)


def say(message: str, language: str, **values: object) -> str:
    """A phrase of ours in `language`, with `{named}` values."""
    with force_locale(locale_of(language)):
        sentence = str(gettext(message))
    return sentence.format(**values) if values else sentence
