"""Whether a question is short enough to be read, and its lists short enough to be compared.

A title of more than MAX_SECONDS of reading (`duration` has the paces) is skimmed, not read. More
than MAX_OPTIONS answers cannot be held in mind side by side (Miller 1956 put the span at seven,
plus or minus two; lists to choose from may be longer, since one only recognises); ranking asks to
compare each with each, so MAX_RANKED is the span itself; grids longer than MAX_STATEMENTS invite
straight-lining.
"""

from __future__ import annotations

from collections.abc import Iterator

from surveyapp.designer.document import Document, Question
from surveyapp.designer.duration import reading_seconds
from surveyapp.findings import N_, Finding

MAX_SECONDS = 12.0
MAX_OPTIONS = 15
MAX_RANKED = 7
MAX_STATEMENTS = 10


def check(document: Document) -> Iterator[Finding]:
    """Titles and lists that are too long."""
    for question in document.questions():
        place = f"question:{question.id}"
        yield from _title(question, place)
        yield from _lists(question, place)


def _title(question: Question, place: str) -> Iterator[Finding]:
    seconds = max((reading_seconds(text) for text in question.title.values()), default=0)
    if seconds > MAX_SECONDS:
        template = N_("It takes {seconds} seconds to read this question; make it shorter.")
        params = {"seconds": round(seconds)}
        yield Finding("wording.long", place, template, params, "warning")


def _lists(question: Question, place: str) -> Iterator[Finding]:
    options, items = getattr(question, "options", ()), getattr(question, "items", ())
    ranked = question.type == "ranking"
    most = MAX_RANKED if ranked else MAX_OPTIONS
    if len(options) > most:
        template = N_(
            "{count} answers are more than a person compares; group them, or ask in two steps."
        )
        if ranked:
            template = N_("Nobody ranks {count} things with care; ask for the most important few.")
        params = {"count": len(options)}
        yield Finding("wording.many_options", place, template, params, "warning")
    if len(items) > MAX_STATEMENTS:
        template = N_(
            "{count} statements in one grid invite the same answer to all; split the grid."
        )
        yield Finding("wording.many_statements", place, template, {"count": len(items)}, "warning")
