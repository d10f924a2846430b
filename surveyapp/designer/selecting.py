"""Which part the editor shows: the one asked for, the new one, or the neighbour of what is gone."""

from __future__ import annotations

from collections.abc import Iterator

from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit
from surveyapp.designer.places import INNER, LISTS, OWNERS, split

PANELS = (
    "document",
    "introduction",
    "thank_you",
    "endings",
    "dimensions",
    "scoring",
    "computed_values",
    "experiments",
    "quotas",
    "contradictions",
)
"""Selections that are no single part."""

TOGETHER = {"dimension": "dimensions", "profile": "dimensions", "level": "scoring"}
"""Kinds of parts that are changed in a panel of all of them."""

BESIDE = frozenset({"option", "item", "arm"})
"""Kinds of parts that are written beside each other at their owner, not on their own."""

HOMES = {
    "veto": "scoring",
    "bonus": "scoring",
    "computed": "computed_values",
    "experiment": "experiments",
    "quota": "quotas",
    "contradiction": "contradictions",
    "ending": "endings",
}
"""Kinds of parts with a panel each → the panel that lists them."""


_BELOW = {
    kind: [
        (inner, parts) for inner, parts in LISTS.items() if kind in OWNERS.get(inner, ("document",))
    ]
    for kind in ("document", *LISTS)
}
"""Kind of part → kinds and lists of the parts below it."""


def places_of(document: Document) -> dict[str, str]:
    """The place of every part → that of its owner; parts of one owner in order.

    Kept with the document, which never changes.
    """
    kept: dict[str, str] | None = document.__dict__.get("_places")
    if kept is None:
        kept = document.__dict__["_places"] = dict(_within("document", document))
    return kept


def _within(place: str, owner: object) -> Iterator[tuple[str, str]]:
    kind, name = split(place)
    fields = owner.__dict__
    for inner, parts in _BELOW[kind]:
        prefix = f"{name}." if inner in INNER else ""
        for part in fields.get(parts, ()):
            here = f"{inner}:{prefix}{part.id}"
            yield here, place
            if inner not in INNER:
                yield from _within(here, part)


def owners_of(place: str) -> list[str]:
    """The places that the part at `place` may belong to; none where it stands on its own."""
    kind, name = split(place)
    return [f"{owner}:{name.partition('.')[0]}" for owner in OWNERS[kind]] if kind in INNER else []


def selected(document: Document, wanted: str | None) -> str:
    """`wanted` where it exists, else its owner, else the first question."""
    places = places_of(document)
    for place in [wanted or "", *owners_of(wanted or "")]:
        if place in places:
            return TOGETHER.get(split(place)[0], place)
        if place in PANELS:
            return place
    first = next((one for one in places if one.startswith("question:")), None)
    return first or next(iter(places), "document")


def after(before: Document, now: Document, edit: Edit, here: str) -> str:
    """The place to select after `edit`: what is new, else the neighbour of what is gone."""
    old, new = places_of(before), places_of(now)
    added = next((place for place in new if place not in old), None)
    if added and edit.get("do") in ("add", "copy"):
        return selected(now, new[added] if split(added)[0] in BESIDE else added)
    if here in old and here not in new:
        return selected(now, _nearest(here, old, new))
    return selected(now, here)


def _nearest(gone: str, old: dict[str, str], new: dict[str, str]) -> str | None:
    if split(gone)[0] in INNER and old[gone] in new:
        return old[gone]
    kind, every = split(gone)[0], list(old)
    index = every.index(gone)
    nearby = [*reversed(every[:index]), *every[index:]]
    left = (place for place in nearby if place in new and split(place)[0] == kind)
    return next(left, HOMES.get(kind))
