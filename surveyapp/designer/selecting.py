"""Which part the editor shows: the one asked for, the new one, or the neighbour of what is gone."""

from __future__ import annotations

from collections.abc import Iterator

from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit
from surveyapp.designer.places import LISTS, OWNERS, split

PANELS = (
    "document",
    "introduction",
    "thank_you",
    "dimensions",
    "scoring",
    "computed_values",
    "experiments",
    "contradictions",
)
"""Selections that are no single part."""

TOGETHER = {"dimension": "dimensions", "profile": "dimensions", "level": "scoring"}
"""Kinds of parts that are changed in a panel of all of them."""

HOMES = {
    "veto": "scoring",
    "bonus": "scoring",
    "computed": "computed_values",
    "experiment": "experiments",
    "contradiction": "contradictions",
}
"""Kinds of parts with a panel each → the panel that lists them."""


def places_of(document: Document) -> Iterator[str]:
    """The place of every part, parts of one owner in order."""
    yield from _within("document", "", document)


def _within(kind: str, prefix: str, owner: object) -> Iterator[str]:
    for inner, name in LISTS.items():
        if OWNERS.get(inner, "document") != kind:
            continue
        before = "" if inner == "question" else prefix
        for part in getattr(owner, name, ()):
            yield f"{inner}:{before}{part.id}"
            if inner in OWNERS.values():
                yield from _within(inner, f"{part.id}.", part)


def owner_of(place: str) -> str:
    """The place of the part that a part like an option belongs to; empty for others."""
    kind, name = split(place)
    whole, dot, _ = name.partition(".")
    return f"{OWNERS[kind]}:{whole}" if dot and kind in OWNERS else ""


def selected(document: Document, wanted: str | None) -> str:
    """`wanted` where it exists, else its owner, else the first question."""
    places = dict.fromkeys(places_of(document))
    place = wanted or ""
    while place:
        kind = split(place)[0]
        if place in places:
            return TOGETHER.get(kind, place)
        if place in PANELS:
            return place
        place = owner_of(place)
    first = next((one for one in places if one.startswith("question:")), None)
    return first or next(iter(places), "document")


def after(before: Document, now: Document, edit: Edit, here: str) -> str:
    """The place to select after `edit`: what is new, else the neighbour of what is gone."""
    old, new = dict.fromkeys(places_of(before)), dict.fromkeys(places_of(now))
    added = [place for place in new if place not in old]
    if added and edit.get("do") in ("add", "copy"):
        return selected(now, _shown_for(added[0]))
    if here in old and here not in new:
        return selected(now, _nearest(here, list(old), new))
    return selected(now, here)


def _shown_for(place: str) -> str:
    """A new option is written beside the others of its question, not on its own."""
    return owner_of(place) if split(place)[0] in ("option", "item", "arm") else place


def _nearest(gone: str, old: list[str], new: dict[str, None]) -> str | None:
    kind = split(gone)[0]
    if owner_of(gone) in new:
        return owner_of(gone)
    index = old.index(gone)
    nearby = [*reversed(old[:index]), *old[index:]]
    left = (place for place in nearby if place in new and split(place)[0] == kind)
    return next(left, HOMES.get(kind))
