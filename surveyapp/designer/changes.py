"""What is different between two states of a document, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from surveyapp.designer.document import Document
from surveyapp.designer.elements import Element, elements


@dataclass(frozen=True)
class FieldChange:
    """One field: its path within the part (`title.en`), its value before and after."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class Change:
    """One part of the document that is different.

    kind: added, removed, moved or changed. place: where it is (or was). label: its text, in every
    language that it has. fields: for changed parts, what differs.
    """

    kind: str
    place: str
    label: Mapping[str, str]
    fields: tuple[FieldChange, ...] = ()


RULES = frozenset({"show", "when", "require", "must", "value"})
"""Fields that are compared as a whole."""


def compare(before: Document, after: Document) -> tuple[Change, ...]:
    """Everything that is different, in the order of `after`, removed parts last.

    What is added or removed together with its page or question is not named on its own.
    """
    old, new = (elements(one.model_dump(mode="json")) for one in (before, after))
    moved = _moved(old, new)
    changes = [c for place, part in new.items() for c in _changes(place, part, old, moved)]
    removed = [
        Change("removed", place, label_of(part.own))
        for place, part in old.items()
        if place not in new and part.owner in new
    ]
    return (*changes, *removed)


def _changes(
    place: str, part: Element, old: Mapping[str, Element], moved: set[str]
) -> Iterator[Change]:
    was = old.get(place)
    if was is None:
        if part.owner in old:
            yield Change("added", place, label_of(part.own))
        return
    if fields := tuple(_fields(was.own, part.own)):
        yield Change("changed", place, label_of(part.own), fields)
    if place in moved:
        yield Change("moved", place, label_of(part.own))


def _fields(before: object, after: object, path: str = "") -> Iterator[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict) and path not in RULES:
        for name in dict.fromkeys((*before, *after)):
            inner = f"{path}.{name}" if path else name
            yield from _fields(before.get(name), after.get(name), inner)
    elif before != after:
        yield FieldChange(path, before, after)


def _moved(old: Mapping[str, Element], new: Mapping[str, Element]) -> set[str]:
    """Parts with another owner, and of each list those that overtook the ones that stayed."""
    both = [place for place in new if place in old]
    moved = {place for place in both if old[place].owner != new[place].owner}
    for owner in {new[place].owner for place in both}:
        now = [p for p in both if new[p].owner == owner and p not in moved]
        was = [p for p in old if p in now]
        blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
        stayed = {place for block in blocks for place in was[block.a : block.a + block.size]}
        moved |= set(now) - stayed
    return moved


def label_of(part: Mapping[str, Any]) -> Mapping[str, str]:
    """The text by which a person knows the part, in every language that it has."""
    return part.get("title") or part.get("label") or {}
