"""Whether every text is there, in every language of the questionnaire."""

from __future__ import annotations

from collections.abc import Iterator

from surveyapp.designer.document import Document
from surveyapp.designer.wording.texts import Wording, wordings
from surveyapp.findings import N_, Finding, Term

LANGUAGES = {"zh-Hans": Term(N_("Chinese")), "en": Term(N_("English"))}


def language_term(code: str) -> str:
    """The language's name, to be translated where we have one; else its tag."""
    return LANGUAGES.get(code, code)


def check(document: Document) -> Iterator[Finding]:
    """Texts that are missing, and those that are missing in one language only."""
    for wording in wordings(document):
        yield from _presence(document, wording)


def _presence(document: Document, wording: Wording) -> Iterator[Finding]:
    written = [code for code in document.languages if wording.text.get(code, "").strip()]
    params = {"what": wording.what, "point": wording.point}
    if not written:
        if wording.needed:
            template = N_("The {what} is missing; write it.")
            if wording.point is not None:
                template = N_("Point {point} of the scale has no label; write it.")
            yield Finding("wording.missing", wording.place, template, params)
        return
    for code in document.languages:
        if code not in written:
            template = N_("The {what} is not in {language} yet.")
            if wording.point is not None:
                template = N_("The label of point {point} is not in {language} yet.")
            language = {**params, "language": language_term(code)}
            yield Finding("wording.untranslated", wording.place, template, language, "warning")
