"""What was taken from the library and is newer there now: the difference, and taking it over.

What belongs to this questionnaire stays: the id, when it is shown, whether it is required, its
checks, and what it is scored into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from surveyapp.designer.changes import Change, compare
from surveyapp.designer.document import Document, Page, Question
from surveyapp.designer.edits import Edit
from surveyapp.designer.library_entries import Entry, entry_of, question_in
from surveyapp.designer.places import Tree, find

OWN = ("id", "show", "require", "required", "checks", "dimension", "reverse")
"""Fields of a question that are this questionnaire's, not the library's."""
OWN_OF_PARTS = ("show", "dimension", "points")
"""The same of options and statements."""


class Update(NamedTuple):
    """A question whose entry is newer than the question, and what is different."""

    place: str
    question: Question
    entry: Entry
    changes: tuple[Change, ...]


def updates(document: Document, entries: Mapping[str, Entry]) -> Iterator[Update]:
    """Every question of the document that is newer in the library, in document order."""
    for question in document.questions():
        source = question.origin.source if question.origin else ""
        entry = entry_of(source, entries)
        if entry is None or question.origin is None or entry.revision <= question.origin.revision:
            continue
        newer = question_in(entry, source)
        if newer is not None:
            value = _value(question, newer, entry)
            now = type(newer).model_validate(value)
            yield Update(f"question:{question.id}", question, entry, _differences(question, now))


def _differences(before: Question, after: Question) -> tuple[Change, ...]:
    quiet = {"origin": None}
    pages = [Page(id="p", questions=(one.model_copy(update=quiet),)) for one in (before, after)]
    return compare(Document(pages=(pages[0],)), Document(pages=(pages[1],)))


def taking(document: Document, update: Update) -> Edit:
    """The edit that puts the entry's newest words in the question's place."""
    spot = find(document.model_dump(mode="json"), update.place)
    newer = question_in(update.entry, str(update.question.origin and update.question.origin.source))
    value = _value(update.question, newer or update.question, update.entry)
    gone = {"do": "delete", "at": update.place}
    into = f"page:{spot.owner['id']}"
    come = {"do": "add", "what": "question", "into": into, "index": spot.index, "value": value}
    return {"do": "all", "edits": [gone, come]}


def _value(question: Question, newer: Question, entry: Entry) -> Tree:
    mine, theirs = question.model_dump(mode="json"), newer.model_dump(mode="json")
    value = {**theirs, **{name: mine[name] for name in OWN if name in mine and name in theirs}}
    for name in ("options", "items"):
        if name in theirs:
            own = {part["id"]: part for part in mine.get(name, ())}
            value[name] = [_kept(part, own.get(part["id"], {})) for part in theirs[name]]
    source = question.origin.source if question.origin else entry.source
    return {**value, "origin": {**entry.origin(), "source": source}}


def _kept(part: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return {**part, **{name: own[name] for name in OWN_OF_PARTS if own.get(name) is not None}}
