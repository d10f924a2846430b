"""Texts on paper: piped answers become a note of where the answer stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask_babel import gettext as _

from surveyapp.designer.document import Document, Text, question_of

PIPE = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_.]*)(?:\|([^{}]*))?\}")


class Words:
    """Texts of one document in one language; `numbers`: question → its number on the paper."""

    def __init__(self, document: Document, language: str, numbers: Mapping[str, str]) -> None:
        self._document = document
        self._language = language
        self._numbers = numbers

    def text(self, text: Text) -> str:
        """The text with "(your answer to question 3)" where the answer would stand."""
        return PIPE.sub(self._piece, self._document.text(text, self._language))

    def _piece(self, found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        number = self._numbers.get(question_of(found[1]))
        if number:
            return str(_("(your answer to question %(n)s)", n=number))
        return found[2] or "……"
